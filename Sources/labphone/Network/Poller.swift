import CLinux
import Glibc

/// Waits on many sockets (epoll(7)).
final class Poller {
    private let descriptor: Int32

    private static let eventsAtOnce = 256

    init() throws(LabError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .last("epoll_create1") }
    }

    deinit { close(descriptor) }

    /// From now on ``wait(milliseconds:)`` returns `id` when the socket has something, or, if `writing`, takes something.
    /// A socket that is closed leaves.
    func add(_ socket: Int32, id: UInt64, writing: Bool = false) throws(LabError) {
        try control(EPOLL_CTL_ADD, socket, id, writing)
    }

    /// Whether the socket is asked from now on if it takes something.
    func change(_ socket: Int32, id: UInt64, writing: Bool) throws(LabError) {
        try control(EPOLL_CTL_MOD, socket, id, writing)
    }

    private func control(_ operation: Int32, _ socket: Int32, _ id: UInt64, _ writing: Bool) throws(LabError) {
        let events = EPOLLIN.rawValue | (writing ? EPOLLOUT.rawValue : 0)
        var event = unsafe epoll_event(events: events, data: epoll_data_t(u64: id))
        guard unsafe epoll_ctl(descriptor, operation, socket, &event) == 0 else { throw .last("epoll_ctl") }
    }

    /// The ids of sockets that have something; empty when `milliseconds` passed first.
    func wait(milliseconds: Int32) throws(LabError) -> [UInt64] {
        var ids: [UInt64] = []
        let count = unsafe withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: Self.eventsAtOnce) { events in
            let count = unsafe epoll_wait(descriptor, events.baseAddress, Int32(events.count), milliseconds)
            for index in 0..<max(0, Int(count)) { unsafe ids.append(events[index].data.u64) }
            return count
        }
        guard count >= 0 || errno == EINTR else { throw .last("epoll_wait") }
        return ids
    }
}
