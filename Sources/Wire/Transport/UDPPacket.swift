/// Makes whole IP packets that carry one UDP datagram: what the box itself has to say.
public enum UDPPacket {
    /// Bytes before the payload.
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
        var packet: [UInt8] = []
        let copy = payload.bytes(in: 0..<payload.count)
        return append(from: source, to: destination, identification: identification, copy[...], onto: &packet)
            ? packet : nil
    }

    /// The same at the end of a buffer, which costs no allocation where it has room; false, and nothing is added, where
    /// ``make(from:to:identification:_:)`` would give `nil`.
    public static func append(
        from source: Endpoint, to destination: Endpoint, identification: UInt16, _ payload: ArraySlice<UInt8>,
        onto buffer: inout [UInt8]
    ) -> Bool {
        let isV4 = source.address.isV4
        let headerLength = headerLength(isV4: isV4)
        let length = headerLength + payload.count
        guard destination.address.isV4 == isV4, length <= 0xffff else { return false }
        let place = buffer.count
        buffer.append(contentsOf: repeatElement(0, count: headerLength))
        buffer.append(contentsOf: payload)
        var whole = buffer.mutableSpan
        writeHeaders(
            &whole, before: place + headerLength..<place + length, from: source, to: destination,
            identification: identification)
        return true
    }

    /// Puts the headers of one datagram before the payload that `buffer` holds in `payload`, all their checksums made.
    ///
    /// There is room for ``headerLength(isV4:)`` before it, both addresses are of one family, and headers and payload fit
    /// 65,535 bytes.
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
        buffer.store(source.port, at: start)
        buffer.store(destination.port, at: start + 2)
        buffer.store(UInt16(truncatingIfNeeded: length), at: start + 4)
        let sum =
            InternetChecksum.pseudoHeader(
                source: source.address, destination: destination.address, transport: .udp, length: length)
            &+ UInt64(source.port) &+ UInt64(destination.port) &+ UInt64(length)
        let checksum = InternetChecksum.finish(InternetChecksum.add(buffer.span, in: payload, to: sum))
        // RFC 768: zero says that there is none.
        buffer.store(checksum == 0 ? 0xffff : checksum, at: start + UDPHeader.checksumOffset)
        return network
    }
}
