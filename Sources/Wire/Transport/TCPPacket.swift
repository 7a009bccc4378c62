/// Makes whole IP packets that carry one TCP segment, for what was never sent as such.
public enum TCPPacket {
    /// Bytes before the payload.
    public static func headerLength(isV4: Bool) -> Int {
        (isV4 ? IPv4Field.minimumLength : IPv6Field.length) + TCPHeader.minimumLength
    }

    /// One packet, both checksums made; `nil` where the two addresses are of different families, or where the segment is
    /// too long for one packet. Its window is the largest.
    public static func make(
        from source: Endpoint, to destination: Endpoint, sequence: UInt32, acknowledgment: UInt32,
        flags: TCPHeader.Flags, _ payload: ArraySlice<UInt8> = []
    ) -> [UInt8]? {
        let isV4 = source.address.isV4
        let headerLength = headerLength(isV4: isV4)
        let length = headerLength + payload.count
        guard destination.address.isV4 == isV4, length <= 0xffff else { return nil }
        var packet = [UInt8](repeating: 0, count: headerLength) + payload
        var whole = packet.mutableSpan
        let start = headerLength - TCPHeader.minimumLength
        if isV4 {
            IPHeaders.writeV4(
                &whole, 0, source.address.v4, destination.address.v4, .tcp, 0, UInt16(truncatingIfNeeded: length), 0)
        } else {
            IPHeaders.writeV6(
                &whole, 0, source.address, destination.address, .tcp, 0, UInt16(truncatingIfNeeded: length - start))
        }
        whole.store(source.port, at: start)
        whole.store(destination.port, at: start + 2)
        whole.store(sequence, at: start + 4)
        whole.store(acknowledgment, at: start + 8)
        whole[start + 12] = UInt8(TCPHeader.minimumLength / 4) << 4
        whole[start + 13] = flags.rawValue
        whole.store(UInt16.max, at: start + 14)
        if let ip = try? IPHeader.decode(whole.span) { PacketChecksum.makeTransport(&whole, ip) }
        return packet
    }
}
