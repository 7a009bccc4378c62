import Wire

extension StaticTranslation {
    /// Neither side differs from the other: nothing is rewritten.
    public var isIdentity: Bool {
        real == mapped && service.map { $0.realPort == $0.mappedPort } ?? true
    }

    /// The real addresses behind those of `range` that are mapped ones; `nil` when none is.
    public func real(of range: AddressRange) -> AddressRange? { Self.shift(range, from: mapped, to: real) }

    /// The mapped addresses of those of `range` that are real ones; `nil` when none is.
    public func mapped(of range: AddressRange) -> AddressRange? { Self.shift(range, from: real, to: mapped) }

    private static func shift(_ range: AddressRange, from: IPPrefix, to: IPPrefix) -> AddressRange? {
        let whole = AddressRange(from)
        guard range.first.isV4 == whole.first.isV4 else { return nil }
        let first = max(range.first, whole.first)
        let last = min(range.last, whole.last)
        guard first <= last else { return nil }
        return AddressRange(first.moved(from: from, to: to), last.moved(from: from, to: to))
    }
}

extension IPAddress {
    /// The address that stands in `to` where this one stands in `from`, a prefix of the same length.
    func moved(from: IPPrefix, to: IPPrefix) -> IPAddress {
        let base = from.address
        return IPAddress(high: high ^ base.high ^ to.address.high, low: low ^ base.low ^ to.address.low)
    }
}

extension AddressRange {
    /// The network that has exactly these addresses.
    var prefix: IPPrefix? {
        guard first.isV4 == last.isV4 else { return nil }
        let differing = (first.high ^ last.high, first.low ^ last.low)
        let bits = differing.0 == 0 ? 64 - differing.1.leadingZeroBitCount : 128 - differing.0.leadingZeroBitCount
        guard let prefix = IPPrefix(first, length: first.bitWidth - bits), prefix.address == first, prefix.last == last
        else { return nil }
        return prefix
    }
}
