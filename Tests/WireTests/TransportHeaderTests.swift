import TestSupport
import Testing
import Wire

@Suite("UDP headers")
struct UDPHeaderTests {
    @Test(
        "ports, checksum and payload are read; bytes behind the datagram are not payload", arguments: Host.bothFamilies)
    func fields(builder: PacketBuilder) throws {
        let datagram: [UInt8] = [0xc3, 0x50, 0, 69, 0, 11, 0xab, 0xcd, 1, 2, 3, 0xff, 0xff]
        let packet = builder.packet(.udp, datagram)
        let ip = try decode(packet)
        let udp = try UDPHeader.decode(packet.span, ip)
        #expect(udp.sourcePort == 50_000 && udp.destinationPort == 69 && udp.checksum == 0xabcd)
        #expect(udp.payload == ip.transportOffset + 8..<ip.transportOffset + 11)
    }

    @Test("a datagram cut at any byte names what is missing")
    func truncation() throws {
        for count in 0..<12 {
            let packet = Host.v4.packet(.udp, [UInt8]([0, 1, 0, 2, 0, 12, 0, 0, 1, 2, 3, 4].prefix(count)))
            let ip = try decode(packet)
            let expected =
                count < 8
                ? WireError(.udp, .header, .truncated, at: 20) : WireError(.udp, .length, .truncated, at: 24)
            #expect(wireError { () throws(WireError) in try UDPHeader.decode(packet.span, ip) } == expected, "\(count)")
        }
    }

    @Test("a length shorter than the header is invalid", arguments: [UInt16(0), 7])
    func shortLength(length: UInt16) throws {
        let packet = Host.v4.packet(.udp, [0, 1, 0, 2] + bigEndian(length) + [0, 0, 1, 2])
        let ip = try decode(packet)
        let error = wireError { () throws(WireError) in try UDPHeader.decode(packet.span, ip) }
        #expect(error == WireError(.udp, .length, .invalid, at: 24))
    }

    @Test("the first fragment is read as far as it goes; a later one has no header", arguments: Host.bothFamilies)
    func fragments(builder: PacketBuilder) throws {
        let whole = builder.udp(from: 1000, to: 69, [UInt8](repeating: 7, count: 60))
        let fragments = try builder.fragments(of: whole, size: 32)
        let first = try #require(fragments.first)
        let udp = try UDPHeader.decode(first.span, try decode(first))
        #expect(udp.sourcePort == 1000 && udp.payload.count == 24)
        let second = fragments[1]
        let ip = try decode(second)
        let error = wireError { () throws(WireError) in try UDPHeader.decode(second.span, ip) }
        #expect(error == WireError(.udp, .fragmentOffset, .unsupported, at: ip.transportOffset))
    }
}

@Suite("TCP headers")
struct TCPHeaderTests {
    @Test("every field is read from where RFC 9293 puts it", arguments: Host.bothFamilies)
    func fields(builder: PacketBuilder) throws {
        let segment = bytes(hex: "07d0 13c4 01020304 0a0b0c0d 60 5a 1f40 beef 0000 02 04 05b4 68 69")
        let packet = builder.packet(.tcp, segment)
        let ip = try decode(packet)
        let tcp = try TCPHeader.decode(packet.span, ip)
        let start = ip.transportOffset
        #expect(tcp.sourcePort == 2000 && tcp.destinationPort == 5060)
        #expect(tcp.sequence == 0x0102_0304 && tcp.acknowledgment == 0x0a0b_0c0d)
        #expect(tcp.window == 8000 && tcp.flags.rawValue == 0x5a)
        #expect(tcp.flags.isSuperset(of: [.syn, .push, .acknowledge]) && tcp.flags.isDisjoint(with: [.fin, .reset]))
        #expect(tcp.options == start + 20..<start + 24 && tcp.payload == start + 24..<start + 26)
    }

    @Test("a segment cut at any byte, or lying about its header, names what is wrong")
    func truncation() throws {
        let whole = Array(Host.v4.tcp(from: 1, to: 2, options: [2, 4, 5, 0xb4])[20...])
        for count in 0..<24 {
            let packet = Host.v4.packet(.tcp, Array(whole[..<count]))
            let ip = try decode(packet)
            let expected =
                count < 20
                ? WireError(.tcp, .header, .truncated, at: 20) : WireError(.tcp, .dataOffset, .truncated, at: 32)
            #expect(wireError { () throws(WireError) in try TCPHeader.decode(packet.span, ip) } == expected, "\(count)")
        }
        var short = Host.v4.tcp(from: 1, to: 2)
        short[32] = 0x40
        let ip = try decode(short)
        let error = wireError { () throws(WireError) in try TCPHeader.decode(short.span, ip) }
        #expect(error == WireError(.tcp, .dataOffset, .invalid, at: 32))
    }

    @Test("a fragment that is not the first has no header")
    func fragments() throws {
        let later = try Host.v4.fragments(of: Host.v4.tcp(from: 1, to: 2, [UInt8](repeating: 1, count: 40)), size: 24)[
            1]
        let ip = try decode(later)
        let error = wireError { () throws(WireError) in try TCPHeader.decode(later.span, ip) }
        #expect(error == WireError(.tcp, .fragmentOffset, .unsupported, at: 20))
    }
}

@Suite("TCP options")
struct TCPOptionsTests {
    private func walk(_ options: [UInt8]) throws -> (kinds: [UInt8], data: [[UInt8]], error: WireError?) {
        let packet = Host.v4.tcp(from: 1, to: 2, [0xee, 0xee], options: options)
        var walker = TCPOptions(try TCPHeader.decode(packet.span, try decode(packet)))
        var kinds: [UInt8] = []
        var data: [[UInt8]] = []
        do throws(WireError) {
            while let option = try walker.next(packet.span) {
                kinds.append(option.kind)
                data.append(Array(packet[option.data]))
            }
            return (kinds, data, nil)
        } catch {
            return (kinds, data, error)
        }
    }

    @Test("options are walked in order, No-Operation skipped, up to the end mark")
    func order() throws {
        let walked = try walk([2, 4, 5, 0xb4, 1, 1, 4, 2, 3, 3, 7, 0, 2, 4, 9, 9])
        #expect(walked.kinds == [2, 4, 3] && walked.data == [[5, 0xb4], [], [7]] && walked.error == nil)
        #expect(try walk([]).kinds.isEmpty && walk([1, 1, 1, 1]).kinds.isEmpty)
    }

    @Test(
        "a damaged option is refused where it stands",
        arguments: [
            ([1, 1, 1, 8], WireError(.tcp, .option, .truncated, at: 43)),
            ([8, 0, 0, 0], WireError(.tcp, .option, .invalid, at: 41)),
            ([8, 1, 0, 0], WireError(.tcp, .option, .invalid, at: 41)),
            ([8, 5, 0, 0], WireError(.tcp, .option, .truncated, at: 41)),
            ([8, 255, 0, 0], WireError(.tcp, .option, .truncated, at: 41)),
        ] as [([UInt8], WireError)])
    func damaged(options: [UInt8], expected: WireError) throws {
        #expect(try walk(options).error == expected)
    }
}

@Suite("ICMP headers")
struct ICMPHeaderTests {
    @Test("types of both families become one set of kinds; only echoes have an identifier")
    func kinds() throws {
        let cases: [(PacketBuilder, UInt8, ICMPHeader.Kind, UInt16)] = [
            (Host.v4, 8, .echoRequest, 0xabcd), (Host.v4, 0, .echoReply, 0xabcd), (Host.v4, 3, .error, 0),
            (Host.v4, 11, .error, 0), (Host.v4, 5, .error, 0), (Host.v4, 13, .other, 0), (Host.v4, 128, .other, 0),
            (Host.v6, 128, .echoRequest, 0xabcd), (Host.v6, 129, .echoReply, 0xabcd), (Host.v6, 1, .error, 0),
            (Host.v6, 4, .error, 0), (Host.v6, 8, .other, 0), (Host.v6, 135, .other, 0), (Host.v6, 0, .other, 0),
        ]
        for (builder, type, kind, identifier) in cases {
            let packet = builder.icmp(type: type, code: 9, word: 0xabcd_0001, [1, 2, 3])
            let ip = try decode(packet)
            let icmp = try ICMPHeader.decode(packet.span, ip)
            #expect(icmp.kind == kind && icmp.identifier == identifier, "type \(type), IPv4 \(ip.isV4)")
            #expect(icmp.type == type && icmp.code == 9)
            #expect(icmp.payload == ip.transportOffset + 8..<ip.end)
        }
    }

    @Test("a message cut at any byte, and a later fragment, are refused", arguments: Host.bothFamilies)
    func truncation(builder: PacketBuilder) throws {
        let transport: IPProtocol = builder.source.isV4 ? .icmp : .icmpV6
        for count in 0..<8 {
            let packet = builder.packet(transport, [UInt8](repeating: 8, count: count))
            let ip = try decode(packet)
            let error = wireError { () throws(WireError) in try ICMPHeader.decode(packet.span, ip) }
            #expect(error == WireError(.icmp, .header, .truncated, at: ip.transportOffset))
        }
        let later = builder.fragments(transport, [UInt8](repeating: 8, count: 32), size: 16)[1]
        let ip = try decode(later)
        let error = wireError { () throws(WireError) in try ICMPHeader.decode(later.span, ip) }
        #expect(error == WireError(.icmp, .fragmentOffset, .unsupported, at: ip.transportOffset))
    }
}
