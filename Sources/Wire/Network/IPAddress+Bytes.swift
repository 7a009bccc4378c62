/// Addresses in text that is still bytes, read in place.
extension IPAddress {
    /// Reads `a.b.c.d`; leading zeros are refused, as some readers take them as octal.
    init?(dottedQuad text: Span<UInt8>, _ range: Range<Int>) {
        guard 7...15 ~= range.count else { return nil }
        var value: UInt32 = 0
        var offset = range.lowerBound
        for part in 0..<4 {
            if part > 0 {
                guard offset < range.upperBound, text[offset] == UInt8(ascii: ".") else { return nil }
                offset += 1
            }
            let start = offset
            var byte: UInt32 = 0
            while offset < range.upperBound, offset < start + 3, 0x30...0x39 ~= text[offset] {
                byte = byte * 10 + UInt32(text[offset] - 0x30)
                offset += 1
            }
            // A zero that leads would be octal elsewhere.
            guard offset > start, byte <= 255, text[start] != 0x30 || offset == start + 1 else { return nil }
            value = value << 8 | byte
        }
        guard offset == range.upperBound else { return nil }
        self.init(v4: value)
    }

    /// Reads an IPv6 address without brackets (RFC 4291 section 2.2).
    init?(v6 text: Span<UInt8>, _ range: Range<Int>) {
        guard 2...45 ~= range.count else { return nil }
        var (words, gap) = (IPv6Words(), Int?.none)
        var offset = range.lowerBound
        while true {
            if offset < range.upperBound - 1, text[offset] == IPv6Words.colon, text[offset + 1] == IPv6Words.colon {
                guard gap == nil else { return nil }
                gap = words.count
                offset += 2
                if offset == range.upperBound { break }
            } else if words.count > 0 {
                guard text[offset] == IPv6Words.colon else { return nil }
                offset += 1
            }
            guard let next = words.take(text, offset..<range.upperBound) else { return nil }
            offset = next
            if offset == range.upperBound { break }
        }
        guard let address = words.address(gap: gap) else { return nil }
        self = address
    }

    /// Reads an address of either family, without brackets.
    init?(_ text: Span<UInt8>, _ range: Range<Int>) {
        if let address = IPAddress(dottedQuad: text, range) ?? IPAddress(v6: text, range) {
            self = address
        } else {
            return nil
        }
    }
}

/// The groups of an IPv6 address (RFC 4291 section 2.2) as they are read.
private struct IPv6Words {
    static let colon = UInt8(ascii: ":")
    private(set) var count = 0
    private var high: UInt64 = 0
    private var low: UInt64 = 0

    /// Takes the group at the start of `range`, or a dotted quad that is all of it; gives where it ends.
    mutating func take(_ text: Span<UInt8>, _ range: Range<Int>) -> Int? {
        if let quad = IPAddress(dottedQuad: text, range) {
            guard count <= 6 else { return nil }
            append(UInt16(truncatingIfNeeded: quad.v4 >> 16))
            append(UInt16(truncatingIfNeeded: quad.v4))
            return range.upperBound
        }
        var (value, offset) = (UInt16(0), range.lowerBound)
        while offset < range.upperBound, let digit = Self.digit(text[offset]) {
            guard offset - range.lowerBound < 4 else { return nil }
            value = value << 4 | digit
            offset += 1
        }
        guard offset > range.lowerBound, count < 8 else { return nil }
        append(value)
        return offset
    }

    private mutating func append(_ word: UInt16) {
        high = high << 16 | low >> 48
        low = low << 16 | UInt64(word)
        count += 1
    }

    /// With zeros where `gap`, the number of groups before it, says that some were left out.
    func address(gap: Int?) -> IPAddress? {
        guard let gap else { return count == 8 ? IPAddress(high: high, low: low) : nil }
        guard count < 8 else { return nil }
        // What stands behind the gap stays at the end; what stands before it moves to the front.
        let behind = count - gap
        let tail = Self.mask(behind)
        let head = Self.shifted(high & ~tail.high, low & ~tail.low, by: 8 - count)
        return IPAddress(high: head.high | high & tail.high, low: head.low | low & tail.low)
    }

    /// The last `groups` groups, of at most 7.
    private static func mask(_ groups: Int) -> (high: UInt64, low: UInt64) {
        let bits = UInt64(groups * 16)
        return bits < 64 ? (0, (1 << bits) - 1) : ((1 << (bits - 64)) - 1, .max)
    }

    private static func shifted(_ high: UInt64, _ low: UInt64, by groups: Int) -> (high: UInt64, low: UInt64) {
        let bits = UInt64(groups * 16)
        guard bits < 64 else { return (low << (bits - 64), 0) }
        return bits == 0 ? (high, low) : (high << bits | low >> (64 - bits), low << bits)
    }

    private static func digit(_ byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}
