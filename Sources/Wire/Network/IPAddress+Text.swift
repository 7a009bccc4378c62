extension IPAddress: CustomStringConvertible {
    /// Dotted quad, or the canonical form of RFC 5952.
    public var description: String { isV4 ? dottedQuad : canonicalV6 }

    private var dottedQuad: String {
        "\(v4 >> 24).\(v4 >> 16 & 0xff).\(v4 >> 8 & 0xff).\(v4 & 0xff)"
    }

    private var canonicalV6: String {
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - index % 4 * 16))
        }
        guard let zeros = Self.longestZeroRun(groups) else { return Self.join(groups[...]) }
        return Self.join(groups[..<zeros.lowerBound]) + "::" + Self.join(groups[zeros.upperBound...])
    }

    private static func join(_ groups: ArraySlice<UInt16>) -> String {
        groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    /// The first longest run of two or more zero groups (RFC 5952 section 4.2.3).
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best: Range<Int>?
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start >= 2, end - start > best?.count ?? 0 { best = start..<end }
            start = max(end, start + 1)
        }
        return best
    }
}

extension IPAddress {
    /// Reads `a.b.c.d` or an IPv6 address (RFC 4291 section 2.2); `nil` for anything else, leading zeros included
    /// (some readers take them as octal). The mapped form `::ffff:a.b.c.d` is the IPv4 address it maps.
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        self.init(bytes.span, 0..<bytes.count)
    }
}
