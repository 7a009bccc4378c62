import Dispatch
import Synchronization

/// Work that all processors have a share in.
enum SharedWork {
    /// How many results are waited for at one time.
    private static let width = 16

    /// Makes `count` results, several at a time, and hands them over in order.
    static func inOrder<Result: Sendable>(
        _ count: Int, _ make: @escaping @Sendable (Int) -> Result, then take: (Result) -> Void
    ) {
        for start in stride(from: 0, to: count, by: width) {
            let results = Mutex([Result?](repeating: nil, count: min(width, count - start)))
            DispatchQueue.concurrentPerform(iterations: min(width, count - start)) { place in
                let result = make(start + place)
                results.withLock { $0[place] = result }
            }
            for result in results.withLock({ $0 }).compactMap(\.self) { take(result) }
        }
    }
}
