import TestSupport
import Testing

@testable import Wire

/// Segments that were never sent read as if they had been.
@Suite struct TCPPacketTests {
    private static let ends = [("10.10.0.26", "98.208.49.30"), ("2001:db8:2::26", "2001:db8:9::9")]

    @Test(arguments: ends, [0, 1, 2, 1_440, 60_000])
    func aPacketReadsAsItWasMade(_ ends: (String, String), _ length: Int) throws {
        let (source, destination) = (Endpoint(try address(ends.0), 5_060), Endpoint(try address(ends.1), 49_152))
        var generator = SeededGenerator(seed: UInt64(length))
        let payload = generator.bytes(length...length)
        let packet = try #require(
            TCPPacket.make(
                from: source, to: destination, sequence: 0xfedc_ba98, acknowledgment: 0x0123_4567,
                flags: [.push, .acknowledge], payload[...]))
        let ip = try IPHeader.decode(packet.span)
        let tcp = try TCPHeader.decode(packet.span, ip)
        #expect(Endpoint(ip.source, tcp.sourcePort) == source)
        #expect(Endpoint(ip.destination, tcp.destinationPort) == destination)
        #expect(tcp.sequence == 0xfedc_ba98 && tcp.acknowledgment == 0x0123_4567)
        #expect(tcp.flags == [.push, .acknowledge] && tcp.window == 0xffff && tcp.options.isEmpty)
        #expect(packet.span.bytes(in: tcp.payload) == payload)
        #expect(ip.end == packet.count && ip.timeToLive == 64)
        #expect(PacketChecksum.verifyTransport(packet.span, ip) == .right)
        let isSound = IPHeader.hasValidV4Checksum(packet.span, headerLength: ip.transportOffset)
        #expect(!ip.isV4 || isSound)
    }

    @Test func whatDoesNotFitIsNotMade() throws {
        let (source, destination) = (Endpoint(try address("10.0.0.1"), 1), Endpoint(try address("2001:db8::1"), 2))
        func isMade(_ destination: Endpoint, _ length: Int) -> Bool {
            let payload = [UInt8](repeating: 0, count: length)
            return TCPPacket.make(
                from: source, to: destination, sequence: 0, acknowledgment: 0, flags: [], payload[...]) != nil
        }
        #expect(!isMade(destination, 0), "of two families")
        #expect(isMade(source, 65_495) && !isMade(source, 65_496))
    }
}
