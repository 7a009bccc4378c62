/// The network header of one IPv4 or IPv6 packet, extension headers included.
///
/// All offsets count from the first byte of the IP header. After a successful decode `transportOffset <= end` and
/// `end` is within the bytes given.
public struct IPHeader: Sendable {
    public var isV4: Bool
    public var source: IPAddress
    public var destination: IPAddress
    /// What follows the last header that was read: the protocol of the fragment's datagram, for a fragment.
    public var transport: IPProtocol
    public var timeToLive: UInt8
    /// Where the transport header starts, or the fragment's data.
    public var transportOffset: Int
    /// One past the last byte of the packet; link-layer padding lies behind it.
    public var end: Int
    /// The packet says it is longer than what was captured.
    public var isTruncated: Bool
    /// Bytes from the start of the datagram's fragmentable part; 0 in an unfragmented packet.
    public var fragmentOffset: Int
    public var moreFragments: Bool
    /// Where a fragment's share of its datagram starts: behind the IPv4 header, or behind the IPv6 fragment header.
    public var fragmentDataOffset: Int
    public var identification: UInt32
    /// RFC 791's Don't Fragment; always true for IPv6.
    public var dontFragment: Bool

    @inlinable
    init(
        isV4: Bool, source: IPAddress, destination: IPAddress, transport: IPProtocol, timeToLive: UInt8,
        transportOffset: Int, end: Int, isTruncated: Bool, fragmentOffset: Int, moreFragments: Bool,
        identification: UInt32, dontFragment: Bool
    ) {
        self.isV4 = isV4
        self.source = source
        self.destination = destination
        self.transport = transport
        self.timeToLive = timeToLive
        self.transportOffset = transportOffset
        self.end = end
        self.isTruncated = isTruncated
        self.fragmentOffset = fragmentOffset
        self.moreFragments = moreFragments
        fragmentDataOffset = transportOffset
        self.identification = identification
        self.dontFragment = dontFragment
    }

    @inlinable
    public var isFragment: Bool { moreFragments || fragmentOffset != 0 }

    /// Bytes behind the network headers.
    @inlinable
    public var transportLength: Int { end - transportOffset }

    /// Reads the header at the start of `packet`.
    ///
    /// - Parameter allowTruncation: accept a packet that is longer than the bytes at hand, as a capture with a
    ///   snapshot length holds them; what is missing is only ever payload.
    // Inlined always, as the transports' decoders are: the header is then made in place and not copied on its way out.
    @inlinable @inline(__always)
    public static func decode(_ packet: Span<UInt8>, allowTruncation: Bool = false) throws(WireError) -> IPHeader {
        guard packet.count > 0 else { throw WireError(.ipv4, .version, .truncated, at: 0) }
        switch packet[0] >> 4 {
        case 4: return try decodeV4(packet, allowTruncation: allowTruncation)
        case 6: return try decodeV6(packet, allowTruncation: allowTruncation)
        default: throw WireError(.ipv4, .version, .unsupported, at: 0)
        }
    }
}
