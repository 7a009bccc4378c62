import TestSupport
import Testing
import Wire

@Suite("Rewriting addresses and ports")
struct PacketRewriteTests {
    enum Side: CaseIterable, Sendable {
        case source, destination
    }

    struct Transport: CustomTestStringConvertible, Sendable {
        var testDescription: String
        /// A whole packet between two ports of the builder's hosts.
        var make: @Sendable (PacketBuilder, _ from: UInt16, _ to: UInt16, _ payload: [UInt8]) -> [UInt8]
    }

    static let transports: [Transport] = [
        Transport(testDescription: "UDP") { $0.udp(from: $1, to: $2, $3) },
        Transport(testDescription: "UDP without checksum") { $0.udp(from: $1, to: $2, $3, checksum: false) },
        Transport(testDescription: "TCP") {
            $0.tcp(from: $1, to: $2, $3, sequence: 0xffff_0000, options: [2, 4, 5, 0xb4])
        },
    ]

    private func rewrite(
        _ packet: [UInt8], _ side: Side, to address: IPAddress, port: UInt16? = nil, allowTruncation: Bool = false
    ) throws -> [UInt8] {
        let ip = try decode(packet, allowTruncation: allowTruncation)
        var copy = packet
        var span = copy.mutableSpan
        switch side {
        case .source: try PacketRewrite.source(&span, ip, to: address, port: port)
        case .destination: try PacketRewrite.destination(&span, ip, to: address, port: port)
        }
        return copy
    }

    private func moved(_ builder: PacketBuilder, _ side: Side, to address: IPAddress) -> PacketBuilder {
        builder.with { if side == .source { $0.source = address } else { $0.destination = address } }
    }

    @Test(
        "the result is the packet that a sender at the new address and port would have made",
        arguments: transports, Host.bothFamilies)
    func equalsFresh(transport: Transport, plain: PacketBuilder) throws {
        var random = SeededGenerator(seed: 4)
        for round in 0..<500 {
            var builder = plain
            if round.isMultiple(of: 5) {
                builder.options = [1, 7, 3, 4]
                builder.extensionHeaders = [.padding(.hopByHop), .padding(.destinationOptions, units: 1)]
            }
            let side: Side = random.next().isMultiple(of: 2) ? .source : .destination
            let words = random.address(v4: plain.source.isV4)
            let to = IPAddress(high: words.high, low: words.low)
            let ports = (UInt16.random(in: 0...(.max), using: &random), UInt16.random(in: 0...(.max), using: &random))
            let newPort: UInt16? =
                random.next().isMultiple(of: 3) ? nil : [0, 0xffff, 5060].randomElement(using: &random)
            let payload = random.bytes(0...40)
            let rewritten = try rewrite(transport.make(builder, ports.0, ports.1, payload), side, to: to, port: newPort)
            let from = side == .source ? newPort ?? ports.0 : ports.0
            let dest = side == .destination ? newPort ?? ports.1 : ports.1
            let fresh = transport.make(moved(builder, side, to: to), from, dest, payload)
            try #require(rewritten == fresh, "round \(round)\n\(hexDifference(fresh, rewritten))")
        }
    }

    @Test("both sides may be rewritten with one decode", arguments: transports, Host.bothFamilies)
    func bothSides(transport: Transport, builder: PacketBuilder) throws {
        var packet = transport.make(builder, 50_000, 5060, [1, 2, 3])
        let ip = try decode(packet)
        let other = builder.source.isV4 ? Host.other : Host.other6
        var span = packet.mutableSpan
        try PacketRewrite.destination(&span, ip, to: builder.source, port: 1)
        try PacketRewrite.source(&span, ip, to: other, port: 2)
        let fresh = transport.make(PacketBuilder(from: other, to: builder.source), 2, 1, [1, 2, 3])
        #expect(packet == fresh, "\(hexDifference(fresh, packet))")
    }

    @Test("a wrong checksum stays exactly as wrong as it was", arguments: transports, Host.bothFamilies)
    func wrongStaysWrong(transport: Transport, builder: PacketBuilder) throws {
        var packet = transport.make(builder, 50_000, 5060, [1, 2, 3])
        let noChecksum = packet[try decode(packet).transportOffset + 6..<packet.count].prefix(2) == [0, 0]
        packet[packet.count - 1] ^= 0x80
        if builder.source.isV4 { packet[8] ^= 1 }
        let ip = try decode(packet)
        for side in Side.allCases {
            let other = builder.source.isV4 ? Host.other : Host.other6
            let rewritten = try rewrite(packet, side, to: other, port: 9)
            let verdict = PacketChecksum.verifyTransport(rewritten.span, ip)
            #expect(verdict == (noChecksum && ip.isV4 && ip.transport == .udp ? .none : .wrong))
            let headerIsValid = IPHeader.hasValidV4Checksum(rewritten.span, headerLength: ip.transportOffset)
            #expect(!headerIsValid)
            let back = side == .source ? builder.source : builder.destination
            #expect(try rewrite(rewritten, side, to: back, port: side == .source ? 50_000 : 5060) == packet)
        }
    }

    @Test("ICMP echoes change their identifier, on either side", arguments: Host.bothFamilies)
    func echo(builder: PacketBuilder) throws {
        let other = builder.source.isV4 ? Host.other : Host.other6
        for side in Side.allCases {
            for isReply in [false, true] {
                let packet = builder.echo(reply: isReply, identifier: 0x1111, [5, 6, 7])
                let rewritten = try rewrite(packet, side, to: other, port: 0xfffe)
                let fresh = moved(builder, side, to: other).echo(reply: isReply, identifier: 0xfffe, [5, 6, 7])
                #expect(rewritten == fresh, "\(hexDifference(fresh, rewritten))")
                let kept = try rewrite(packet, side, to: other)
                #expect(kept == moved(builder, side, to: other).echo(reply: isReply, identifier: 0x1111, [5, 6, 7]))
            }
        }
    }

    @Test("fragments rewritten one by one reassemble to the packet rewritten whole", arguments: Host.bothFamilies)
    func fragments(builder: PacketBuilder) throws {
        let payload = [UInt8](repeating: 0xa5, count: 100)
        let other = builder.source.isV4 ? Host.other : Host.other6
        for whole in [builder.udp(from: 1, to: 2, payload), builder.tcp(from: 1, to: 2, payload)] {
            let rewritten = try builder.fragments(of: whole, size: 40).map { fragment in
                try rewrite(fragment, .source, to: other, port: 777)
            }
            let moved = moved(builder, .source, to: other)
            let expected = try moved.fragments(of: rewrite(whole, .source, to: other, port: 777), size: 40)
            #expect(rewritten == expected)
        }
    }

    @Test("an atomic fragment is rewritten as the whole packet that it is")
    func atomicFragment() throws {
        let segment = Array(Host.v6.udp(from: 1, to: 2, [1, 2, 3])[40...])
        let moved = Host.v6.with { $0.source = Host.other6 }
        let expected = moved.atomicFragment(.udp, Array(moved.udp(from: 9, to: 2, [1, 2, 3])[40...]))
        #expect(try rewrite(Host.v6.atomicFragment(.udp, segment), .source, to: Host.other6, port: 9) == expected)
    }

    @Test("a protocol without ports changes its address only", arguments: Host.bothFamilies)
    func opaque(builder: PacketBuilder) throws {
        let packet = builder.packet(.esp, [1, 2, 3, 4, 5])
        let other = builder.source.isV4 ? Host.other : Host.other6
        let rewritten = try rewrite(packet, .destination, to: other)
        #expect(rewritten == moved(builder, .destination, to: other).packet(.esp, [1, 2, 3, 4, 5]))
    }

    static let refusals: [(String, [UInt8], Side, IPAddress, UInt16?, WireError)] = [
        (
            "the other family", Host.v4.udp(from: 1, to: 2), .source, Host.other6, nil,
            WireError(.ipv4, .source, .unsupported, at: 12)
        ),
        (
            "the other family", Host.v6.udp(from: 1, to: 2), .destination, Host.other, nil,
            WireError(.ipv6, .destination, .unsupported, at: 24)
        ),
        (
            "a port of ESP", Host.v4.packet(.esp, [1, 2, 3, 4]), .source, Host.other, 5,
            WireError(.ipv4, .source, .unsupported, at: 20)
        ),
        (
            "a port of an ICMP error", Host.v6.unreachable(quoting: []), .destination, Host.other6, 5,
            WireError(.ipv6, .destination, .unsupported, at: 40)
        ),
        (
            "a UDP header of 7 bytes", Host.v4.packet(.udp, [0, 1, 0, 2, 0, 9, 0]), .source, Host.other, 5,
            WireError(.udp, .header, .truncated, at: 20)
        ),
        (
            "a first fragment too short for TCP's checksum",
            Host.v4.fragments(.tcp, [UInt8](repeating: 1, count: 40), size: 16)[0], .source, Host.other, nil,
            WireError(.tcp, .header, .truncated, at: 20)
        ),
        (
            "an echo without its identifier", Host.v4.packet(.icmp, [8, 0, 1, 2, 3]), .source, Host.other, 5,
            WireError(.icmp, .header, .truncated, at: 20)
        ),
        (
            "an empty ICMP message", Host.v4.packet(.icmp, []), .source, Host.other, 5,
            WireError(.icmp, .header, .truncated, at: 20)
        ),
    ]

    @Test("what can not be rewritten is refused by name and left as it was", arguments: refusals)
    func refused(
        refusal: (name: String, packet: [UInt8], side: Side, to: IPAddress, port: UInt16?, error: WireError)
    ) throws {
        let ip = try decode(refusal.packet)
        var copy = refusal.packet
        let error = wireError { () throws(WireError) in
            var span = copy.mutableSpan
            switch refusal.side {
            case .source: try PacketRewrite.source(&span, ip, to: refusal.to, port: refusal.port)
            case .destination: try PacketRewrite.destination(&span, ip, to: refusal.to, port: refusal.port)
            }
        }
        #expect(error == refusal.error, "\(refusal.name)")
        #expect(copy == refusal.packet)
    }
}
