import Wire

extension PacketBuilder {
    /// Where a fragment stands in its datagram.
    struct FragmentPosition {
        /// In bytes, a multiple of eight.
        var offset: Int
        var more: Bool
    }

    /// An unfragmented packet around `payload`, which is taken as it is.
    public func packet(_ transport: IPProtocol, _ payload: [UInt8]) -> [UInt8] {
        source.isV4 ? packetV4(transport, payload) : packetV6(transport, payload)
    }

    /// Cuts `payload` (a whole transport segment) into packets that carry at most `size` bytes of it each; `size` is
    /// rounded down to a multiple of eight, and never below eight.
    public func fragments(_ transport: IPProtocol, _ payload: [UInt8], size: Int) -> [[UInt8]] {
        let step = max(8, size / 8 * 8)
        return stride(from: 0, to: payload.count, by: step).map { offset in
            let piece = Array(payload[offset..<min(offset + step, payload.count)])
            let position = FragmentPosition(offset: offset, more: offset + step < payload.count)
            return source.isV4 ? packetV4(transport, piece, position) : packetV6(transport, piece, position)
        }
    }

    /// Fragments of a packet that this builder made, `extensionHeaders` and `options` repeated in each.
    public func fragments(of packet: [UInt8], size: Int) throws(WireError) -> [[UInt8]] {
        let header = try IPHeader.decode(packet.span)
        return fragments(header.transport, Array(packet[header.transportOffset..<header.end]), size: size)
    }

    /// An IPv6 packet with a fragment header that cuts nothing (RFC 6946), or an IPv4 packet as it is.
    public func atomicFragment(_ transport: IPProtocol, _ payload: [UInt8]) -> [UInt8] {
        let position = FragmentPosition(offset: 0, more: false)
        return source.isV4 ? packetV4(transport, payload) : packetV6(transport, payload, position)
    }

    private func packetV4(
        _ transport: IPProtocol, _ payload: [UInt8], _ position: FragmentPosition? = nil
    ) -> [UInt8] {
        let padded = Self.padded(options)
        let headerLength = 20 + padded.count
        var fragmentation = UInt16((position?.offset ?? 0) / 8)
        if position?.more == true { fragmentation |= IPv4Field.moreFragments }
        if dontFragment { fragmentation |= IPv4Field.dontFragment }
        var header: [UInt8] = [0x40 | UInt8(headerLength / 4), 0] + bigEndian(UInt16(headerLength + payload.count))
        header += bigEndian(UInt16(truncatingIfNeeded: identification)) + bigEndian(fragmentation)
        header += [timeToLive, transport.rawValue, 0, 0] + source.headerBytes + destination.headerBytes + padded
        header.replaceSubrange(IPv4Field.checksum..<IPv4Field.checksum + 2, with: bigEndian(referenceChecksum(header)))
        return header + payload
    }

    private func packetV6(
        _ transport: IPProtocol, _ payload: [UInt8], _ position: FragmentPosition? = nil
    ) -> [UInt8] {
        var headers = extensionHeaders
        if let position {
            let word = UInt16(position.offset) | (position.more ? 1 : 0)
            headers.append(ExtensionHeader(.fragment, [0] + bigEndian(word) + bigEndian(identification)))
        }
        let numbers = headers.map(\.number) + [transport]
        let chain = zip(headers, numbers.dropFirst()).flatMap { header, next in [next.rawValue] + header.rest }
        let first = numbers.first ?? transport
        let fixed: [UInt8] = [0x60, 0, 0, 0] + bigEndian(UInt16(chain.count + payload.count))
        return fixed + [first.rawValue, timeToLive] + source.headerBytes + destination.headerBytes + chain + payload
    }
}
