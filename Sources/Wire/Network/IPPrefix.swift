/// A network: an address and how many of its leading bits count.
public struct IPPrefix: Hashable, Sendable {
    /// With the host bits zero.
    public let address: IPAddress
    /// 0–32 for IPv4, 0–128 for IPv6.
    public let length: Int

    @usableFromInline
    let highMask: UInt64
    @usableFromInline
    let lowMask: UInt64

    /// `nil` when `length` does not fit the address's family.
    public init?(_ address: IPAddress, length: Int) {
        guard (0...address.bitWidth).contains(length) else { return nil }
        self.init(address, bits: length)
    }

    private init(_ address: IPAddress, bits length: Int) {
        let leading = address.isV4 ? length + 96 : length
        highMask = Self.mask(leading)
        lowMask = Self.mask(leading - 64)
        self.address = IPAddress(high: address.high & highMask, low: address.low & lowMask)
        self.length = length
    }

    /// One host.
    public init(host address: IPAddress) {
        self.init(address, bits: address.bitWidth)
    }

    /// A dotted mask such as 255.255.255.0; `nil` when its ones are not contiguous.
    public init?(_ address: IPAddress, mask: IPAddress) {
        guard address.isV4, mask.isV4, (~mask.v4 & (~mask.v4 &+ 1)) == 0 else { return nil }
        self.init(address, length: mask.v4.nonzeroBitCount)
    }

    /// All addresses of IPv4.
    public static let anyV4 = IPPrefix(IPAddress.anyV4, bits: 0)
    /// All addresses of IPv6.
    public static let anyV6 = IPPrefix(IPAddress.anyV6, bits: 0)

    @inlinable
    public func contains(_ other: IPAddress) -> Bool {
        other.isV4 == address.isV4 && matches(other)
    }

    @inlinable
    func matches(_ other: IPAddress) -> Bool {
        other.high & highMask == address.high && other.low & lowMask == address.low
    }

    public var isHost: Bool { length == address.bitWidth }

    /// The dotted mask of an IPv4 network, or the leading ones of an IPv6 prefix as an address.
    public var mask: IPAddress {
        address.isV4 ? IPAddress(v4: UInt32(truncatingIfNeeded: lowMask)) : IPAddress(high: highMask, low: lowMask)
    }

    /// The network's last address: the directed broadcast of an IPv4 subnet.
    public var last: IPAddress { IPAddress(high: address.high | ~highMask, low: address.low | ~lowMask) }

    private static func mask(_ bits: Int) -> UInt64 {
        bits <= 0 ? 0 : bits >= 64 ? .max : .max << UInt64(64 - bits)
    }
}

extension IPPrefix: CustomStringConvertible {
    public var description: String { "\(address)/\(length)" }
}
