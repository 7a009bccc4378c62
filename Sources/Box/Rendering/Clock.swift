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
        let micros = String(split(time).nanoseconds / 1000)
        return "\(clock(time)).\(String(repeating: "0", count: 6 - micros.count))\(micros)"
    }

    /// `Nov 22 2026 18:45:11`, in UTC, as `logging timestamp` puts before a message.
    static func stamp(_ time: Timestamp) -> String {
        let date = date(split(time).days)
        return "\(months[date.month - 1]) \(twoDigits(date.day)) \(date.year) \(clock(time))"
    }

    /// `18:45:11 UTC Nov 22 2026`, as in `Last clearing:`.
    static func moment(_ time: Timestamp) -> String {
        let date = date(split(time).days)
        return "\(clock(time)) UTC \(months[date.month - 1]) \(date.day) \(date.year)"
    }

    /// `Mon Mar 09 11:38:50 UTC 2015`, as Unified CM and date(1) print it.
    static func date(_ time: Timestamp) -> String {
        let days = split(time).days
        let date = date(days)
        // 1970-01-01 was a Thursday.
        let weekday = weekdays[((days + 4) % 7 + 7) % 7]
        return "\(weekday) \(months[date.month - 1]) \(twoDigits(date.day)) \(clock(time)) UTC \(date.year)"
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func clock(_ time: Timestamp) -> String {
        let seconds = split(time).seconds
        return "\(twoDigits(seconds / 3600)):\(twoDigits(seconds / 60 % 60)):\(twoDigits(seconds % 60))"
    }

    /// Days since 1970-01-01, and where in the day; also for moments before.
    private static func split(_ time: Timestamp) -> (days: Int, seconds: Int, nanoseconds: Int) {
        let perSecond = 1_000_000_000
        let perDay = 86_400 * perSecond
        let total = Int(time.nanoseconds)
        let inDay = ((total % perDay) + perDay) % perDay
        return ((total - inDay) / perDay, inDay / perSecond, inDay % perSecond)
    }

    /// The date in the Gregorian calendar, counted in eras of 400 years that begin in March, so that a leap day is the
    /// last of its year.
    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let fromMarch = days + 719_468
        let era = (fromMarch >= 0 ? fromMarch : fromMarch - 146_096) / 146_097
        let inEra = fromMarch - era * 146_097
        let year = (inEra - inEra / 1460 + inEra / 36_524 - inEra / 146_096) / 365
        let inYear = inEra - (365 * year + year / 4 - year / 100)
        let month = (5 * inYear + 2) / 153
        let day = inYear - (153 * month + 2) / 5 + 1
        let isAfterDecember = month >= 10
        return (year + era * 400 + (isAfterDecember ? 1 : 0), isAfterDecember ? month - 9 : month + 3, day)
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
