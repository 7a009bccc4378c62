import CLinux
import Glibc

/// Waits on many descriptors at a time (epoll(7)). One that is closed leaves.
@safe
public final class Poller {
    /// What is asked of a descriptor, and what is answered.
    public struct Events: OptionSet, Sendable {
        public let rawValue: UInt32

        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// There is something to read, or an end.
        public static let reading = Events(rawValue: EPOLLIN.rawValue)
        public static let writing = Events(rawValue: EPOLLOUT.rawValue)
        /// The peer sends no more.
        public static let ended = Events(rawValue: EPOLLRDHUP.rawValue)
        /// Answered whether it is asked or not.
        public static let failed = Events(rawValue: EPOLLERR.rawValue)
        /// Asked only: each change is answered once. Who leaves something unread has to know that there is more.
        public static let changesOnly = Events(rawValue: EPOLLET.rawValue)
    }

    private static let eventsAtOnce = 256

    private let descriptor: Descriptor
    private let ready = UnsafeMutableBufferPointer<epoll_event>.allocate(capacity: eventsAtOnce)

    public init() throws(SystemError) {
        descriptor = try Descriptor(epoll_create1(Int32(EPOLL_CLOEXEC)), from: "epoll_create1")
        unsafe ready.initialize(repeating: epoll_event())
    }

    deinit { unsafe ready.deallocate() }

    /// From now on there are answers with this `id`.
    public func add(_ number: Int32, id: UInt64, _ events: Events = .reading) throws(SystemError) {
        try control(EPOLL_CTL_ADD, number, id, events)
    }

    /// What is asked from now on of a descriptor that was added.
    public func change(_ number: Int32, id: UInt64, _ events: Events) throws(SystemError) {
        try control(EPOLL_CTL_MOD, number, id, events)
    }

    private func control(_ operation: Int32, _ number: Int32, _ id: UInt64, _ events: Events) throws(SystemError) {
        var event = unsafe epoll_event(events: events.rawValue, data: epoll_data_t(u64: id))
        guard unsafe epoll_ctl(descriptor.number, operation, number, &event) == 0 else {
            throw SystemError.last("epoll_ctl")
        }
    }

    /// How many answers there are (see ``subscript(_:)``); 0 when `milliseconds` passed first, or a signal came.
    public func wait(milliseconds: Int32) throws(SystemError) -> Int {
        let count = unsafe epoll_wait(descriptor.number, ready.baseAddress, Int32(ready.count), milliseconds)
        guard count >= 0 || errno == EINTR else { throw SystemError.last("epoll_wait") }
        return max(0, Int(count))
    }

    /// An answer of the last wait.
    public subscript(index: Int) -> (id: UInt64, events: Events) {
        let event = unsafe ready[index]
        return unsafe (event.data.u64, Events(rawValue: event.events))
    }
}
