import CLinux
import Glibc
import Synchronization

/// Wakes a thread that waits in a poll, from any thread.
public final class Waker: Sendable {
    private let event: Int32
    /// Somebody woke: seen without asking the system.
    private let isRung = Atomic(false)

    public init() throws(SystemError) {
        event = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard event >= 0 else { throw SystemError.last("eventfd") }
    }

    deinit { close(event) }

    /// What poll watches: readable when somebody woke.
    public var descriptor: Int32 { event }

    /// Ends the present wait, or the next one. Waking twice is as good as once.
    public func wake() {
        isRung.store(true, ordering: .releasing)
        // Fails only when the counter is full, and then the thread is awake as it is.
        eventfd_write(event, 1)
    }

    /// Whether somebody woke, and forgets it.
    ///
    /// - Parameter isReadable: ``descriptor`` is known to be. Who did not wait for it saves the system call that nearly
    ///   always finds nothing.
    @discardableResult
    public func take(isReadable: Bool = true) -> Bool {
        let wasRung = isRung.exchange(false, ordering: .acquiringAndReleasing)
        guard isReadable || wasRung else { return false }
        var value: eventfd_t = 0
        return unsafe eventfd_read(event, &value) == 0 || wasRung
    }
}
