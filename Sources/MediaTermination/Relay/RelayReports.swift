import Synchronization
import Wire

/// Reports on their way from the workers to whoever takes them: bounded, and what does not fit is counted.
final class ReportQueue: Sendable {
    private struct Content {
        var reports: [MediaReport] = []
        var lost: UInt64 = 0
    }

    private let content = Mutex(Content())
    private let limit: Int
    private let onReport: @Sendable () -> Void

    init(limit: Int, onReport: @escaping @Sendable () -> Void) {
        self.limit = limit
        self.onReport = onReport
    }

    func add(_ new: [MediaReport]) {
        let wasEmpty = content.withLock { content in
            let wasEmpty = content.reports.isEmpty
            let room = max(0, limit - content.reports.count)
            content.reports += new.prefix(room)
            content.lost &+= UInt64(max(0, new.count - room))
            return wasEmpty
        }
        if wasEmpty { onReport() }
    }

    func take() -> [MediaReport] {
        content.withLock { content in
            defer { content.reports = [] }
            return content.reports
        }
    }

    var lost: UInt64 { content.withLock { $0.lost } }
}
