import TestSupport
import Wire

/// Every link type around one packet, and every kind of packet as raw IP.
func wireSeeds() -> [FuzzTarget.Seed] {
    let v4 = PacketBuilder(from: IPAddress(v4: 0xc000_0202), to: IPAddress(v4: 0xc633_6405))
    let v6 = PacketBuilder(
        from: IPAddress(high: 0x2001_0db8_0000_0001, low: 2), to: IPAddress(high: 0x2001_0db8_0000_0002, low: 5))
    let frames = framed(v4.udp(from: 50_000, to: 69, [1, 2, 3]), "v4") + framed(v6.tcp(from: 50_000, to: 5060), "v6")
    return frames + (packets(v4, "v4") + packets(v6, "v6")).map { seed(.raw, $0.name, $0.bytes) }
}

private func seed(_ linkType: LinkType, _ name: String, _ frame: [UInt8]) -> FuzzTarget.Seed {
    let index = fuzzedLinkTypes.firstIndex(of: linkType) ?? 0
    return FuzzTarget.Seed(name: name, bytes: [UInt8(index)] + frame)
}

private func framed(_ packet: [UInt8], _ family: String) -> [FuzzTarget.Seed] {
    [
        seed(.ethernet, "ethernet-\(family)", LinkFrames.ethernet(packet)),
        seed(.ethernet, "vlan-\(family)", LinkFrames.ethernet(packet, tags: [(0x88a8, 7), (0x8100, 9)])),
        seed(.ethernet, "snap-\(family)", LinkFrames.snap(packet)),
        seed(.ethernet, "pppoe-\(family)", LinkFrames.pppoe(packet)),
        seed(.ethernet, "mpls-\(family)", LinkFrames.mpls(packet, labels: [16, 17])),
        seed(.linuxCooked, "sll-\(family)", LinkFrames.linuxCooked(packet)),
        seed(.linuxCooked2, "sll2-\(family)", LinkFrames.linuxCooked2(packet)),
        seed(.null, "null-\(family)", LinkFrames.null(packet)),
        seed(.tokenRing, "token-ring-\(family)", LinkFrames.tokenRing(packet, routing: [6, 0x30, 0, 1, 0, 2])),
        seed(.nflog, "nflog-\(family)", LinkFrames.nflog(packet)),
    ]
}

private func packets(_ plain: PacketBuilder, _ family: String) -> [(name: String, bytes: [UInt8])] {
    var builder = plain
    let udp = builder.udp(from: 50_000, to: 5060, [UInt8](repeating: 0x41, count: 40))
    let tcp = builder.tcp(from: 50_000, to: 2000, [1], flags: .syn, options: [2, 4, 5, 0xb4, 4, 2, 1, 3, 3, 7])
    let pieces = (try? builder.fragments(of: udp, size: 24)) ?? []
    builder.options = [7, 7, 4, 0, 0, 0, 0, 0x94, 4, 0, 0]
    builder.extensionHeaders = [.padding(.hopByHop), .padding(.routing), .padding(.destinationOptions, units: 1)]
    return [
        ("udp-\(family)", udp), ("tcp-\(family)", tcp),
        ("no-checksum-\(family)", plain.udp(from: 1, to: 2, [3], checksum: false)),
        ("echo-\(family)", plain.echo(identifier: 7, [1, 2, 3])),
        ("error-udp-\(family)", plain.unreachable(quoting: udp)),
        ("error-tcp-\(family)", plain.unreachable(quoting: tcp)),
        ("error-short-\(family)", plain.unreachable(quoting: tcp, first: plain.source.isV4 ? 28 : 48)),
        ("chain-\(family)", builder.udp(from: 1, to: 2, [3])),
        ("atomic-\(family)", builder.atomicFragment(.udp, [0, 1, 0, 2, 0, 8, 0, 0])),
    ] + pieces.enumerated().map { ("fragment\($0.offset)-\(family)", $0.element) }
}
