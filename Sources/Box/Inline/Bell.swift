import Netfilter
import Synchronization
import SystemCalls

/// Wakes the packet thread, for hands that are there before it.
final class Bell: Sendable {
    private struct State {
        var waker: Waker?
        /// It was rung while there was nobody to wake.
        var wasRung = false
    }

    private let state = Mutex(State())

    func set(_ waker: Waker) {
        let wasRung = state.withLock { state in
            state.waker = waker
            return state.wasRung
        }
        if wasRung { waker.wake() }
    }

    func ring() {
        let waker = state.withLock { state in
            state.wasRung = state.waker == nil
            return state.waker
        }
        waker?.wake()
    }
}
