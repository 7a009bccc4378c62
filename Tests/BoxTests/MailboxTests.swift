import Dispatch
import Synchronization
import SystemCalls
import Testing
import Wire

@testable import Box

/// Orders from other threads: each is carried out and answered, or refused and never carried out.
@Suite struct MailboxTests {
    /// Asks on a thread of its own; the answer's words.
    final class Caller: @unchecked Sendable {
        private let answer = Mutex<Answer?>(nil)
        private let isDone = DispatchSemaphore(value: 0)

        init(_ mailbox: Mailbox, _ order: Order) {
            let thread = try? WorkerThread {
                let reply = mailbox.ask(order)
                self.answer.withLock { $0 = reply }
                self.isDone.signal()
            }
            if thread == nil { isDone.signal() }
        }

        /// What came back within two seconds.
        func wait() -> String {
            guard isDone.wait(timeout: .now() + .seconds(2)) == .success else { return "still waiting" }
            switch answer.withLock({ $0 }) {
            case .done: return "done"
            case .failed(let reason): return reason
            case .cleared(let count): return "cleared \(count)"
            default: return "something else"
            }
        }
    }

    @Test func anAskerGetsItsOwnAnswer() {
        let woken = DispatchSemaphore(value: 0)
        let mailbox = Mailbox { woken.signal() }
        let callers = (0..<3).map { Caller(mailbox, .clearCapture("\($0)")) }
        for _ in callers { woken.wait() }
        mailbox.serve { order in
            if case .clearCapture(let name?) = order { return .failed("answer to \(name)") }
            return .done
        }
        #expect(callers.map { $0.wait() } == ["answer to 0", "answer to 1", "answer to 2"])
    }

    @Test func whoWaitsIsToldWhenTheBoxStops() {
        let woken = DispatchSemaphore(value: 0)
        let mailbox = Mailbox { woken.signal() }
        let caller = Caller(mailbox, .clearFlows)
        woken.wait()
        mailbox.close()
        #expect(caller.wait() == "the box is stopping")
    }

    @Test func aStoppedBoxRefusesAtOnce() {
        let mailbox = Mailbox {}
        mailbox.close()
        #expect(Caller(mailbox, .clearFlows).wait() == "the box is stopping")
        mailbox.tell(.stop)
        mailbox.serve { _ in
            Issue.record("nothing may be carried out after the end")
            return .done
        }
    }

    @Test func anOrderThatWasGivenUpIsNotCarriedOut() {
        let mailbox = Mailbox(patience: .milliseconds(20)) {}
        #expect(Caller(mailbox, .clearFlows).wait() == "the packet thread does not answer")
        mailbox.serve { _ in
            Issue.record("its asker was told that it failed")
            return .done
        }
    }

    @Test func toldOrdersAreCarriedOutInTheirTurn() {
        let mailbox = Mailbox {}
        mailbox.tell(.clearLog)
        mailbox.tell(.stop)
        var orders: [String] = []
        mailbox.serve { order in
            orders.append("\(order)")
            return .done
        }
        #expect(orders == ["clearLog", "stop"])
    }
}
