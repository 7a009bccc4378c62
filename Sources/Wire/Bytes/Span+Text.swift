/// Text protocols on `Span<UInt8>`: ASCII, compared without copying.
extension Span where Element == UInt8 {
    /// Whether `range` holds `word`, a lower-case one, in any case.
    func equals(_ range: Range<Int>, ignoringCase word: String) -> Bool {
        guard range.count == word.utf8.count else { return false }
        var offset = range.lowerBound
        for byte in word.utf8 {
            let found = self[offset]
            guard (0x41...0x5a ~= found ? found | 0x20 : found) == byte else { return false }
            offset += 1
        }
        return true
    }

    /// Whether `range` holds `bytes`.
    func equals(_ range: Range<Int>, _ bytes: [UInt8]) -> Bool {
        guard range.count == bytes.count else { return false }
        for index in 0..<bytes.count where self[range.lowerBound + index] != bytes[index] { return false }
        return true
    }

    /// Whether both ranges hold the same bytes.
    func areEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where self[left.lowerBound + offset] != self[right.lowerBound + offset] {
            return false
        }
        return true
    }

    /// The decimal number that `range` is; `nil` for anything else and for one above `limit`. Zeros may lead.
    func decimal(_ range: Range<Int>, upTo limit: UInt64) -> UInt64? {
        guard !range.isEmpty else { return nil }
        var value: UInt64 = 0
        for offset in range {
            guard 0x30...0x39 ~= self[offset] else { return nil }
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isTooLargeToo) = product.addingReportingOverflow(UInt64(self[offset] - 0x30))
            guard !isTooLarge, !isTooLargeToo, sum <= limit else { return nil }
            value = sum
        }
        return value
    }

    /// Where `byte` first stands in `range`.
    func first(_ byte: UInt8, in range: Range<Int>) -> Int? {
        var offset = range.lowerBound
        // Eight at a time: what is zero in the difference is found, and borrows reach only what stands behind it.
        let ones: UInt64 = 0x0101_0101_0101_0101
        while range.upperBound - offset >= 8 {
            let difference = littleEndian64(at: offset) ^ (ones &* UInt64(byte))
            let zeros = (difference &- ones) & ~difference & (ones << 7)
            if zeros != 0 { return offset + zeros.trailingZeroBitCount / 8 }
            offset += 8
        }
        while offset < range.upperBound {
            if self[offset] == byte { return offset }
            offset += 1
        }
        return nil
    }
}
