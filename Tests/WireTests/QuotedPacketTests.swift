import TestSupport
import Testing
import Wire

@Suite("Packets that ICMP errors quote")
struct QuotedPacketTests {
    private func quoted(_ packet: [UInt8]) throws(WireError) -> (ip: IPHeader, quoted: QuotedPacket) {
        let ip = try decode(packet)
        return (ip, try QuotedPacket.decode(packet.span, ip, try ICMPHeader.decode(packet.span, ip)))
    }

    /// What `builder`'s source sent, and the error that its destination sends back about it.
    private func samples(_ builder: PacketBuilder) -> [(
        name: String, make: @Sendable (PacketBuilder, UInt16) -> [UInt8]
    )] {
        [
            ("UDP", { $0.udp(from: $1, to: 5060, [UInt8](repeating: 7, count: 30)) }),
            ("UDP without checksum", { $0.udp(from: $1, to: 5060, [1, 2, 3], checksum: false) }),
            ("TCP", { $0.tcp(from: $1, to: 5060, [UInt8](repeating: 7, count: 30)) }),
            ("echo", { $0.echo(identifier: $1, [1, 2, 3, 4, 5]) }),
        ]
    }

    @Test("the quoted addresses and ports are read", arguments: Host.bothFamilies)
    func reading(builder: PacketBuilder) throws {
        for sample in samples(builder) {
            let error = builder.reversed.unreachable(quoting: sample.make(builder, 40_000))
            let (ip, quoted) = try quoted(error)
            #expect(quoted.start == ip.transportOffset + 8)
            #expect(quoted.ip.source == builder.source && quoted.ip.destination == builder.destination)
            #expect(quoted.sourcePort == 40_000, "\(sample.name)")
            #expect(quoted.destinationPort == (sample.name == "echo" ? 40_000 : 5060), "\(sample.name)")
        }
    }

    @Test("rewriting equals quoting the rewritten packet, however little was quoted", arguments: Host.bothFamilies)
    func rewriting(builder: PacketBuilder) throws {
        let other = builder.source.isV4 ? Host.other : Host.other6
        let header = builder.source.isV4 ? 20 : 40
        for sample in samples(builder) {
            for count in [header + 8, header + 9, header + 17, header + 18, header + 20, 576] {
                var packet = builder.reversed.unreachable(quoting: sample.make(builder, 40_000), first: count)
                let (ip, quoted) = try quoted(packet)
                var span = packet.mutableSpan
                try PacketRewrite.quotedSource(&span, ip, quoted, to: other, port: 0xfff0)
                let moved = builder.with { $0.source = other }
                var inner = Array(sample.make(moved, 0xfff0).prefix(count))
                // A TCP checksum that was quoted by half can not be updated.
                if sample.name == "TCP", count == header + 17 {
                    inner[header + 16] = sample.make(builder, 40_000)[header + 16]
                }
                let expected = builder.reversed.unreachable(quoting: inner, first: count)
                #expect(packet == expected, "\(sample.name), \(count)\n\(hexDifference(expected, packet))")
            }
        }
    }

    @Test("the destination is rewritten as well, and a wrong outer checksum stays wrong", arguments: Host.bothFamilies)
    func destination(builder: PacketBuilder) throws {
        let other = builder.source.isV4 ? Host.other : Host.other6
        var packet = builder.reversed.unreachable(quoting: builder.udp(from: 1, to: 2, [1, 2, 3, 4]))
        let (ip, quoted) = try quoted(packet)
        var damaged = packet
        damaged[packet.count - 1] ^= 1
        var span = packet.mutableSpan
        try PacketRewrite.quotedDestination(&span, ip, quoted, to: other, port: 9)
        let inner = builder.with { $0.destination = other }.udp(from: 1, to: 9, [1, 2, 3, 4])
        #expect(packet == builder.reversed.unreachable(quoting: inner))
        var damagedSpan = damaged.mutableSpan
        try PacketRewrite.quotedDestination(&damagedSpan, ip, quoted, to: other, port: 9)
        let verdict = PacketChecksum.verifyTransport(damaged.span, ip)
        #expect(verdict == .wrong)
    }

    @Test("a quoted later fragment has no ports, and only its address changes")
    func laterFragment() throws {
        let fragment = try Host.v4.fragments(
            of: Host.v4.udp(from: 1, to: 2, [UInt8](repeating: 1, count: 40)), size: 24)[1]
        var packet = Host.v4.reversed.unreachable(quoting: fragment)
        let (ip, quoted) = try quoted(packet)
        #expect(quoted.sourcePort == 0 && quoted.destinationPort == 0 && quoted.ip.fragmentOffset == 24)
        var span = packet.mutableSpan
        try PacketRewrite.quotedSource(&span, ip, quoted, to: Host.other, port: 9)
        let moved = Host.v4.with { $0.source = Host.other }
        let inner = try moved.fragments(of: moved.udp(from: 1, to: 2, [UInt8](repeating: 1, count: 40)), size: 24)[1]
        #expect(packet[48...] == Host.v4.reversed.unreachable(quoting: inner)[48...])
        #expect(PacketChecksum.verifyTransport(packet.span, ip) == .right)
    }

    static let refusals: [(String, [UInt8], WireError)] = [
        (
            "no error", Host.v4.echo(identifier: 1, Host.v4.udp(from: 1, to: 2)),
            WireError(.icmp, .type, .unsupported, at: 20)
        ),
        ("nothing quoted", Host.v4.unreachable(quoting: []), WireError(.ipv4, .version, .truncated, at: 28)),
        (
            "half a header", Host.v4.unreachable(quoting: Host.v4.udp(from: 1, to: 2), first: 19),
            WireError(.ipv4, .header, .truncated, at: 28)
        ),
        (
            "7 bytes of UDP", Host.v6.unreachable(quoting: Host.v6.udp(from: 1, to: 2), first: 47),
            WireError(.udp, .header, .truncated, at: 88)
        ),
        (
            "7 bytes of TCP", Host.v4.unreachable(quoting: Host.v4.tcp(from: 1, to: 2), first: 27),
            WireError(.tcp, .header, .truncated, at: 48)
        ),
        (
            "an IPv6 packet in an ICMP error", Host.v4.unreachable(quoting: Host.v6.udp(from: 1, to: 2)),
            WireError(.icmp, .version, .invalid, at: 28)
        ),
    ]

    @Test("what tells nothing is refused by name", arguments: refusals)
    func refused(name: String, packet: [UInt8], expected: WireError) {
        #expect(wireError { () throws(WireError) in try quoted(packet) } == expected, "\(name)")
    }
}
