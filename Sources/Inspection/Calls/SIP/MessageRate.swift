import Wire

/// How many messages have come within the present second: `rate-limit`.
struct MessageRate {
    private var second: Int64 = .min
    private var count = 0

    /// Counts one more; `false` where it is above the limit.
    mutating func admits(_ limit: Int, at now: Timestamp) -> Bool {
        let present = now.nanoseconds / 1_000_000_000
        if present != second {
            second = present
            count = 0
        }
        count += 1
        return count <= limit
    }
}
