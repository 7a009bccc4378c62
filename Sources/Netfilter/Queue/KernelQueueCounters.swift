import Glibc
import SystemCalls

/// The kernel's own view of the queues of one network namespace (/proc/net/netfilter/nfnetlink_queue): what waits, and
/// what was lost before anybody could look at it.
///
/// The file is opened once: it stays readable after the process has given up root.
public final class KernelQueueCounters {
    public struct Queue: Hashable, Sendable {
        public var number: UInt16
        /// Packets that wait for a verdict.
        public var waiting: UInt64
        /// Lost, or accepted with fail-open, because ``PacketQueue/Options/maximumLength`` packets waited.
        public var queueDropped: UInt64
        /// Lost, or accepted with fail-open, because the socket's buffer was full.
        public var userDropped: UInt64
        /// The number of the last packet: how many there ever were.
        public var sequence: UInt64
    }

    private let file: Descriptor

    /// The queues of the calling thread's network namespace.
    public init() throws(SystemError) {
        let path = "/proc/thread-self/net/netfilter/nfnetlink_queue"
        file = try Descriptor(unsafe open(path, O_RDONLY | O_CLOEXEC), from: "open \(path)")
    }

    public func read() throws(SystemError) -> [Queue] { Self.parse(try file.text()) }

    /// Lines of: queue, port, waiting, copy mode, copy range, queue dropped, user dropped, sequence, 1.
    static func parse(_ text: String) -> [Queue] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map { UInt64($0) }
            guard fields.count >= 8, let number = fields[0].flatMap(UInt16.init(exactly:)), let waiting = fields[2],
                let queueDropped = fields[5], let userDropped = fields[6], let sequence = fields[7]
            else { return nil }
            return Queue(
                number: number, waiting: waiting, queueDropped: queueDropped, userDropped: userDropped,
                sequence: sequence)
        }
    }
}
