import Glibc

/// Moments as the ASA prints those of certificates and keys.
enum CertificateDate {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// `22:40:01 UTC Oct 10 2008`, from seconds since 1970.
    static func text(_ seconds: Int64) -> String {
        var time = time_t(seconds)
        var broken = unsafe tm()
        guard unsafe gmtime_r(&time, &broken) != nil else { return "second \(seconds)" }
        let (hour, minute, second) = unsafe (broken.tm_hour, broken.tm_min, broken.tm_sec)
        let (day, month, year) = unsafe (broken.tm_mday, Int(broken.tm_mon), Int(broken.tm_year) + 1900)
        let clock = [hour, minute, second].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
        return "\(clock) UTC \(months[month]) \(day) \(year)"
    }
}
