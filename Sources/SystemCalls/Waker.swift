import CLinux
import Glibc

/// Wakes a thread that waits in a poll, from any thread.
public final class Waker: Sendable {
    private let event: Int32

    public init() throws(SystemError) {
        event = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard event >= 0 else { throw SystemError.last("eventfd") }
    }

    deinit { close(event) }

    /// What poll watches: readable when somebody woke.
    public var descriptor: Int32 { event }

    /// Ends the present wait, or the next one. Waking twice is as good as once.
    public func wake() {
        // Fails only when the counter is full, and then the thread is awake as it is.
        eventfd_write(event, 1)
    }

    /// Whether somebody woke, and forgets it.
    @discardableResult
    public func take() -> Bool {
        var value: eventfd_t = 0
        return unsafe eventfd_read(event, &value) == 0
    }
}
