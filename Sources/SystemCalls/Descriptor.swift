import Glibc

/// A file descriptor with one owner; closed when the owner goes.
public struct Descriptor: ~Copyable {
    public let number: Int32

    /// Takes over `number`, or reports why there is none: the convention of system calls.
    public init(_ number: Int32, from operation: String) throws(SystemError) {
        guard number >= 0 else { throw SystemError.last(operation) }
        self.number = number
    }

    deinit { close(number) }

    public func setOption<Value: BitwiseCopyable>(
        _ level: Int32, _ option: Int32, _ value: Value, _ operation: String
    ) throws(SystemError) {
        var value = value
        let result = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Value>.size))
        guard result == 0 else { throw SystemError.last(operation) }
    }

    /// The error that the socket holds, and forgets it: until then, poll reports it again and again.
    public func takeError() -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &size) == 0 ? value : errno
    }

    /// Binds the socket to `address`, a `sockaddr` of its family.
    public func bind<Address: BitwiseCopyable>(to address: Address, _ operation: String) throws(SystemError) {
        let result = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(number, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw SystemError.last(operation) }
    }

    /// Waits until there is something to read; `false` when `milliseconds` passed first.
    public func waitReadable(milliseconds: Int32) throws(SystemError) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&entry, 1, milliseconds)
        if ready < 0, errno != EINTR { throw SystemError.last("poll") }
        return ready > 0
    }
}
