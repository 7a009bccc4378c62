import CLinux
import Wire

/// What the kernel says about a packet that waits for its verdict, as far as anybody asks.
public struct QueuedPacket: Sendable, Equatable {
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        @inlinable
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The transport checksum is partial: an offload was to complete it. Rewriting such a packet means computing
        /// the whole checksum.
        @inlinable public static var checksumNotReady: Flags { Flags(rawValue: UInt32(NFQA_SKB_CSUMNOTREADY)) }
        /// Several segments in one (GSO or GRO); only where the queue asked for such.
        public static let segmented = Flags(rawValue: UInt32(NFQA_SKB_GSO))
        /// The kernel has not checked the transport checksum.
        public static let checksumNotVerified = Flags(rawValue: UInt32(NFQA_SKB_CSUM_NOTVERIFIED))
    }

    /// The kernel's number for it within the queue.
    public var id: UInt32 = 0
    /// EtherType: 0x0800 or 0x86dd.
    public var hardwareProtocol: UInt16 = 0
    public var mark: UInt32 = 0
    /// Bytes of the packet that are at hand.
    public var length = 0
    public var flags: Flags = []
    /// The index of the device that it came in by.
    public var device: UInt32 = 0
    /// The link address of whoever handed it over, six bytes in the low 48 bits; `nil` on links that have none of that
    /// length.
    public var linkAddress: UInt64?

    /// Reads the body of an NFQNL_MSG_PACKET message, and says where the packet stands in `bytes`.
    @inline(__always)
    static func decode(
        _ bytes: Span<UInt8>, in body: Range<Int>
    ) throws(NetlinkError) -> (packet: QueuedPacket, payload: Range<Int>) {
        guard body.count >= QueueMessage.familyHeaderLength else { throw .messageLength(offset: body.lowerBound) }
        var packet = QueuedPacket()
        var payload = body.upperBound..<body.upperBound
        var hasNumber = false
        var attributes = NetlinkAttributes(body.lowerBound + QueueMessage.familyHeaderLength, body.upperBound)
        while let (type, value) = try attributes.next(bytes) {
            switch Int(type) {
            case Int(NFQA_PACKET_HDR.rawValue):
                try require(6, of: value, type)
                packet.id = bytes.uint32(at: value.lowerBound)
                packet.hardwareProtocol = bytes.uint16(at: value.lowerBound + 4)
                hasNumber = true
            case Int(NFQA_PAYLOAD.rawValue): payload = value
            case Int(NFQA_MARK.rawValue): packet.mark = try word(bytes, value, type)
            case Int(NFQA_IFINDEX_INDEV.rawValue): packet.device = try word(bytes, value, type)
            case Int(NFQA_HWADDR.rawValue): packet.linkAddress = try linkAddress(bytes, value, type)
            case Int(NFQA_SKB_INFO.rawValue): packet.flags = Flags(rawValue: try word(bytes, value, type))
            default: break
            }
        }
        guard hasNumber else { throw .missingPacketHeader }
        packet.length = payload.count
        return (packet, payload)
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ value: Range<Int>, _ type: UInt16) throws(NetlinkError) -> UInt32 {
        try require(4, of: value, type)
        return bytes.uint32(at: value.lowerBound)
    }

    /// Of struct nfqnl_msg_packet_hw: two bytes of length, two unused, the address.
    @inline(__always)
    private static func linkAddress(
        _ bytes: Span<UInt8>, _ value: Range<Int>, _ type: UInt16
    ) throws(NetlinkError) -> UInt64? {
        try require(12, of: value, type)
        guard bytes.uint16(at: value.lowerBound) == 6 else { return nil }
        return UInt64(bytes.uint16(at: value.lowerBound + 4)) << 32 | UInt64(bytes.uint32(at: value.lowerBound + 6))
    }

    @inline(__always)
    private static func require(_ count: Int, of value: Range<Int>, _ type: UInt16) throws(NetlinkError) {
        guard value.count >= count else { throw .shortAttribute(type: type) }
    }
}
