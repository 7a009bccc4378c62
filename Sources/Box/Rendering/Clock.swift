import Wire

/// Times as the ASA prints them.
enum ClockText {
    /// `h:mm:ss`, as in `idle 0:00:03`.
    static func duration(seconds: Int) -> String {
        let seconds = max(seconds, 0)
        return "\(seconds / 3600):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    static func duration(from start: Timestamp, to end: Timestamp) -> String {
        duration(seconds: Int((end.nanoseconds &- start.nanoseconds) / 1_000_000_000))
    }

    /// `hh:mm:ss.uuuuuu`, the time of day in UTC, as in `show capture`.
    static func timeOfDay(_ time: Timestamp) -> String {
        let day: Int64 = 86_400_000_000_000
        let inDay = ((time.nanoseconds % day) + day) % day
        let seconds = Int(inDay / 1_000_000_000)
        let micros = String(inDay / 1000 % 1_000_000)
        return "\(twoDigits(seconds / 3600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))."
            + String(repeating: "0", count: 6 - micros.count) + micros
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
