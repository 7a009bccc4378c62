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
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let words = Self.parseV6(text) else { return nil }
            self = words
        } else {
            guard let value = Self.parseV4(text) else { return nil }
            self.init(v4: value)
        }
    }

    private static func parseV4(_ text: some StringProtocol) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt32 = 0
        for part in parts {
            guard part.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let byte = UInt8(part),
                part.utf8.count == 1 || part.utf8.first != 0x30
            else { return nil }
            value = value << 8 | UInt32(byte)
        }
        return value
    }

    private static func parseV6(_ text: some StringProtocol) -> IPAddress? {
        let halves = text.split(separator: "::", maxSplits: 1, omittingEmptySubsequences: false)
        guard let front = parseGroups(halves[0], atEnd: halves.count == 1) else { return nil }
        var groups = front
        if halves.count == 2 {
            guard let back = parseGroups(halves[1], atEnd: true), front.count + back.count <= 7 else { return nil }
            groups += [UInt16](repeating: 0, count: 8 - front.count - back.count) + back
        }
        guard groups.count == 8 else { return nil }
        let words = groups.map(UInt64.init)
        return IPAddress(
            high: words[0] << 48 | words[1] << 32 | words[2] << 16 | words[3],
            low: words[4] << 48 | words[5] << 32 | words[6] << 16 | words[7])
    }

    /// Only the groups at the end of an address may close with a dotted quad.
    private static func parseGroups(_ text: some StringProtocol, atEnd: Bool) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if atEnd, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let value = parseV4(part) else { return nil }
                groups += [UInt16(value >> 16), UInt16(value & 0xffff)]
            } else {
                // The integer's own reader would take a sign.
                guard (1...4).contains(part.utf8.count), part.allSatisfy(\.isHexDigit),
                    let group = UInt16(part, radix: 16)
                else { return nil }
                groups.append(group)
            }
        }
        return groups
    }
}
