import Inspection
import Wire

/// The memory of a packet thread: as many packets as a queue hands over at once, each in its slot.
struct PacketBatch {
    static let size = 64

    private var memory = [UInt8](repeating: 0, count: PacketBatch.size * PhoneTraffic.slotSize)
    private var packets = [PhoneTraffic.Packet](
        repeating: PhoneTraffic.Packet(length: 0, ingress: InterfaceIndex(0), isFromPhone: false),
        count: PacketBatch.size)

    /// Writes the packets from `first` on.
    mutating func fill(_ traffic: PhoneTraffic, from first: Int) throws(WireError) {
        try Self.fill(&memory, &packets, traffic, from: first)
    }

    /// Sends all through `engine`.
    mutating func process(_ engine: inout Engine, at now: Timestamp) {
        Self.process(&memory, packets, &engine, at: now)
    }

    /// Decodes the headers of all; the sum of their ports, so that none can be left out.
    func decode() -> Int {
        var ports = 0
        let all = memory.span
        for index in packets.indices {
            let packet = all.extracting(Self.place(index, packets[index].length))
            guard let ip = try? IPHeader.decode(packet), let udp = try? UDPHeader.decode(packet, ip) else { continue }
            ports &+= Int(udp.sourcePort) &+ Int(udp.destinationPort)
        }
        return ports
    }

    /// Whether each packet has left the engine whole, and under the right address.
    func check(_ site: EngineSite) throws {
        let all = memory.span
        for index in packets.indices {
            let packet = all.extracting(Self.place(index, packets[index].length))
            let ip = try IPHeader.decode(packet)
            let isTranslated = packets[index].isFromPhone ? ip.destination == site.real : ip.source == site.mapped
            guard isTranslated, PacketChecksum.verifyTransport(packet, ip) == .right,
                IPHeader.hasValidV4Checksum(packet, headerLength: ip.transportOffset)
            else { throw BenchmarkError("a packet left the engine wrong: \(ip)") }
        }
    }

    private static func place(_ index: Int, _ length: Int) -> Range<Int> {
        index * PhoneTraffic.slotSize..<index * PhoneTraffic.slotSize + length
    }

    // One span over all slots serves a whole batch, and keeps the memory's owner busy: hence not methods of it.

    private static func fill(
        _ memory: inout [UInt8], _ packets: inout [PhoneTraffic.Packet], _ traffic: PhoneTraffic, from first: Int
    ) throws(WireError) {
        var all = memory.mutableSpan
        for index in packets.indices {
            var slot = all._mutatingExtracting(place(index, PhoneTraffic.slotSize))
            packets[index] = try traffic.write(first + index, into: &slot)
        }
    }

    private static func process(
        _ memory: inout [UInt8], _ packets: [PhoneTraffic.Packet], _ engine: inout Engine, at now: Timestamp
    ) {
        // As the packet thread does with what a queue hands over at once.
        if engine.profitsFromForesight {
            for index in packets.indices {
                engine.foresee(
                    memory.span.extracting(place(index, packets[index].length)), from: packets[index].ingress)
            }
            engine.gather()
        }
        var all = memory.mutableSpan
        for index in packets.indices {
            var packet = all._mutatingExtracting(place(index, packets[index].length))
            _ = engine.process(&packet, from: packets[index].ingress, at: now)
        }
    }
}
