import Synchronization
import TLSProxy

/// The terminator, for its own events: they may come before whoever made it has it in hand.
final class Handle: Sendable {
    private struct State {
        var terminator: TLSTerminator?
        /// What could not be ordered yet.
        var early: [HandStreamOrder] = []
    }

    private let state = Mutex(State())

    func set(_ terminator: TLSTerminator) {
        let early = state.withLock { state in
            state.terminator = terminator
            defer { state.early = [] }
            return state.early
        }
        if !early.isEmpty { terminator.perform(early) }
    }

    func perform(_ order: HandStreamOrder) {
        let terminator = state.withLock { state in
            if state.terminator == nil { state.early.append(order) }
            return state.terminator
        }
        terminator?.perform([order])
    }
}
