import Inspection
import Netfilter
import Wire

/// Tells the kernel for what signalling has opened pinholes, before the message that did so goes on.
final class Steering {
    private var sets: SteeredSets
    private let console: (String) -> Void
    private var hasFailed = false

    init(_ sets: consuming SteeredSets, _ console: @escaping (String) -> Void) {
        self.sets = sets
        self.console = console
    }

    func apply(_ orders: [SteerOrder]) {
        for order in orders {
            switch order {
            case .add(let end): sets.change(end.transport, end.endpoint, isAdded: true)
            case .remove(let end): sets.change(end.transport, end.endpoint, isAdded: false)
            }
        }
        guard sets.failures > 0, !hasFailed else { return }
        hasFailed = true
        console(
            "warning: the kernel does not take the ends of signalled media (error \(sets.lastFailure ?? 0)): "
                + "such packets are judged by access lists")
    }
}
