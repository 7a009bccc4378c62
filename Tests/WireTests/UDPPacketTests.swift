import TestSupport
import Testing

@testable import Wire

/// Packets of the box's own making are sound, whatever they carry.
@Suite struct UDPPacketTests {
    private static let ends = [("10.10.0.26", "98.208.49.30"), ("2001:db8:2::26", "2001:db8:9::9")]

    @Test(arguments: ends, [0, 1, 2, 511, 516, 1428])
    func aPacketReadsAsItWasMade(_ ends: (String, String), _ length: Int) throws {
        let (source, destination) = (try endpoint(ends.0, 50_001), try endpoint(ends.1, 49_152))
        var generator = SeededGenerator(seed: UInt64(length))
        let payload = generator.bytes(length...length)
        let made = UDPPacket.make(from: source, to: destination, identification: 0x1234, payload.span)
        let packet = try #require(made)
        let ip = try IPHeader.decode(packet.span)
        let udp = try UDPHeader.decode(packet.span, ip)
        #expect(Endpoint(ip.source, udp.sourcePort) == source)
        #expect(Endpoint(ip.destination, udp.destinationPort) == destination)
        #expect(packet.span.bytes(in: udp.payload) == payload)
        #expect(ip.end == packet.count)
        #expect(ip.timeToLive == 64)
        #expect(PacketChecksum.verifyTransport(packet.span, ip) == .right)
        let isSound = IPHeader.hasValidV4Checksum(packet.span, headerLength: ip.transportOffset)
        #expect(!ip.isV4 || isSound)
        #expect(packet == reference(source, destination, payload))
    }

    /// A sum of zero is sent as all ones: zero would say that there is no checksum (RFC 768).
    @Test func aChecksumIsNeverZero() throws {
        let (source, destination) = (try endpoint("10.0.0.1", 1), try endpoint("10.0.0.2", 2))
        let packets = (0...0xffff).lazy.map { value in
            UDPPacket.make(
                from: source, to: destination, identification: 0, [UInt8(value >> 8), UInt8(value & 0xff)].span) ?? []
        }
        let found = packets.first { $0.count == 30 && $0[26] == 0xff && $0[27] == 0xff }
        let packet = try #require(found)
        let ip = try IPHeader.decode(packet.span)
        #expect(PacketChecksum.verifyTransport(packet.span, ip) == .right)
    }

    @Test func whatDoesNotFitIsNotMade() throws {
        let (source, destination) = (try endpoint("10.0.0.1", 1), try endpoint("2001:db8::1", 2))
        let payload = [UInt8](repeating: 0, count: 65_508)
        func isMade(_ destination: Endpoint, _ payload: [UInt8]) -> Bool {
            UDPPacket.make(from: source, to: destination, identification: 0, payload.span) != nil
        }
        #expect(!isMade(destination, []), "of two families")
        #expect(!isMade(source, payload))
        #expect(isMade(source, Array(payload.dropLast())))
    }

    private func endpoint(_ text: String, _ port: UInt16) throws -> Endpoint { Endpoint(try address(text), port) }

    private func reference(_ source: Endpoint, _ destination: Endpoint, _ payload: [UInt8]) -> [UInt8] {
        PacketBuilder(from: source.address, to: destination.address)
            .udp(from: source.port, to: destination.port, payload)
    }
}
