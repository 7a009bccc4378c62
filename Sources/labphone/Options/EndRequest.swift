import Glibc
import Synchronization

/// SIGTERM or SIGINT: the run ends in the orderly way.
enum EndRequest {
    private static let isAsked = Atomic<Bool>(false)

    static func listen() {
        for signal in [SIGTERM, SIGINT] {
            Glibc.signal(signal) { _ in EndRequest.isAsked.store(true, ordering: .relaxed) }
        }
    }

    static var hasCome: Bool { isAsked.load(ordering: .relaxed) }
}
