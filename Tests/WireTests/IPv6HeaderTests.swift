import TestSupport
import Testing
import Wire

@Suite("IPv6 headers")
struct IPv6HeaderTests {
    @Test("every field is read from where RFC 8200 puts it")
    func fields() throws {
        let packet = bytes(
            hex: """
                6ab1 2345 000a 11 2c
                2001 0db8 0000 0001 0000 0000 0000 0002
                2001 0db8 0000 0002 0000 0000 0000 0005
                1234 0045 000a 0000 6162 0000
                """)
        let ip = try decode(packet)
        #expect(!ip.isV4 && ip.source == Host.phone6 && ip.destination == Host.server6)
        #expect(ip.transport == .udp && ip.timeToLive == 44)
        #expect(ip.transportOffset == 40 && ip.end == 50)
        #expect(!ip.isFragment && ip.identification == 0 && ip.dontFragment && !ip.isTruncated)
    }

    @Test("a header cut at any byte names what is missing")
    func truncation() throws {
        let packet = Host.v6.udp(from: 1, to: 2, [1, 2, 3])
        for count in 1..<packet.count {
            let cut = Array(packet[..<count])
            let expected =
                count < 40
                ? WireError(.ipv6, .header, .truncated, at: 0)
                : WireError(.ipv6, .payloadLength, .truncated, at: 4)
            #expect(wireError { () throws(WireError) in try decode(cut) } == expected, "\(count) bytes")
        }
    }

    @Test("a mapped IPv4 address inside an IPv6 header is refused, on either side")
    func mapped() throws {
        let from = PacketBuilder(from: Host.phone6, to: Host.server6).udp(from: 1, to: 2)
        for (offset, field) in [(8, WireError.Field.source), (24, .destination)] {
            var packet = from
            packet.replaceSubrange(offset..<offset + 16, with: bigEndian(Host.phone.high) + bigEndian(Host.phone.low))
            let error = wireError { () throws(WireError) in try decode(packet) }
            #expect(error == WireError(.ipv6, field, .invalid, at: offset))
        }
    }

    @Test(
        "extension headers are passed in any order, up to the transport",
        arguments: [
            ([.padding(.hopByHop)], 48),
            ([.padding(.hopByHop, units: 2), .padding(.destinationOptions), .padding(.routing, units: 1)], 88),
            ([.padding(.destinationOptions), .padding(.hopByHop)], 56),
            ([PacketBuilder.ExtensionHeader(.authentication, [4, 0, 0] + [UInt8](repeating: 7, count: 20))], 64),
            ([PacketBuilder.ExtensionHeader](repeating: .padding(.destinationOptions), count: 8), 104),
        ] as [([PacketBuilder.ExtensionHeader], Int)])
    func chain(headers: [PacketBuilder.ExtensionHeader], transportOffset: Int) throws {
        let ip = try decode(Host.v6.with { $0.extensionHeaders = headers }.udp(from: 1, to: 2, [5]))
        #expect(ip.transport == .udp && ip.transportOffset == transportOffset && ip.transportLength == 9)
    }

    @Test("a chain of more than eight extension headers is refused")
    func longChain() throws {
        let headers = [PacketBuilder.ExtensionHeader](repeating: .padding(.destinationOptions), count: 9)
        let packet = Host.v6.with { $0.extensionHeaders = headers }.udp(from: 1, to: 2)
        let error = wireError { () throws(WireError) in try decode(packet) }
        #expect(error == WireError(.ipv6, .extensionHeader, .tooLong, at: 40 + 64))
    }

    @Test("a chain that the packet cuts at any byte is refused where it breaks")
    func cutChain() throws {
        let builder = Host.v6.with { $0.extensionHeaders = [.padding(.hopByHop), .padding(.routing, units: 1)] }
        let packet = builder.packet(.noNext, [])
        for length in 1..<24 {
            var cut = Array(packet[..<(40 + length)])
            cut.replaceSubrange(4..<6, with: bigEndian(UInt16(length)))
            let error = wireError { () throws(WireError) in try decode(cut) }
            #expect(error == WireError(.ipv6, .extensionHeader, .truncated, at: length < 8 ? 40 : 48), "\(length)")
        }
        #expect(try decode(packet).transport == .noNext)
    }

    @Test("a routing header with segments left is refused, whatever its type")
    func sourceRoute() throws {
        for type: UInt8 in [0, 2, 4] {
            let header = PacketBuilder.ExtensionHeader(.routing, [2, type, 1] + [UInt8](repeating: 0, count: 20))
            let packet = Host.v6.with { $0.extensionHeaders = [header] }.udp(from: 1, to: 2)
            let error = wireError { () throws(WireError) in try decode(packet) }
            #expect(error == WireError(.ipv6, .extensionHeader, .unsupported, at: 40))
        }
    }

    @Test("a jumbogram is refused as such; a packet without payload is none")
    func jumbogram() throws {
        let jumbo = PacketBuilder.ExtensionHeader(.hopByHop, [0, 0xc2, 4, 0, 1, 0, 0])
        var packet = Host.v6.with { $0.extensionHeaders = [jumbo] }.udp(from: 1, to: 2)
        packet.replaceSubrange(4..<6, with: [0, 0])
        let error = wireError { () throws(WireError) in try decode(packet) }
        #expect(error == WireError(.ipv6, .payloadLength, .unsupported, at: 4))
        #expect(try decode(Host.v6.packet(.noNext, [])).transportLength == 0)
    }

    @Test("ESP and protocols without ports end the chain", arguments: [IPProtocol.esp, .noNext, .gre, .ipv4])
    func opaque(transport: IPProtocol) throws {
        let ip = try decode(Host.v6.packet(transport, [60, 0, 0, 0, 0, 0, 0, 0]))
        #expect(ip.transport == transport && ip.transportOffset == 40)
    }

    @Test("the first fragment shows its transport, later ones only their place")
    func fragments() throws {
        let payload = [UInt8](repeating: 0x55, count: 100)
        let builder = Host.v6.with { $0.extensionHeaders = [.padding(.hopByHop)] }
        let headers = try builder.fragments(.udp, payload, size: 48).map { packet throws in try decode(packet) }
        #expect(headers.map(\.fragmentOffset) == [0, 48, 96])
        #expect(headers.map(\.moreFragments) == [true, true, false])
        #expect(headers.map(\.transportOffset) == [56, 56, 56])
        #expect(headers.map(\.transportLength) == [48, 48, 4])
        #expect(headers.allSatisfy { $0.transport == .udp && $0.identification == 0x1234 && $0.isFragment })
    }

    @Test("an atomic fragment is a whole packet (RFC 6946)")
    func atomicFragment() throws {
        let ip = try decode(Host.v6.atomicFragment(.udp, [UInt8](repeating: 0, count: 9)))
        #expect(!ip.isFragment && ip.transport == .udp && ip.transportOffset == 48)
    }

    @Test("fragments that RFC 8200 section 4.5 discards are refused by name")
    func badFragments() throws {
        func fragment(_ word: UInt16, _ length: Int, behind: [PacketBuilder.ExtensionHeader] = []) -> [UInt8] {
            let header = PacketBuilder.ExtensionHeader(.fragment, [0] + bigEndian(word) + [0, 0, 0, 1])
            return Host.v6.with { $0.extensionHeaders = [header] + behind }
                .packet(.udp, [UInt8](repeating: 0, count: length))
        }
        let uneven = fragment(1, 12)
        let unevenError = wireError { () throws(WireError) in try decode(uneven) }
        #expect(unevenError == WireError(.ipv6, .payloadLength, .invalid, at: 4))

        let tooFar = fragment(0xfff8, 8)
        let tooFarError = wireError { () throws(WireError) in try decode(tooFar) }
        #expect(tooFarError == WireError(.ipv6, .fragmentOffset, .tooLong, at: 42))
        #expect(try decode(fragment(0xfff8, 7)).fragmentOffset == 0xfff8)

        let twice = fragment(0, 8, behind: [PacketBuilder.ExtensionHeader(.fragment, [0, 0, 0, 0, 0, 0, 1])])
        let twiceError = wireError { () throws(WireError) in try decode(twice) }
        #expect(twiceError == WireError(.ipv6, .extensionHeader, .invalid, at: 48))
    }
}
