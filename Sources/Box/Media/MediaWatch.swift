import SystemCalls

/// Asks the relay for its figures from time to time, beside the packet thread, which must not wait for the workers.
final class MediaWatch {
    private let stop: Stop
    private var thread: WorkerThread?

    /// Seconds.
    private static let interval = 2.0

    /// - Parameter tell: called from a thread of its own.
    init(_ desk: MediaDesk, tell: @escaping @Sendable ([BrainMediaReport]) -> Void) throws(InlineError) {
        let stop = Stop()
        self.stop = stop
        let interval = Self.interval
        do throws(SystemError) {
            thread = try WorkerThread {
                while !stop.wait(seconds: interval) {
                    var figures: [BrainMediaReport] = []
                    for session in desk.figures() { figures.append(session.brain) }
                    tell(figures)
                }
            }
        } catch {
            throw InlineError("no thread for the figures of media: \(error)")
        }
    }

    func end() {
        stop.set()
        thread.take()?.join()
    }
}
