import CLinux
import Wire

/// What the kernel says about a packet that waits for its verdict.
public struct QueuedPacket: Sendable, Equatable {
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// The transport checksum is partial: an offload was to complete it. Rewriting such a packet means computing
        /// the whole checksum.
        public static let checksumNotReady = Flags(rawValue: UInt32(NFQA_SKB_CSUMNOTREADY))
        /// Several segments in one (GSO or GRO); only where the queue asked for such.
        public static let segmented = Flags(rawValue: UInt32(NFQA_SKB_GSO))
        /// The kernel has not checked the transport checksum.
        public static let checksumNotVerified = Flags(rawValue: UInt32(NFQA_SKB_CSUM_NOTVERIFIED))
    }

    /// The kernel's number for it within the queue.
    public var id: UInt32 = 0
    /// NF_INET_PRE_ROUTING is 0.
    public var hook: UInt8 = 0
    /// EtherType: 0x0800 or 0x86dd.
    public var hardwareProtocol: UInt16 = 0
    public var mark: UInt32 = 0
    /// Interface index; 0 where there is none.
    public var ingress: UInt32 = 0
    public var egress: UInt32 = 0
    /// When the kernel received it; `nil` unless something on this host asked for time stamps.
    public var timestamp: Timestamp?
    /// Bytes of the packet that are at hand.
    public var length = 0
    /// Bytes that it has; more than ``length`` when the copy was cut.
    public var originalLength = 0
    public var flags: Flags = []

    /// Reads the body of an NFQNL_MSG_PACKET message, and says where the packet stands in `bytes`.
    static func decode(
        _ bytes: Span<UInt8>, in body: Range<Int>
    ) throws(NetlinkError) -> (packet: QueuedPacket, payload: Range<Int>) {
        guard body.count >= QueueMessage.familyHeaderLength else { throw .messageLength(offset: body.lowerBound) }
        var packet = QueuedPacket()
        var payload = body.upperBound..<body.upperBound
        var hasNumber = false
        var fullLength: Int?
        var attributes = NetlinkAttributes(body.lowerBound + QueueMessage.familyHeaderLength, body.upperBound)
        while let (type, value) = try attributes.next(bytes) {
            switch Int(type) {
            case Int(NFQA_PACKET_HDR.rawValue):
                try require(7, of: value, type)
                packet.id = bytes.uint32(at: value.lowerBound)
                packet.hardwareProtocol = bytes.uint16(at: value.lowerBound + 4)
                packet.hook = bytes[value.lowerBound + 6]
                hasNumber = true
            case Int(NFQA_PAYLOAD.rawValue): payload = value
            case Int(NFQA_CAP_LEN.rawValue): fullLength = Int(try word(bytes, value, type))
            default: try packet.take(type, bytes, value)
            }
        }
        guard hasNumber else { throw .missingPacketHeader }
        packet.length = payload.count
        packet.originalLength = max(fullLength ?? 0, payload.count)
        return (packet, payload)
    }

    /// The attributes that only describe.
    @inline(__always)
    private mutating func take(_ type: UInt16, _ bytes: Span<UInt8>, _ value: Range<Int>) throws(NetlinkError) {
        switch Int(type) {
        case Int(NFQA_MARK.rawValue): mark = try Self.word(bytes, value, type)
        case Int(NFQA_IFINDEX_INDEV.rawValue): ingress = try Self.word(bytes, value, type)
        case Int(NFQA_IFINDEX_OUTDEV.rawValue): egress = try Self.word(bytes, value, type)
        case Int(NFQA_SKB_INFO.rawValue): flags = Flags(rawValue: try Self.word(bytes, value, type))
        case Int(NFQA_TIMESTAMP.rawValue):
            try Self.require(16, of: value, type)
            // Seconds and microseconds.
            let seconds = Int64(bitPattern: bytes.uint64(at: value.lowerBound))
            let microseconds = Int64(bitPattern: bytes.uint64(at: value.lowerBound + 8))
            timestamp = Timestamp(seconds: seconds, nanoseconds: microseconds &* 1000)
        default: break
        }
    }

    @inline(__always)
    private static func word(_ bytes: Span<UInt8>, _ value: Range<Int>, _ type: UInt16) throws(NetlinkError) -> UInt32 {
        try require(4, of: value, type)
        return bytes.uint32(at: value.lowerBound)
    }

    @inline(__always)
    private static func require(_ count: Int, of value: Range<Int>, _ type: UInt16) throws(NetlinkError) {
        guard value.count >= count else { throw .shortAttribute(type: type) }
    }
}
