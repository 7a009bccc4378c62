import ConfigLanguage
import Inspection
import Netfilter
import Resolver
import Synchronization
import SystemCalls

/// Looks up the hosts that phones' files name, many at a time.
final class NameThread {
    private let desk: Desk
    private var thread: WorkerThread?

    init(_ settings: DNSSettings, _ done: @escaping ErrandDesk.Done) throws(InlineError) {
        desk = try Desk(settings, done)
        let desk = desk
        do throws(SystemError) {
            thread = try WorkerThread { desk.serve() }
        } catch {
            throw InlineError("no thread for host names: \(error)")
        }
    }

    /// The resolver refuses what is too much for it, so nothing piles up here.
    func give(_ id: UInt64, _ host: String) { desk.leave(Desk.Question(id: id, host: host)) }

    func stop() {
        desk.close()
        thread.take()?.join()
    }
}

/// What the packet thread and the one for names share.
private final class Desk: Sendable {
    struct Question: Sendable {
        var id: UInt64
        var host: String
    }

    private struct Questions {
        var waiting: [Question] = []
        var isClosed = false
        /// Why nobody looks names up.
        var failure: String?
    }

    private let settings: DNSSettings
    private let done: ErrandDesk.Done
    private let questions = Mutex(Questions())
    private let waker: Waker

    init(_ settings: DNSSettings, _ done: @escaping ErrandDesk.Done) throws(InlineError) {
        self.settings = settings
        self.done = done
        do throws(SystemError) { waker = try Waker() } catch { throw InlineError(error) }
        // A resolver belongs to the thread that makes it; whether one can be made is to be known before there is a thread.
        do throws(ResolverError) { _ = try Resolver(settings) } catch { throw InlineError(error) }
    }

    func leave(_ question: Question) {
        let failure = questions.withLock { questions in
            if questions.failure == nil { questions.waiting.append(question) }
            return questions.failure
        }
        if let failure { return done(question.id, .failed(failure)) }
        waker.wake()
    }

    func close() {
        questions.withLock { $0.isClosed = true }
        waker.wake()
    }

    func serve() {
        let resolver: Resolver
        do throws(ResolverError) { resolver = try Resolver(settings) } catch { return giveUp(error.description) }
        while true {
            if resolver.wait(atMost: -1, watching: waker.descriptor) { _ = waker.take() }
            let left = questions.withLock { questions in
                defer { questions.waiting = [] }
                return questions
            }
            if left.isClosed { return }
            for question in left.waiting { resolver.ask(question.id, question.host) }
            for answer in resolver.takeAnswers() { done(answer.id, Errand.Outcome(answer.result)) }
        }
    }

    /// Every question comes back, also when there is nobody to ask.
    private func giveUp(_ reason: String) {
        let left = questions.withLock { questions in
            questions.failure = reason
            defer { questions.waiting = [] }
            return questions.waiting
        }
        for question in left { done(question.id, .failed(reason)) }
    }
}

extension Errand.Outcome {
    fileprivate init(_ result: Resolver.Answer.Result) {
        switch result {
        case .address(let address): self = .resolved(address)
        case .failed(let reason): self = .failed(reason)
        }
    }
}
