import Glibc

/// SIGTERM and SIGINT, taken when somebody looks instead of when they come.
struct StopSignals: Sendable {
    private let set: sigset_t

    /// Blocks them for the calling thread and those that it starts later.
    init() {
        var set = sigset_t()
        unsafe sigemptyset(&set)
        unsafe sigaddset(&set, SIGTERM)
        unsafe sigaddset(&set, SIGINT)
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
        // A peer that is gone is an error of the write, not the end of the process.
        signal(SIGPIPE, SIG_IGN)
    }

    /// Whether one has come.
    func arrived() -> Bool {
        var set = set
        var none = timespec()
        return unsafe sigtimedwait(&set, nil, &none) > 0
    }
}
