/// Changes in place: no message gets longer or shorter. Each tells whether there was such a field to change.
extension SkinnyMessage {
    @discardableResult
    public mutating func set(_ field: SkinnyField, _ index: Int = 0, to number: UInt32) -> Bool {
        guard let place = place(of: field, index) else { return false }
        switch place.kind {
        case .uint8, .uint16, .uint32:
            var rest = number
            for offset in place.range {
                bytes[offset] = UInt8(truncatingIfNeeded: rest)
                rest >>= 8
            }
            return true
        default: return false
        }
    }

    /// `false` also for an IPv6 address where only IPv4 has room.
    @discardableResult
    public mutating func set(_ field: SkinnyField, _ index: Int = 0, to address: IPAddress) -> Bool {
        guard let place = place(of: field, index) else { return false }
        let isWide = place.range.count > 4
        guard address.isV4 || isWide else { return false }
        var value: [UInt8] = []
        switch place.kind {
        case .ipv4: break
        case .ipv6: guard !address.isV4 else { return false }
        case .address:
            if isWide { value = [address.isV4 ? 0 : 1, 0, 0, 0] }
        default: return false
        }
        if address.isV4 {
            value += Self.bigEndian(UInt64(address.v4)).suffix(4)
        } else {
            value += Self.bigEndian(address.high) + Self.bigEndian(address.low)
        }
        // Of an IPv4 address in a field for both, nothing of what was there before stays behind it.
        value += [UInt8](repeating: 0, count: place.range.count - value.count)
        bytes.replaceSubrange(place.range, with: value)
        return true
    }

    /// A text, cut where its field ends before it, with zeros behind.
    @discardableResult
    public mutating func set(_ field: SkinnyField, _ index: Int = 0, to text: [UInt8]) -> Bool {
        guard let range = range(of: field, index) else { return false }
        let kept = Array(text.prefix(range.count - 1))
        bytes.replaceSubrange(range, with: kept + [UInt8](repeating: 0, count: range.count - kept.count))
        return true
    }

    /// Zeros instead of whatever was there.
    @discardableResult
    public mutating func clear(_ field: SkinnyField, _ index: Int = 0) -> Bool {
        guard let range = range(of: field, index) else { return false }
        for offset in range { bytes[offset] = 0 }
        return true
    }

    private static func bigEndian(_ value: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt64($0)) }
    }
}
