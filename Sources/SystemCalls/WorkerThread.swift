import Glibc

/// A POSIX thread that runs one closure.
public struct WorkerThread: Sendable {
    private final class Body {
        let run: () -> Void

        init(_ run: @escaping () -> Void) { self.run = run }
    }

    private let thread: pthread_t

    /// Throws when the system has no thread to give.
    public init(_ run: sending @escaping () -> Void) throws(SystemError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        let result = unsafe pthread_create(
            &thread, nil,
            { context in
                if let context = unsafe context {
                    unsafe Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
                }
                return nil
            }, body.toOpaque())
        guard result == 0 else {
            unsafe body.release()
            throw SystemError("pthread_create", result)
        }
        self.thread = thread
    }

    /// Waits for the closure to return; once.
    public func join() { pthread_join(thread, nil) }
}
