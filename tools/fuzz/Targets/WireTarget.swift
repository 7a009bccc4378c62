import Wire

/// The first byte picks the link type and whether a cut packet is accepted; the rest is a frame, read down to the
/// transport's options, then rewritten as NAT does.
func wirePromise(_ input: Span<UInt8>) -> String? {
    guard input.count > 0 else { return nil }
    let linkType = fuzzedLinkTypes[Int(input[0] & 0x7f) % fuzzedLinkTypes.count]
    let frame = input.extracting(droppingFirst: 1)
    guard let link = try? LinkFrame.decode(frame, linkType) else { return nil }
    guard link.payloadOffset <= frame.count else { return "the link's payload starts behind its frame" }
    guard link.carriesIP else { return nil }
    return packetPromise(frame.extracting(droppingFirst: link.payloadOffset), allowTruncation: input[0] & 0x80 != 0)
}

let fuzzedLinkTypes: [LinkType] = [
    .ethernet, .raw, .null, .linuxCooked, .linuxCooked2, .tokenRing, .nflog, .loop, .ipv4, .ipv6,
]

private func packetPromise(_ packet: Span<UInt8>, allowTruncation: Bool) -> String? {
    guard let ip = try? IPHeader.decode(packet, allowTruncation: allowTruncation) else { return nil }
    guard ip.transportOffset <= ip.end, ip.end <= packet.count else { return "the IP header's offsets" }
    guard allowTruncation || !ip.isTruncated else { return "a cut packet was accepted" }
    return transportPromise(packet, ip) ?? rewritePromise(packet, ip)
}

private func transportPromise(_ packet: Span<UInt8>, _ ip: IPHeader) -> String? {
    switch ip.transport {
    case .udp:
        guard let udp = try? UDPHeader.decode(packet, ip) else { return nil }
        return udp.payload.upperBound <= ip.end ? nil : "UDP's payload ends behind its packet"
    case .tcp:
        guard let tcp = try? TCPHeader.decode(packet, ip) else { return nil }
        guard tcp.options.upperBound == tcp.payload.lowerBound, tcp.payload.upperBound == ip.end else {
            return "TCP's options and payload do not meet"
        }
        var options = TCPOptions(tcp)
        var count = 0
        while let option = try? options.next(packet) {
            count += 1
            guard option.data.upperBound <= tcp.options.upperBound, count <= 40 else { return "a TCP option's range" }
        }
        return nil
    default:
        return nil
    }
}

/// Rewriting keeps right checksums right and wrong ones wrong, and going back restores every byte.
private func rewritePromise(_ packet: Span<UInt8>, _ ip: IPHeader) -> String? {
    let original = packet.bytes(in: 0..<packet.count)
    var copy = original
    let to = ip.isV4 ? IPAddress(v4: 0xc633_6407) : IPAddress(high: 0x2001_0db8_0000_0007, low: 0x1234_5678_9abc_def0)
    guard rewriteAndBack(&copy, ip, to: to, checkVerdict: packet) else { return "a verdict changed by rewriting" }
    guard isEquivalent(copy, original, ip) else { return "a rewrite and its way back left the packet changed" }
    return quotedPromise(packet, ip, to)
}

private func rewriteAndBack(
    _ copy: inout [UInt8], _ ip: IPHeader, to address: IPAddress, checkVerdict packet: Span<UInt8>
) -> Bool {
    let before = PacketChecksum.verifyTransport(packet, ip)
    let headerBefore = !ip.isV4 || IPHeader.hasValidV4Checksum(packet, headerLength: ip.transportOffset)
    var span = copy.mutableSpan
    guard (try? PacketRewrite.source(&span, ip, to: address)) != nil else { return true }
    let verdict = PacketChecksum.verifyTransport(span.span, ip)
    let header = !ip.isV4 || IPHeader.hasValidV4Checksum(span.span, headerLength: ip.transportOffset)
    try? PacketRewrite.source(&span, ip, to: ip.source)
    return verdict == before && header == headerBefore
}

/// Equal, but for the two forms of a one's-complement zero in a checksum field.
private func isEquivalent(_ left: [UInt8], _ right: [UInt8], _ ip: IPHeader) -> Bool {
    guard left.count == right.count else { return false }
    let differing = left.indices.filter { left[$0] != right[$0] }
    return differing.allSatisfy { index in
        let pair: Set<UInt8> = [left[index], right[index]]
        return pair == [0, 0xff]
    } && differing.count <= 4
}

private func quotedPromise(_ packet: Span<UInt8>, _ ip: IPHeader, _ to: IPAddress) -> String? {
    guard ip.transport == (ip.isV4 ? .icmp : .icmpV6), let icmp = try? ICMPHeader.decode(packet, ip),
        let quoted = try? QuotedPacket.decode(packet, ip, icmp)
    else { return nil }
    guard quoted.start + quoted.ip.end <= ip.end else { return "a quoted packet ends behind its error" }
    let before = PacketChecksum.verifyTransport(packet, ip)
    var copy = packet.bytes(in: 0..<packet.count)
    var span = copy.mutableSpan
    guard (try? PacketRewrite.quotedDestination(&span, ip, quoted, to: to)) != nil else {
        return "a quoted packet that was read can not be rewritten"
    }
    return PacketChecksum.verifyTransport(span.span, ip) == before ? nil : "an ICMP error's checksum"
}
