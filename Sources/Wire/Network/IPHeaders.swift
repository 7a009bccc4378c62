/// The headers of packets that the box makes.
public enum IPHeaders {
    /// RFC 1122 section 3.2.1.7's default.
    public static let timeToLive: UInt8 = 64

    @inlinable
    static func writeV4(
        _ buffer: inout MutableSpan<UInt8>, _ start: Int, _ source: UInt32, _ destination: UInt32,
        _ transport: IPProtocol, _ trafficClass: UInt8, _ length: UInt16, _ identification: UInt16
    ) {
        // Words of 32 bits, in their order: version, class and length; identification, no fragment; time to live, transport
        // and checksum; the addresses.
        let first = 0x4500_0000 | UInt32(trafficClass) << 16 | UInt32(length)
        let second = UInt32(identification) << 16
        let third = UInt32(timeToLive) << 24 | UInt32(transport.rawValue) << 16
        let sum = UInt64(first) &+ UInt64(second) &+ UInt64(third) &+ UInt64(source) &+ UInt64(destination)
        buffer.store(UInt64(first) << 32 | UInt64(second), at: start)
        buffer.store(UInt64(third | UInt32(InternetChecksum.finish(sum))) << 32 | UInt64(source), at: start + 8)
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
