import Inspection
import SystemCalls
import Wire

/// Signs files, one after the other: a signature takes about as long as a hundred packets.
final class SigningThread {
    struct Work: Sendable {
        var id: UInt64
        var name: String
        var body: [UInt8]
        var time: Timestamp
    }

    /// Files of a few kilobytes each: what a rebooting site asks for at once.
    private static let limit = 4096

    private let queue = WorkQueue<Work>(limit: SigningThread.limit)
    private var thread: WorkerThread?

    init(_ signer: Signing, _ done: @escaping ErrandDesk.Done) throws(InlineError) {
        let queue = queue
        do throws(SystemError) {
            thread = try WorkerThread {
                while let work = queue.take() {
                    done(work.id, signer.outcome(name: work.name, body: work.body, time: work.time))
                }
            }
        } catch {
            throw InlineError("no thread for signatures: \(error)")
        }
    }

    /// `false` when too many wait.
    func give(_ work: Work) -> Bool { queue.put(work) }

    func stop() {
        queue.close()
        thread.take()?.join()
    }
}
