/// Makes whole IP packets that carry one UDP datagram: what the box itself has to say.
public enum UDPPacket {
    /// RFC 1122 section 3.2.1.7's default.
    public static let timeToLive: UInt8 = 64

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
        let isV4 = source.address.isV4
        let headerLength = headerLength(isV4: isV4)
        let length = headerLength + payload.count
        guard destination.address.isV4 == isV4, length <= 0xffff else { return nil }
        var packet = [UInt8](repeating: 0, count: length)
        var bytes = packet.mutableSpan
        if isV4 {
            writeV4(&bytes, from: source.address, to: destination.address, identification)
        } else {
            writeV6(&bytes, from: source.address, to: destination.address)
        }
        let start = headerLength - UDPHeader.length
        bytes.store(source.port, at: start)
        bytes.store(destination.port, at: start + 2)
        bytes.store(UInt16(length - start), at: start + 4)
        for index in payload.indices { bytes[headerLength + index] = payload[index] }
        let pseudoHeader = InternetChecksum.pseudoHeader(
            source: source.address, destination: destination.address, transport: .udp, length: length - start)
        let checksum = InternetChecksum.finish(InternetChecksum.add(bytes.span, in: start..<length, to: pseudoHeader))
        // RFC 768: zero says that there is none.
        bytes.store(checksum == 0 ? 0xffff : checksum, at: start + UDPHeader.checksumOffset)
        return packet
    }

    private static func writeV4(
        _ packet: inout MutableSpan<UInt8>, from source: IPAddress, to destination: IPAddress, _ identification: UInt16
    ) {
        packet[0] = 0x45
        packet.store(UInt16(packet.count), at: IPv4Field.totalLength)
        packet.store(identification, at: IPv4Field.identification)
        packet[IPv4Field.timeToLive] = timeToLive
        packet[IPv4Field.transport] = IPProtocol.udp.rawValue
        packet.store(source.v4, at: IPv4Field.source)
        packet.store(destination.v4, at: IPv4Field.destination)
        let sum = InternetChecksum.add(packet.span, in: 0..<IPv4Field.minimumLength)
        packet.store(InternetChecksum.finish(sum), at: IPv4Field.checksum)
    }

    private static func writeV6(
        _ packet: inout MutableSpan<UInt8>, from source: IPAddress, to destination: IPAddress
    ) {
        packet[0] = 0x60
        packet.store(UInt16(packet.count - IPv6Field.length), at: IPv6Field.payloadLength)
        packet[IPv6Field.nextHeader] = IPProtocol.udp.rawValue
        packet[IPv6Field.hopLimit] = timeToLive
        packet.store(source.high, at: IPv6Field.source)
        packet.store(source.low, at: IPv6Field.source + 8)
        packet.store(destination.high, at: IPv6Field.destination)
        packet.store(destination.low, at: IPv6Field.destination + 8)
    }
}
