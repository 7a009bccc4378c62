import Glibc

/// A file descriptor with one owner; closed when the owner goes.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes over `number`, or reports why there is none: the convention of system calls.
    init(_ number: Int32, from operation: String) throws(SystemError) {
        guard number >= 0 else { throw SystemError.last(operation) }
        self.number = number
    }

    deinit { close(number) }

    func setOption(_ level: Int32, _ option: Int32, _ value: Int32, _ operation: String) throws(SystemError) {
        var value = value
        let result = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
        guard result == 0 else { throw SystemError.last(operation) }
    }

    /// Waits until there is something to read; `false` when `milliseconds` passed first.
    func waitReadable(milliseconds: Int32) throws(SystemError) -> Bool {
        var entry = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
        let ready = unsafe poll(&entry, 1, milliseconds)
        if ready < 0, errno != EINTR { throw SystemError.last("poll") }
        return ready > 0
    }
}
