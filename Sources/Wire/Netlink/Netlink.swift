/// Netlink's framing (RFC 3549 section 2.3): a header of 16 bytes, then attributes, everything aligned to four.
///
/// Netlink itself speaks the host's byte order; what netfilter puts into its attributes is in network order.
public enum Netlink {
    public static let headerLength = 16
    public static let attributeHeaderLength = 4

    @inlinable
    public static func aligned(_ length: Int) -> Int { (length &+ 3) & ~3 }
}

/// Why bytes from a netlink socket were not a message.
public enum NetlinkError: Error, Equatable {
    /// Less than a header, or a length that is shorter than the header or longer than what is there.
    case messageLength(offset: Int)
    case attributeLength(offset: Int)
    /// An attribute of a queued packet that is shorter than its fields.
    case shortAttribute(type: UInt16)
    /// A queued packet without the attribute that carries its number.
    case missingPacketHeader
}

/// One message in a datagram, as offsets into it.
public struct NetlinkMessage {
    public var type: UInt16
    public var sequence: UInt32
    /// What follows the header.
    public var body: Range<Int>
    /// Where the next message starts.
    public var next: Int

    @inlinable
    init(type: UInt16, sequence: UInt32, body: Range<Int>, next: Int) {
        self.type = type
        self.sequence = sequence
        self.body = body
        self.next = next
    }

    /// Reads the message at `offset` of the `length` bytes that were received.
    @inlinable @inline(__always)
    public static func decode(
        _ bytes: Span<UInt8>, at offset: Int, length: Int
    ) throws(NetlinkError) -> NetlinkMessage {
        guard length - offset >= Netlink.headerLength else { throw .messageLength(offset: offset) }
        // Of known length, so that the loads need no checks of their own.
        let header = bytes.extracting(offset..<offset + Netlink.headerLength)
        let size = Int(header.hostUInt32(at: 0))
        guard size >= Netlink.headerLength, size <= length - offset else { throw .messageLength(offset: offset) }
        return NetlinkMessage(
            type: header.hostUInt16(at: 4),
            sequence: header.hostUInt32(at: 8),
            body: offset + Netlink.headerLength..<offset + size,
            next: min(offset + Netlink.aligned(size), length))
    }

    /// The error number of an NLMSG_ERROR message, positive; 0 acknowledges. `nil` when it is cut short.
    public func errorNumber(_ bytes: Span<UInt8>) -> Int32? {
        guard body.count >= 4 else { return nil }
        // The kernel sends the negative number; Int32.min, which it never sends, has no positive one.
        let number = Int32(bitPattern: bytes.hostUInt32(at: body.lowerBound))
        return number == .min ? nil : -number
    }
}

/// Walks attributes: type, and where the value stands.
public struct NetlinkAttributes {
    @usableFromInline var offset: Int
    @usableFromInline let end: Int

    /// - Parameter start: not behind `end`.
    @inlinable @inline(__always)
    public init(_ start: Int, _ end: Int) {
        offset = start
        self.end = end
    }

    /// The next attribute; `nil` at the end.
    @inlinable @inline(__always)
    public mutating func next(_ bytes: Span<UInt8>) throws(NetlinkError) -> (type: UInt16, value: Range<Int>)? {
        let rest = end - offset
        if rest <= 0 { return nil }
        guard rest >= Netlink.attributeHeaderLength else { throw .attributeLength(offset: offset) }
        let header = bytes.extracting(offset..<offset &+ Netlink.attributeHeaderLength)
        let size = Int(header.hostUInt16(at: 0))
        guard size >= Netlink.attributeHeaderLength, size <= rest else { throw .attributeLength(offset: offset) }
        // Flags for nesting and byte order stand in the two highest bits of the type.
        let type = header.hostUInt16(at: 2) & 0x3fff
        let value = offset &+ Netlink.attributeHeaderLength..<offset &+ size
        offset &+= Netlink.aligned(size)
        return (type, value)
    }
}

extension Span where Element == UInt8 {
    @inlinable @inline(__always)
    public func hostUInt16(at offset: Int) -> UInt16 { UInt16(bigEndian: uint16(at: offset)) }

    @inlinable @inline(__always)
    public func hostUInt32(at offset: Int) -> UInt32 { UInt32(bigEndian: uint32(at: offset)) }
}

extension MutableSpan where Element == UInt8 {
    @inlinable @inline(__always)
    public mutating func storeHost(_ value: UInt16, at offset: Int) { store(value.bigEndian, at: offset) }

    @inlinable @inline(__always)
    public mutating func storeHost(_ value: UInt32, at offset: Int) { store(value.bigEndian, at: offset) }

    /// Writes a message's header at `offset`; `length` includes it. Returns where the message's body starts.
    @inlinable @inline(__always)
    public mutating func putNetlinkHeader(
        type: UInt16, flags: UInt16, sequence: UInt32, length: Int, at offset: Int
    ) -> Int {
        storeHost(UInt32(truncatingIfNeeded: length), at: offset)
        storeHost(type, at: offset + 4)
        storeHost(flags, at: offset + 6)
        storeHost(sequence, at: offset + 8)
        // The sender's port: the kernel fills it in.
        storeHost(UInt32(0), at: offset + 12)
        return offset + Netlink.headerLength
    }

    /// Writes an attribute's header; `length` is the value's. Returns where the value starts.
    @inlinable @inline(__always)
    public mutating func putNetlinkAttribute(_ type: Int, length: Int, at offset: Int) -> Int {
        storeHost(UInt16(truncatingIfNeeded: Netlink.attributeHeaderLength + length), at: offset)
        storeHost(UInt16(truncatingIfNeeded: type), at: offset + 2)
        return offset + Netlink.attributeHeaderLength
    }

    /// Writes an attribute of four bytes in network order. Returns where the next one starts.
    @inlinable @inline(__always)
    public mutating func putNetlinkAttribute(_ type: Int, _ value: UInt32, at offset: Int) -> Int {
        let start = putNetlinkAttribute(type, length: 4, at: offset)
        store(value, at: start)
        return start + 4
    }
}
