import Capture
import ConfigLanguage
import Inspection
import Wire

/// The `capture` commands in force: a decorator around whatever drives the engine.
///
/// A packet is kept as it came in on its ingress interface, as it left on its egress interface, and, for captures of
/// drops, when it was refused. Without captures a packet costs one comparison here.
final class CaptureSet {
    private var captures: [ActiveCapture] = []
    private let names: InterfaceNames
    private let comment: PacketComment
    private let lists: [AccessList]
    /// The packet as it came in, before the engine rewrites it.
    private var before: [UInt8]
    private var beforeLength = 0

    init(_ configuration: Configuration, lists: [AccessList]) {
        names = InterfaceNames(configuration)
        comment = PacketComment(names: names, accessLists: lists)
        self.lists = lists
        before = [UInt8](repeating: 0, count: 65_536)
        for definition in configuration.captures { start(definition) }
    }

    /// Whether none wants packets.
    private(set) var isEmpty = true

    /// Adds a capture, or gives the one of that name a new definition and an empty buffer.
    func start(_ definition: CaptureDefinition) {
        let capture = ActiveCapture(definition, names, lists)
        if let place = captures.firstIndex(where: { $0.definition.name == definition.name }) {
            captures[place] = capture
        } else {
            captures.append(capture)
        }
        isEmpty = !captures.contains(where: \.seesPackets)
    }

    func stop(_ name: String) -> Bool {
        let count = captures.count
        captures.removeAll { $0.definition.name == name }
        isEmpty = !captures.contains(where: \.seesPackets)
        return captures.count < count
    }

    func clear(_ name: String?) -> Bool {
        let wanted = captures.filter { name == nil || $0.definition.name == name }
        for capture in wanted { capture.clear() }
        return !wanted.isEmpty
    }

    /// Remembers the packet as it comes in.
    func note(_ packet: Span<UInt8>) {
        beforeLength = min(packet.count, before.count)
        for index in 0..<beforeLength { before[index] = packet[index] }
    }

    /// Keeps the packet wherever it is wanted. `packet` is as it leaves.
    func keep(_ packet: Span<UInt8>, _ verdict: Verdict, flow: FlowSummary?, at time: Timestamp) {
        let text = comment.text(verdict, flow: flow)
        let original = before
        let arrived = original.span.extracting(0..<beforeLength)
        for capture in captures {
            capture.keepArrival(arrived, verdict, text, at: time)
            if verdict.action == .forward { capture.keepDeparture(packet, verdict.egress, text, at: time) }
        }
    }

    /// Keeps what a phone or its call server has said behind TLS, or what the box says to them.
    func keep(_ piece: SignallingPiece, at time: Timestamp) {
        for capture in captures { capture.keep(piece, at: time) }
    }

    /// The connection of one side of a stream is over, or (`nil`) both.
    func end(_ stream: HandStreamID, _ side: HandStreamSide?, at time: Timestamp) {
        for capture in captures { capture.end(stream, side, at: time) }
    }

    /// Keeps a packet that leaves beside the verdicts.
    func keep(_ release: Release, at time: Timestamp) {
        let packet = release.packet
        for capture in captures {
            capture.keepDeparture(packet.span, release.egress, comment.text(release), at: time)
        }
    }
}

// MARK: What is asked about them

/// One capture as `show capture` tells it.
public struct CaptureStatus: Sendable {
    public var definition: CaptureDefinition
    public var packets: Int
    public var bytes: Int
    public var missed: Int
    public var isFull: Bool
}

/// One packet of a capture as `show capture NAME` tells it.
public struct CapturedPacket: Sendable {
    public var number: Int
    public var time: Timestamp
    public var packet: [UInt8]
    public var comment: String?
}

extension CaptureSet {
    var status: [CaptureStatus] {
        captures.map {
            CaptureStatus(
                definition: $0.definition, packets: $0.buffer.held.packets, bytes: $0.buffer.held.bytes,
                missed: $0.buffer.missed.packets, isFull: $0.buffer.isFull)
        }
    }

    func packets(of name: String) -> [CapturedPacket]? {
        guard let capture = captures.first(where: { $0.definition.name == name }) else { return nil }
        var packets: [CapturedPacket] = []
        capture.buffer.forEach { packet, bytes in
            packets.append(
                CapturedPacket(
                    number: packet.number, time: packet.timestamp, packet: bytes.bytes(in: 0..<bytes.count),
                    comment: packet.comment))
        }
        return packets
    }

    /// A capture as a pcapng file; `nil` when there is none of that name.
    func file(of name: String) throws(CaptureError) -> [UInt8]? {
        guard let capture = captures.first(where: { $0.definition.name == name }) else { return nil }
        var writer = try PcapngWriter(
            // Headers and comments come on top of what the buffer holds.
            memoryLimit: capture.buffer.capacity * 2 + 1 << 20,
            interfaces: names.names.map { CaptureInterface(name: $0, linkType: .raw) })
        try capture.buffer.write(to: &writer)
        return writer.contents
    }
}
