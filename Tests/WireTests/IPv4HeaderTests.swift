import TestSupport
import Testing
import Wire

@Suite("IPv4 headers")
struct IPv4HeaderTests {
    @Test("every field is read from where RFC 791 puts it")
    func fields() throws {
        // Written out by hand: options, DF, an offset of 185 units, 6 bytes of link padding behind the packet.
        let packet = bytes(
            hex: """
                4600 0024 1c46 20b9 4011 0000 c0000202 c6336405 01010100
                1234 0045 000c 0000 61626364 000000000000
                """)
        let ip = try decode(packet)
        #expect(ip.isV4 && ip.source == Host.phone && ip.destination == Host.server)
        #expect(ip.transport == .udp && ip.timeToLive == 64)
        #expect(ip.transportOffset == 24 && ip.end == 36 && ip.transportLength == 12)
        #expect(ip.identification == 0x1c46 && ip.fragmentOffset == 185 * 8 && ip.moreFragments && ip.isFragment)
        #expect(!ip.dontFragment && !ip.isTruncated)
    }

    @Test("Don't Fragment and an unfragmented packet are told apart from fragments")
    func dontFragment() throws {
        let ip = try decode(Host.v4.with { $0.dontFragment = true }.udp(from: 1, to: 2))
        #expect(ip.dontFragment && !ip.isFragment && ip.fragmentOffset == 0)
    }

    @Test("a header cut at any byte names what is missing")
    func truncation() throws {
        let packet = Host.v4.with { $0.options = [7, 4, 4, 0] }.udp(from: 1, to: 2, [1, 2, 3])
        for count in 0..<packet.count {
            let cut = Array(packet[..<count])
            let expected: WireError =
                switch count {
                case 0: WireError(.ipv4, .version, .truncated, at: 0)
                case ..<20: WireError(.ipv4, .header, .truncated, at: 0)
                case ..<24: WireError(.ipv4, .headerLength, .truncated, at: 0)
                default: WireError(.ipv4, .totalLength, .truncated, at: 2)
                }
            #expect(wireError { () throws(WireError) in try decode(cut) } == expected, "\(count) bytes")
        }
    }

    @Test("a capture's cut packet is read as far as it goes, when asked for")
    func allowedTruncation() throws {
        let packet = Host.v4.udp(from: 1, to: 2, [1, 2, 3, 4])
        let ip = try decode(Array(packet[..<29]), allowTruncation: true)
        #expect(ip.isTruncated && ip.end == 29 && ip.transportOffset == 20)
        #expect(try UDPHeader.decode(Array(packet[..<29]).span, ip).payload == 28..<29)
    }

    @Test(
        "nonsense is refused by name",
        arguments: [
            (0, [0x44], WireError(.ipv4, .headerLength, .invalid, at: 0)),
            (0, [0x4f], WireError(.ipv4, .headerLength, .truncated, at: 0)),
            (0, [0x55], WireError(.ipv4, .version, .unsupported, at: 0)),
            (2, [0, 19], WireError(.ipv4, .totalLength, .invalid, at: 2)),
            (2, [0, 0], WireError(.ipv4, .totalLength, .invalid, at: 2)),
            // 8191 units of eight, and the packet's own bytes: past the 65,535 that a datagram can have.
            (6, [0x1f, 0xff], WireError(.ipv4, .fragmentOffset, .tooLong, at: 6)),
        ] as [(Int, [UInt8], WireError)])
    func nonsense(offset: Int, replacement: [UInt8], expected: WireError) {
        var packet = Host.v4.udp(from: 1, to: 2, [1, 2, 3])
        packet.replaceSubrange(offset..<offset + replacement.count, with: replacement)
        #expect(wireError { () throws(WireError) in try decode(packet) } == expected)
    }

    @Test("the last fragment that fits in a datagram is accepted")
    func largestDatagram() throws {
        let fragments = Host.v4.fragments(.udp, [UInt8](repeating: 1, count: 65_515), size: 65_504)
        let last = try #require(fragments.last)
        #expect(try decode(last).fragmentOffset == 65_504 && last.count == 20 + 11)
    }

    @Test(
        "options are passed when sound, and refused when malformed or a source route",
        arguments: [
            ([7, 4, 4, 0], nil), ([0x94, 4, 0, 0], nil), ([1, 1, 1, 0], nil), ([0, 131, 9, 9], nil),
            ([131, 7, 4, 1, 2, 3, 4], WireError(.ipv4, .option, .unsupported, at: 20)),
            ([1, 137, 7, 4, 1, 2, 3, 4], WireError(.ipv4, .option, .unsupported, at: 21)),
            ([1, 1, 1, 7], WireError(.ipv4, .option, .truncated, at: 23)),
            ([7, 1, 0, 0], WireError(.ipv4, .option, .invalid, at: 21)),
            ([7, 5, 0, 0], WireError(.ipv4, .option, .truncated, at: 21)),
        ] as [([UInt8], WireError?)])
    func options(options: [UInt8], expected: WireError?) {
        let packet = Host.v4.with { $0.options = options }.udp(from: 1, to: 2)
        #expect(wireError { () throws(WireError) in try decode(packet) } == expected)
    }

    private func isValid(_ packet: [UInt8], _ headerLength: Int) -> Bool {
        IPHeader.hasValidV4Checksum(packet.span, headerLength: headerLength)
    }

    @Test("the header checksum is checked over the header alone")
    func checksum() throws {
        var packet = Host.v4.with { $0.options = [1, 1, 1, 0] }.udp(from: 1, to: 2, [9, 9])
        #expect(isValid(packet, 24))
        packet[packet.count - 1] ^= 1
        #expect(isValid(packet, 24))
        packet[8] ^= 1
        #expect(!isValid(packet, 24))
        #expect(!isValid(packet, packet.count + 1))
        #expect(!isValid(packet, 0))
    }
}
