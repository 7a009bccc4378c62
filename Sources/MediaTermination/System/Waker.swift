import CLinux
import Glibc

/// Wakes a worker that waits, from any thread.
final class Waker: Sendable {
    private let event: Int32

    init() throws(MediaRelayError) {
        event = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard event >= 0 else { throw .last("eventfd") }
    }

    deinit { close(event) }

    /// What poll watches: readable when somebody woke.
    var descriptor: Int32 { event }

    /// Ends the present wait, or the next one.
    func wake() {
        // Fails only when the counter is full, and then the worker is awake as it is.
        eventfd_write(event, 1)
    }

    /// Forgets who woke.
    func clear() {
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(event, &value)
    }
}
