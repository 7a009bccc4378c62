import Dispatch

/// Lets a thread that sleeps be told that it is over.
final class Stop: Sendable {
    private let told = DispatchSemaphore(value: 0)

    func set() { told.signal() }

    /// Whether it is over; waits for that, but no longer than so many seconds.
    func wait(seconds: Double) -> Bool {
        guard told.wait(timeout: .now() + seconds) == .success else { return false }
        told.signal()
        return true
    }
}
