import Glibc

/// How many descriptors the process may have at a time.
public enum OpenFiles {
    /// Has the system allow `count`, as far as it does; root may go beyond the hard limit. What is allowed already stays.
    /// - Returns: how many are allowed now.
    @discardableResult
    public static func allow(_ count: Int) -> Int {
        let wanted = rlim_t(clamping: count)
        var limit = current
        guard limit.rlim_cur < wanted else { return Int(clamping: limit.rlim_cur) }
        limit.rlim_cur = wanted
        limit.rlim_max = max(limit.rlim_max, wanted)
        if !set(limit) {
            limit = current
            limit.rlim_cur = min(limit.rlim_max, wanted)
            _ = set(limit)
        }
        return Int(clamping: current.rlim_cur)
    }

    private static var current: rlimit {
        var limit = rlimit()
        unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return limit
    }

    private static func set(_ limit: rlimit) -> Bool {
        var limit = limit
        return unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    }
}
