import TestSupport
import Testing
import Wire

@Suite("Link-layer frames")
struct LinkFrameTests {
    struct Framing: CustomTestStringConvertible, Sendable {
        var name: String
        var linkType: LinkType
        /// Of header bytes before the packet.
        var length: Int
        /// The machine that wrote it, where that shows in the frame.
        var isLittleEndianFile = true
        var frame: @Sendable ([UInt8]) -> [UInt8]
        var testDescription: String { name }
    }

    static let framings: [Framing] = [
        Framing(name: "Ethernet", linkType: .ethernet, length: 14) { LinkFrames.ethernet($0) },
        Framing(name: "802.3 SNAP", linkType: .ethernet, length: 22) { LinkFrames.snap($0) },
        Framing(name: "PPPoE", linkType: .ethernet, length: 22) { LinkFrames.pppoe($0) },
        Framing(name: "one MPLS label", linkType: .ethernet, length: 18) { LinkFrames.mpls($0, labels: [3]) },
        Framing(name: "16 MPLS labels", linkType: .ethernet, length: 78) {
            LinkFrames.mpls($0, labels: [UInt32](repeating: 77, count: 16))
        },
        Framing(name: "Linux cooked", linkType: .linuxCooked, length: 16) { LinkFrames.linuxCooked($0) },
        Framing(name: "Linux cooked v2", linkType: .linuxCooked2, length: 20) { LinkFrames.linuxCooked2($0) },
        Framing(name: "Token Ring", linkType: .tokenRing, length: 22) { LinkFrames.tokenRing($0) },
        Framing(name: "Token Ring, source-routed", linkType: .tokenRing, length: 28) {
            LinkFrames.tokenRing($0, routing: [6, 0x30, 0, 0x11, 0, 0x20])
        },
        Framing(name: "BSD loopback, little-endian", linkType: .null, length: 4) { LinkFrames.null($0) },
        Framing(name: "BSD loopback, big-endian", linkType: .null, length: 4) {
            LinkFrames.null($0, littleEndian: false, family6: 30)
        },
        Framing(name: "OpenBSD loopback", linkType: .loop, length: 4) { LinkFrames.null($0, littleEndian: false) },
        Framing(name: "NFLOG, little-endian", linkType: .nflog, length: 28) { LinkFrames.nflog($0) },
        Framing(name: "NFLOG, big-endian", linkType: .nflog, length: 28, isLittleEndianFile: false) {
            LinkFrames.nflog($0, littleEndian: false)
        },
        Framing(name: "raw IP", linkType: .raw, length: 0) { $0 },
        Framing(name: "raw IPv4", linkType: .ipv4, length: 0) { $0 },
        Framing(name: "raw IP, BSD", linkType: .rawBSD, length: 0) { $0 },
        Framing(name: "raw IP, OpenBSD", linkType: .rawOpenBSD, length: 0) { $0 },
    ]

    @Test("every link type leads to the packet, of either family", arguments: framings, Host.bothFamilies)
    func leadsToIP(framing: Framing, builder: PacketBuilder) throws {
        let packet = builder.udp(from: 1, to: 2, [1, 2, 3])
        let frame = framing.frame(packet)
        let link = try LinkFrame.decode(frame.span, framing.linkType)
        #expect(link.carriesIP && link.etherType == (builder.source.isV4 ? 0x0800 : 0x86dd))
        #expect(link.payloadOffset == framing.length && link.tagCount == 0 && link.outerVLAN == 0)
        #expect(frame[link.payloadOffset...].starts(with: packet), "\(hexDump(frame))")
    }

    @Test("a frame cut anywhere in its headers is refused, where it broke", arguments: framings)
    func truncation(framing: Framing) throws {
        let frame = framing.frame(Host.v4.udp(from: 1, to: 2))
        for count in 0..<framing.length {
            let cut = Array(frame[..<count])
            let error = wireError { () throws(WireError) in try LinkFrame.decode(cut.span, framing.linkType) }
            let refused = try #require(error, "\(count) bytes were accepted")
            #expect(refused.problem == .truncated && refused.offset <= count, "\(count) bytes: \(refused)")
        }
    }

    private static let tagged = LinkFrames.ethernet([0x45], tags: [(0x8100, 5)])

    private static let manyAttributes = (0..<70).flatMap { _ in [4, 0, 1, 0] as [UInt8] }

    static let broken: [(LinkType, [UInt8], WireError)] = [
        (.ethernet, Array(tagged[..<13]), WireError(.ethernet, .header, .truncated, at: 0)),
        (.ethernet, Array(tagged[..<17]), WireError(.vlan, .header, .truncated, at: 14)),
        (.linuxCooked, [UInt8](repeating: 0, count: 15), WireError(.linuxCooked, .header, .truncated, at: 0)),
        (.linuxCooked2, [UInt8](repeating: 0, count: 19), WireError(.linuxCooked, .header, .truncated, at: 0)),
        (.null, [2, 0, 0], WireError(.loopback, .header, .truncated, at: 0)),
        (.null, [9, 0, 0, 0], WireError(.loopback, .family, .unsupported, at: 0)),
        (.raw, [], WireError(.link, .version, .truncated, at: 0)),
        (.raw, [0x15], WireError(.link, .version, .unsupported, at: 0)),
        (.netlink, [0x45], WireError(.link, .linkType, .unsupported, at: 0)),
        (.nflog, [7, 0, 0, 0], WireError(.nflog, .family, .unsupported, at: 0)),
        (.nflog, [2, 1, 0, 0], WireError(.nflog, .version, .unsupported, at: 1)),
        (.nflog, [2, 0, 0, 0, 3, 0, 1, 0], WireError(.nflog, .option, .invalid, at: 4)),
        (.nflog, [2, 0, 0, 0, 8, 0, 1, 0, 0, 0, 0, 0], WireError(.nflog, .option, .truncated, at: 12)),
        (
            .nflog, [2, 0] + [UInt8](repeating: 0, count: 2) + manyAttributes,
            WireError(.nflog, .option, .tooLong, at: 4 + 64 * 4)
        ),
        (.ethernet, LinkFrames.ethernet([0xaa, 0xaa], etherType: 2), WireError(.llc, .header, .truncated, at: 14)),
        (.ethernet, Array(LinkFrames.mpls([], labels: [0]).dropLast()), WireError(.mpls, .header, .truncated, at: 14)),
        (
            .ethernet, LinkFrames.mpls([], labels: [UInt32](repeating: 1, count: 17)),
            WireError(.mpls, .header, .tooLong, at: 14 + 64)
        ),
        (
            .ethernet, LinkFrames.ethernet([0x21, 0, 0, 1, 0, 2, 0, 0x21], etherType: 0x8864),
            WireError(.pppoe, .version, .unsupported, at: 14)
        ),
        (
            .ethernet, LinkFrames.ethernet([0x11, 0, 0, 1, 0, 1, 0, 0x21], etherType: 0x8864),
            WireError(.pppoe, .length, .invalid, at: 18)
        ),
        (
            .tokenRing, LinkFrames.tokenRing([0x45], routing: [1, 0]),
            WireError(.tokenRing, .headerLength, .invalid, at: 14)
        ),
    ]

    @Test("errors name the layer that broke", arguments: broken)
    func layers(linkType: LinkType, frame: [UInt8], expected: WireError) {
        let error = wireError { () throws(WireError) in try LinkFrame.decode(frame.span, linkType) }
        #expect(error == expected, "\(hexDump(frame))")
    }

    @Test("VLAN tags are passed and counted, the outermost is kept", arguments: 1...8)
    func tags(count: Int) throws {
        let tags = (0..<count).map { (tpid: [0x88a8, 0x8100, 0x9100][$0 % 3] as UInt16, vlan: UInt16(0xe064 + $0)) }
        let frame = LinkFrames.ethernet(Host.v6.udp(from: 1, to: 2), tags: tags)
        let link = try LinkFrame.decode(frame.span, .ethernet)
        #expect(link.tagCount == count && link.outerVLAN == 0x064, "the priority bits are no part of the VLAN")
        #expect(link.carriesIP && link.payloadOffset == 14 + 4 * count)
    }

    @Test("a ninth tag is refused")
    func tooManyTags() throws {
        let frame = LinkFrames.ethernet([0x45], tags: [(tpid: UInt16, vlan: UInt16)](repeating: (0x8100, 1), count: 9))
        let error = wireError { () throws(WireError) in try LinkFrame.decode(frame.span, .ethernet) }
        #expect(error == WireError(.vlan, .header, .tooLong, at: 46))
    }

    private func inserting(_ tag: [UInt8], _ frame: [UInt8]) -> [UInt8] {
        Array(frame[..<12]) + tag + Array(frame[12...])
    }

    @Test("tags in front of PPPoE and SNAP, and behind a cooked header, are passed too")
    func stacked() throws {
        let packet = Host.v4.udp(from: 1, to: 2)
        let tag: [UInt8] = [0x81, 0, 0, 9]
        let cooked: [UInt8] = [0x81, 0] + [UInt8](repeating: 0, count: 18) + [0, 9, 8, 0]
        let cases: [(LinkType, [UInt8])] = [
            (.ethernet, inserting(tag, LinkFrames.pppoe(packet))),
            (.ethernet, inserting(tag, LinkFrames.snap(packet))),
            (.linuxCooked2, cooked + packet),
        ]
        for (linkType, frame) in cases {
            let link = try LinkFrame.decode(frame.span, linkType)
            #expect(link.tagCount == 1 && link.outerVLAN == 9 && link.carriesIP)
            #expect(Array(frame[link.payloadOffset...]) == packet)
        }
    }

    @Test("whole frames that carry no IP are no error")
    func notIP() throws {
        let spanningTree = LinkFrames.ethernet([0x42, 0x42, 3, 0, 0, 0, 0], etherType: 7)
        let discovery = LinkFrames.ethernet([0xaa, 0xaa, 3, 0, 0, 0x0c, 0x20, 0, 1, 2], etherType: 10)
        let linkControl = LinkFrames.pppoe([1, 1, 0, 4], ppp: 0xc021)
        let pseudowire = LinkFrames.mpls([0, 0, 0, 0], labels: [16])
        let addressResolution = LinkFrames.ethernet([0, 1], etherType: 0x0806)
        let frames = [spanningTree, discovery, linkControl, pseudowire, addressResolution]
        let etherTypes = try frames.map { frame throws in try LinkFrame.decode(frame.span, .ethernet).etherType }
        #expect(etherTypes == [0, 0, 0x8864, 0x8847, 0x0806])
    }
}
