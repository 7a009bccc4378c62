/// Files that are being fetched and signed, and the sessions that wait for each: phones that ask for the same file at
/// one time cause one fetch and one signature.
struct FileWaiters {
    struct Limits: Sendable {
        var files = 8192
        /// Of all files together.
        var sessions = 65_536
    }

    enum Joining: Hashable, Sendable {
        /// The session is the first: the file is to be fetched.
        case first
        /// The file is under way.
        case joined
        /// Refused: no room for another file.
        case fileLimit
        /// Refused: no room for another session.
        case sessionLimit
    }

    private let limits: Limits
    private var waiting: [FileKey: [UInt32]] = [:]
    /// Sessions that wait, of all files together.
    private(set) var sessions = 0
    var files: Int { waiting.count }

    init(_ limits: Limits = Limits()) { self.limits = limits }

    /// Puts `session`, which waits for nothing yet, in line for the file.
    mutating func join(_ session: UInt32, _ key: FileKey) -> Joining {
        guard sessions < limits.sessions else { return .sessionLimit }
        let isFirst = waiting[key] == nil
        guard !isFirst || files < limits.files else { return .fileLimit }
        waiting[key, default: []].append(session)
        sessions += 1
        return isFirst ? .first : .joined
    }

    /// Takes one session out of the line. Whether others wait or not, the file stays under way until ``finish(_:)``:
    /// what has been fetched is worth keeping.
    mutating func leave(_ session: UInt32, _ key: FileKey) {
        guard let place = waiting[key]?.firstIndex(of: session) else { return }
        waiting[key]?.remove(at: place)
        sessions -= 1
    }

    /// The file is there, or will not come: who waited for it, in the order they came.
    mutating func finish(_ key: FileKey) -> [UInt32] {
        let waited = waiting.removeValue(forKey: key) ?? []
        sessions -= waited.count
        return waited
    }
}
