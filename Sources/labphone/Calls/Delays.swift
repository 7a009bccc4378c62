import Box

/// How long something took, many times.
struct Delays {
    private var seconds: [Double] = []

    mutating func add(_ seconds: Double) { self.seconds.append(seconds) }

    /// The least that so large a part of them does not exceed (nearest rank); `nil` of none.
    func quantile(_ part: Double) -> Double? { Self.quantile(part, of: seconds.sorted()) }

    private static func quantile(_ part: Double, of sorted: [Double]) -> Double? {
        guard !sorted.isEmpty else { return nil }
        let rank = Int((Double(sorted.count) * part).rounded(.up))
        return sorted[min(max(rank, 1), sorted.count) - 1]
    }

    /// `null` for each of none.
    var json: JSONValue {
        let sorted = seconds.sorted()
        func member(_ part: Double) -> JSONValue { Self.quantile(part, of: sorted).map { .decimal($0) } ?? .null }
        return .object([("median", member(0.5)), ("p99", member(0.99)), ("longest", member(1))])
    }
}
