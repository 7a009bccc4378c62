import TestSupport
import Testing
import Wire

/// Wireshark's reader as a second opinion: on what the decoders read, and on what rewriting leaves behind.
@Suite("As tshark reads it")
struct TsharkTests {
    /// A random packet of either family: UDP, TCP or an echo, with options and extension headers now and then.
    private func packet(_ random: inout SeededGenerator) -> [UInt8] {
        let isV4 = Bool.random(using: &random)
        let (from, to) = (random.address(v4: isV4), random.address(v4: isV4))
        var builder = PacketBuilder(
            from: IPAddress(high: from.high, low: from.low), to: IPAddress(high: to.high, low: to.low))
        builder.timeToLive = UInt8.random(in: 1...255, using: &random)
        builder.identification = UInt32.random(in: 0...0xffff, using: &random)
        builder.dontFragment = Bool.random(using: &random)
        if random.next().isMultiple(of: 4) {
            builder.options = [0x94, 4, 0, 0]
            builder.extensionHeaders = [.padding(.hopByHop), .padding(.destinationOptions, units: 1)]
        }
        // Ports that no dissector claims, so that payloads stay opaque.
        let ports = (
            UInt16.random(in: 50_000...59_999, using: &random), UInt16.random(in: 50_000...59_999, using: &random)
        )
        let payload = random.bytes(0...60)
        switch random.next() % 4 {
        case 0: return builder.echo(identifier: UInt16(truncatingIfNeeded: random.next()), payload)
        case 1:
            let (sequence, acknowledgment) = (UInt32(truncatingIfNeeded: random.next()), UInt32(ports.0))
            return builder.tcp(
                from: ports.0, to: ports.1, payload, flags: [.acknowledge, .push], sequence: sequence,
                acknowledgment: acknowledgment, options: [1, 1, 2, 4, 5, 0xb4])
        default: return builder.udp(from: ports.0, to: ports.1, payload)
        }
    }

    private func packets(_ count: Int, seed: UInt64) -> [[UInt8]] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in packet(&random) }
    }

    private static let decodedFields = [
        "ip.src", "ip.dst", "ipv6.src", "ipv6.dst", "ip.ttl", "ipv6.hlim", "udp.srcport", "udp.dstport", "tcp.srcport",
        "tcp.dstport", "tcp.seq_raw", "tcp.ack_raw", "tcp.len", "icmp.ident", "icmpv6.echo.identifier",
    ]

    /// The same columns from our own reading.
    private func columns(_ packet: [UInt8]) throws -> [String] {
        let ip = try decode(packet)
        let (source, destination, hops) = (ip.source.description, ip.destination.description, String(ip.timeToLive))
        var row = ip.isV4 ? [source, destination, "", "", hops, ""] : ["", "", source, destination, "", hops]
        switch ip.transport {
        case .udp:
            let udp = try UDPHeader.decode(packet.span, ip)
            row += ["\(udp.sourcePort)", "\(udp.destinationPort)"] + [String](repeating: "", count: 7)
        case .tcp:
            let tcp = try TCPHeader.decode(packet.span, ip)
            row += ["", "", "\(tcp.sourcePort)", "\(tcp.destinationPort)", "\(tcp.sequence)", "\(tcp.acknowledgment)"]
            row += ["\(tcp.payload.count)", "", ""]
        default:
            let identifier = String(try ICMPHeader.decode(packet.span, ip).identifier)
            row += [String](repeating: "", count: 7) + (ip.isV4 ? [identifier, ""] : ["", identifier])
        }
        return row
    }

    /// The first of several occurrences, hexadecimal as decimal: an identifier is shown in both byte orders, and versions
    /// differ in its base.
    private func decimal(_ value: String) -> String {
        let first = value.prefix { $0 != "," }
        return first.hasPrefix("0x") ? UInt32(first.dropFirst(2), radix: 16).map(String.init) ?? value : String(first)
    }

    @Test("addresses, ports, sequence numbers, lengths and identifiers are the same")
    func decoding() throws {
        let packets = packets(400, seed: 11)
        let rows = try tshark(packets, fields: Self.decodedFields)
        try #require(rows.count == packets.count)
        for (packet, row) in zip(packets, rows) {
            let theirs = row.map(decimal)
            let ours = try columns(packet)
            #expect(ours == theirs, "\(hexDump(packet))")
        }
    }

    /// The verdicts of tshark on a packet's checksums: 1 good, 0 bad; empty where there is none.
    private static let checksumFields = [
        "ip.checksum.status", "udp.checksum.status", "tcp.checksum.status", "icmp.checksum.status",
        "icmpv6.checksum.status",
    ]

    @Test("checksums are good after rewriting both sides, and bad ones still bad")
    func rewriting() throws {
        var random = SeededGenerator(seed: 12)
        var rewritten = packets(400, seed: 12)
        for index in rewritten.indices {
            let ip = try decode(rewritten[index])
            // Every second packet is damaged in its last byte, which only the transport's checksum covers.
            if index.isMultiple(of: 2) { rewritten[index][rewritten[index].count - 1] ^= 0x40 }
            let (from, to) = (random.address(v4: ip.isV4), random.address(v4: ip.isV4))
            var span = rewritten[index].mutableSpan
            let source = IPAddress(high: from.high, low: from.low)
            try PacketRewrite.source(&span, ip, to: source, port: UInt16.random(in: 40_000...49_999, using: &random))
            try PacketRewrite.destination(&span, ip, to: IPAddress(high: to.high, low: to.low))
        }
        let rows = try tshark(rewritten, fields: Self.checksumFields)
        try #require(rows.count == rewritten.count)
        for (index, row) in rows.enumerated() {
            let ip = try decode(rewritten[index])
            #expect(row[0] == (ip.isV4 ? "1" : ""))
            let transport = row.dropFirst().filter { !$0.isEmpty }
            #expect(transport == [index.isMultiple(of: 2) ? "0" : "1"], "\(hexDump(rewritten[index]))")
            let packet = rewritten[index]
            let verdict = PacketChecksum.verifyTransport(packet.span, ip)
            #expect(verdict == (index.isMultiple(of: 2) ? .wrong : .right))
        }
    }

    @Test("an ICMP error around a rewritten quotation has good checksums, inside and out", arguments: Host.bothFamilies)
    func quoted(builder: PacketBuilder) throws {
        let other = builder.source.isV4 ? Host.other : Host.other6
        let inner = [
            builder.udp(from: 55_000, to: 55_001, [1, 2, 3, 4]), builder.tcp(from: 55_000, to: 55_001, [1, 2, 3, 4]),
        ]
        let errors = try inner.map { inner in
            var packet = builder.reversed.unreachable(quoting: inner)
            let ip = try decode(packet)
            let icmp = try ICMPHeader.decode(packet.span, ip)
            let quoted = try QuotedPacket.decode(packet.span, ip, icmp)
            var span = packet.mutableSpan
            try PacketRewrite.quotedSource(&span, ip, quoted, to: other, port: 44_444)
            return packet
        }
        let fields = [
            "icmp.checksum.status", "icmpv6.checksum.status", "ip.checksum.status", "udp.srcport", "tcp.srcport",
        ]
        let v4 = [["1", "", "1,1", "44444", ""], ["1", "", "1,1", "", "44444"]]
        let v6 = [["", "1", "", "44444", ""], ["", "1", "", "", "44444"]]
        #expect(try tshark(errors, fields: fields) == (builder.source.isV4 ? v4 : v6))
    }

    @Test("every link type is wrapped as tshark expects it", arguments: LinkFrameTests.framings)
    func framing(framing: LinkFrameTests.Framing) throws {
        let packet = Host.v4.udp(from: 55_000, to: 55_001, [1, 2, 3])
        let rows = try tshark(
            [framing.frame(packet)], fields: ["ip.src", "udp.dstport"], linkType: framing.linkType,
            littleEndian: framing.isLittleEndianFile)
        #expect(rows == [[Host.phone.description, "55001"]])
    }
}
