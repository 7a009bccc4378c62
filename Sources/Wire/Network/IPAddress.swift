/// An IPv4 or IPv6 address.
///
/// Sixteen bytes in two words, an IPv4 address in its mapped form (`::ffff:a.b.c.d`, RFC 4291 section 2.5.5.2), so that
/// one table holds both. A packet that carries a mapped address inside an IPv6 header is refused by the decoder, so
/// the two can not be confused.
public struct IPAddress: Hashable, Sendable {
    public let high: UInt64
    public let low: UInt64

    @inlinable
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable
    public init(v4 value: UInt32) {
        self.init(high: 0, low: 0xffff_0000_0000 | UInt64(value))
    }

    public static let anyV4 = IPAddress(v4: 0)
    public static let anyV6 = IPAddress(high: 0, low: 0)

    @inlinable
    public var isV4: Bool { high == 0 && low >> 32 == 0xffff }

    /// The 32 bits of an IPv4 address; meaningless unless ``isV4``.
    @inlinable
    public var v4: UInt32 { UInt32(truncatingIfNeeded: low) }

    /// 32 or 128.
    public var bitWidth: Int { isV4 ? 32 : 128 }

    /// What the address adds to a one's-complement sum.
    @inlinable
    public var checksumSum: UInt64 {
        let lowSum = (low & 0xffff_ffff)
        return isV4 ? lowSum : lowSum &+ (low >> 32) &+ (high & 0xffff_ffff) &+ (high >> 32)
    }

    public var isMulticast: Bool { isV4 ? v4 >> 28 == 0xe : high >> 56 == 0xff }
    public var isUnspecified: Bool { isV4 ? v4 == 0 : high == 0 && low == 0 }
    public var isLimitedBroadcast: Bool { isV4 && v4 == 0xffff_ffff }
    public var isLoopback: Bool { isV4 ? v4 >> 24 == 127 : high == 0 && low == 1 }
}

extension IPAddress: Comparable {
    public static func < (left: IPAddress, right: IPAddress) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}
