/// Makes whole IP packets that carry one UDP datagram: what the box itself has to say.
public enum UDPPacket {
    /// Bytes before the payload.
    @inlinable
    public static func headerLength(isV4: Bool) -> Int {
        (isV4 ? IPv4Field.minimumLength : IPv6Field.length) + UDPHeader.length
    }

    /// One packet, both checksums made; `nil` where the two addresses are of different families, or where the datagram is
    /// too long for one packet.
    ///
    /// - Parameter identification: tells an IPv4 datagram's fragments from those of another, should a router have to cut
    ///   it (RFC 6864); IPv6 has none.
    public static func make(
        from source: Endpoint, to destination: Endpoint, identification: UInt16, _ payload: Span<UInt8>
    ) -> [UInt8]? {
        guard fits(payload.count, from: source, to: destination) else { return nil }
        let headerLength = headerLength(isV4: source.address.isV4)
        var packet = [UInt8](repeating: 0, count: headerLength + payload.count)
        let place = headerLength..<packet.count
        var whole = packet.mutableSpan
        var room = whole._mutatingExtracting(place)
        room.copy(payload)
        writeHeaders(&whole, before: place, from: source, to: destination, identification: identification)
        return packet
    }

    /// Whether a payload of so many bytes can go from one to the other: their addresses are of one family, and it is not too
    /// long for one packet.
    @inlinable
    public static func fits(_ count: Int, from source: Endpoint, to destination: Endpoint) -> Bool {
        source.address.isV4 == destination.address.isV4
            && headerLength(isV4: source.address.isV4) + count <= 0xffff
    }

    /// Puts the headers of one datagram before the payload that `buffer` holds in `payload`, all their checksums made.
    ///
    /// There is room for ``headerLength(isV4:)`` before it, and the two fit each other: ``fits(_:from:to:)``.
    ///
    /// - Parameter trafficClass: the byte with DSCP and ECN (RFC 2474, RFC 3168).
    /// - Returns: where the IP header starts.
    @inlinable
    @discardableResult
    public static func writeHeaders(
        _ buffer: inout MutableSpan<UInt8>, before payload: Range<Int>, from source: Endpoint,
        to destination: Endpoint, trafficClass: UInt8 = 0, identification: UInt16
    ) -> Int {
        let isV4 = source.address.isV4
        let start = payload.lowerBound - UDPHeader.length
        let network = start - (isV4 ? IPv4Field.minimumLength : IPv6Field.length)
        let length = payload.upperBound - start
        if isV4 {
            let total = UInt16(truncatingIfNeeded: payload.upperBound - network)
            IPHeaders.writeV4(
                &buffer, network, source.address.v4, destination.address.v4, .udp, trafficClass, total, identification)
        } else {
            let length = UInt16(truncatingIfNeeded: length)
            IPHeaders.writeV6(
                &buffer, network, source.address, destination.address, .udp, trafficClass, length)
        }
        let sum =
            InternetChecksum.pseudoHeader(
                source: source.address, destination: destination.address, transport: .udp, length: length)
            &+ UInt64(source.port) &+ UInt64(destination.port) &+ UInt64(length)
        let checksum = InternetChecksum.finish(InternetChecksum.add(buffer.span, in: payload, to: sum))
        // RFC 768: zero says that there is none.
        let last = UInt32(truncatingIfNeeded: length) << 16 | UInt32(checksum == 0 ? 0xffff : checksum)
        buffer.store(UInt64(source.port) << 48 | UInt64(destination.port) << 32 | UInt64(last), at: start)
        return network
    }
}
