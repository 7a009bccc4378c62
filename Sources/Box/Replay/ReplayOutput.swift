import Capture
import ConfigLanguage
import Inspection
import Wire

/// What would have left the box, as pcapng: one interface block per box interface, raw IP, each packet with a comment
/// that says what the engine did to it and why.
struct ReplayOutput: ~Copyable {
    private var writer: PcapngWriter
    private let comment: PacketComment
    private var failure: CaptureError?

    init(path: String, _ names: InterfaceNames, _ lists: [AccessList]) throws(CaptureError) {
        writer = try PcapngWriter(
            path: path, interfaces: names.names.map { CaptureInterface(name: $0, linkType: .raw) })
        comment = PacketComment(names: names, accessLists: lists)
    }

    mutating func write(_ packet: Span<UInt8>, _ verdict: Verdict, _ engine: inout Engine, at time: Timestamp) {
        guard verdict.action == .forward else { return }
        let flow = verdict.flow.flatMap { engine.summary(of: $0) }
        // What came behind the IP packet in its frame is padding, and stays behind.
        let length = (try? IPHeader.decode(packet, allowTruncation: true).end) ?? packet.count
        append(
            packet.extracting(0..<length), verdict.egress ?? verdict.ingress, comment.text(verdict, flow: flow),
            at: time)
    }

    mutating func write(_ release: Release, at time: Timestamp) {
        let packet = release.packet
        append(packet.span, release.egress ?? release.ingress, comment.text(release), at: time)
    }

    private mutating func append(
        _ packet: Span<UInt8>, _ interface: InterfaceIndex, _ text: String, at time: Timestamp
    ) {
        do throws(CaptureError) {
            try writer.write(
                frame: packet, interface: Int(interface.rawValue), timestamp: time, wireLength: packet.count,
                comment: text, direction: .outbound)
        } catch {
            failure = failure ?? error
        }
    }

    /// Ends the file; why it is not whole, if it is not.
    mutating func finish() -> CaptureError? {
        do throws(CaptureError) { try writer.close() } catch { failure = failure ?? error }
        return failure
    }
}
