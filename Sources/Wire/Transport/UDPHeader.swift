/// A UDP header (RFC 768).
public struct UDPHeader: Sendable {
    public static let length = 8
    public static let checksumOffset = 6

    public var sourcePort: UInt16
    public var destinationPort: UInt16
    /// The payload, as offsets into the packet.
    public var payload: Range<Int>
    /// 0 means that the sender made none.
    public var checksum: UInt16

    /// Reads the header that `ip` points at in `packet`; a fragment that is not the first has none and is refused.
    @inlinable @inline(__always)
    public static func decode(_ packet: Span<UInt8>, _ ip: IPHeader) throws(WireError) -> UDPHeader {
        let start = ip.transportOffset
        guard ip.fragmentOffset == 0 else { throw WireError(.udp, .fragmentOffset, .unsupported, at: start) }
        guard ip.end - start >= length else { throw WireError(.udp, .header, .truncated, at: start) }
        // Of known length, so that the loads below need no checks of their own; so in the other decoders.
        let header = packet.extracting(start..<start + length)
        let datagramLength = Int(header.uint16(at: 4))
        guard datagramLength >= length else { throw WireError(.udp, .length, .invalid, at: start + 4) }
        // The first fragment of a datagram, and a packet cut by the capture, hold less than the header says.
        guard start + datagramLength <= ip.end || ip.isTruncated || ip.moreFragments else {
            throw WireError(.udp, .length, .truncated, at: start + 4)
        }
        return UDPHeader(
            sourcePort: header.uint16(at: 0),
            destinationPort: header.uint16(at: 2),
            payload: start + length..<min(start + datagramLength, ip.end),
            checksum: header.uint16(at: checksumOffset))
    }

    @inlinable
    public init(sourcePort: UInt16, destinationPort: UInt16, payload: Range<Int>, checksum: UInt16) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.payload = payload
        self.checksum = checksum
    }
}
