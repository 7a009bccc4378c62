/// The headers of packets that the box makes.
public enum IPHeaders {
    /// RFC 1122 section 3.2.1.7's default.
    public static let timeToLive: UInt8 = 64

    @inlinable
    static func writeV4(
        _ buffer: inout MutableSpan<UInt8>, _ start: Int, _ source: UInt32, _ destination: UInt32,
        _ transport: IPProtocol, _ trafficClass: UInt8, _ length: UInt16, _ identification: UInt16
    ) {
        let versionAndClass = 0x4500 | UInt16(trafficClass)
        let timeAndTransport = UInt16(timeToLive) << 8 | UInt16(transport.rawValue)
        let words = UInt64(versionAndClass) &+ UInt64(length) &+ UInt64(identification) &+ UInt64(timeAndTransport)
        buffer.store(versionAndClass, at: start)
        buffer.store(length, at: start + IPv4Field.totalLength)
        buffer.store(identification, at: start + IPv4Field.identification)
        buffer.store(0 as UInt16, at: start + IPv4Field.fragmentation)
        buffer.store(timeAndTransport, at: start + IPv4Field.timeToLive)
        buffer.store(
            InternetChecksum.finish(words &+ UInt64(source) &+ UInt64(destination)), at: start + IPv4Field.checksum)
        buffer.store(source, at: start + IPv4Field.source)
        buffer.store(destination, at: start + IPv4Field.destination)
    }

    @inlinable
    static func writeV6(
        _ buffer: inout MutableSpan<UInt8>, _ start: Int, _ source: IPAddress, _ destination: IPAddress,
        _ transport: IPProtocol, _ trafficClass: UInt8, _ length: UInt16
    ) {
        buffer.store(0x6000_0000 | UInt32(trafficClass) << 20, at: start)
        buffer.store(length, at: start + IPv6Field.payloadLength)
        buffer[start + IPv6Field.nextHeader] = transport.rawValue
        buffer[start + IPv6Field.hopLimit] = timeToLive
        buffer.store(source.high, at: start + IPv6Field.source)
        buffer.store(source.low, at: start + IPv6Field.source + 8)
        buffer.store(destination.high, at: start + IPv6Field.destination)
        buffer.store(destination.low, at: start + IPv6Field.destination + 8)
    }
}
