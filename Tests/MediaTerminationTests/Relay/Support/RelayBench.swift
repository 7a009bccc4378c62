import TestSupport
import Wire

@testable import MediaTermination

/// What leaves by one device.
final class RecordingOutput: LaneOutput {
    /// IP packets, whichever way they left.
    var packets: [[UInt8]] = []
    /// Whole Ethernet frames.
    var frames: [[UInt8]] = []
    /// Errno for what goes by the kernel's way.
    var kernelError: Int32 = 0
    var refusedFrames = 0
    let isWaiting = false
    var isWatched = false

    func send(_ batch: FrameBatch) -> Int {
        for index in 0..<batch.count {
            batch.withFrame(index) { frame in
                frames.append(frame.bytes(in: frame.indices))
                packets.append(frame.bytes(in: EthernetField.length..<frame.count))
            }
        }
        return refusedFrames
    }

    func sendByKernel(_ packet: Span<UInt8>, to destination: IPAddress) -> Int32 {
        if kernelError == 0 { packets.append(packet.bytes(in: packet.indices)) }
        return kernelError
    }

    func take() -> [[UInt8]] {
        defer { packets = [] }
        return packets
    }
}

/// A relay's core between two devices: outside 10.10.0.25, inside 192.0.2.25, and their IPv6 addresses. What goes out is
/// recorded; time is what the test says.
final class RelayBench {
    static let addresses = [
        ("out0", "10.10.0.25"), ("in0", "192.0.2.25"), ("out0", "2001:db8:a::25"), ("in0", "2001:db8:b::25"),
    ]

    let core: RelayCore
    let outside = RecordingOutput()
    let inside = RecordingOutput()
    var now: UInt64 = 1_000_000_000_000
    let milliseconds: UInt64 = 1_000_000

    init(_ settings: MediaRelaySettings = MediaRelaySettings(), mtu: Int = 1500) throws {
        let addresses = try Self.addresses.map { MediaAddress($0.0, try address($0.1)) }
        let lanes = [EgressLane("out0"), EgressLane("in0")]
        for (index, output) in [outside, inside].enumerated() {
            let link = LinkFacts(
                index: Int32(index + 1), type: 1, address: 0x0200_0000_0010 + UInt64(index), mtu: mtu, isUp: true)
            lanes[index].attach(link, output)
        }
        core = RelayCore(addresses, lanes: lanes, settings: settings)
    }

    /// Hands in a packet, and sends what it led to.
    func receive(
        _ packet: [UInt8], checksum: RingPacket.Checksum = .unknown, isTruncated: Bool = false,
        at moment: Timestamp? = nil
    ) {
        let version = (packet.first ?? 0x45) >> 4
        let span = packet.span
        var place = version == 6 ? 2 : 0
        if let ip = try? IPHeader.decode(span),
            let known = core.addresses.firstIndex(where: { $0.address == ip.destination })
        {
            place = known
        }
        let arrival = moment ?? Timestamp(nanoseconds: Int64(now))
        core.receive(
            span, RingPacket(checksum: checksum, isTruncated: isTruncated, arrival: arrival), at: place, now: now)
        core.flush()
    }

    /// Hands in a datagram.
    func receive(from source: String, to destination: String, _ payload: [UInt8]) throws {
        receive(try udp(source, destination, payload))
    }

    func open(_ plan: MediaSessionPlan) { core.open(plan, at: now) }
    func update(_ plan: MediaSessionPlan) { core.update(plan, at: now) }
    func close(_ id: UInt64) { core.close(id, at: now) }

    func pass(milliseconds: Int) { now += UInt64(milliseconds) * self.milliseconds }

    /// Lets every session have its turn.
    func tend() {
        for _ in 0..<60 {
            pass(milliseconds: 20)
            core.tend(at: now)
        }
    }

    func reports() -> [MediaReport.Fact] {
        defer { core.reports = [] }
        return core.reports.map(\.fact)
    }

    func drops(_ reason: MediaDropReason) -> UInt64 { core.counters.drops[reason] }

    func statistics(_ id: UInt64 = 1) -> MediaSessionStatistics? { core.statistics(of: id, at: now) }
}

/// `a.b.c.d:port` both.
func udp(_ source: String, _ destination: String, _ payload: [UInt8]) throws -> [UInt8] {
    let (from, to) = (try endpoint(source), try endpoint(destination))
    return PacketBuilder(from: from.address, to: to.address).udp(from: from.port, to: to.port, payload)
}

/// A UDP datagram that came out, read without the code under test's writer.
struct SentDatagram: Equatable {
    var source: String
    var destination: String
    var payload: [UInt8]

    /// `nil` for what is no correct packet, checksums included.
    init?(_ packet: [UInt8]) {
        let span = packet.span
        guard let ip = try? IPHeader.decode(span), ip.end == packet.count, let udp = try? UDPHeader.decode(span, ip),
            PacketChecksum.verifyTransport(span, ip) == .right,
            !ip.isV4 || referenceChecksum(Array(packet[..<ip.transportOffset])) == 0
        else { return nil }
        source = "\(Endpoint(ip.source, udp.sourcePort))"
        destination = "\(Endpoint(ip.destination, udp.destinationPort))"
        payload = Array(packet[udp.payload])
    }
}
