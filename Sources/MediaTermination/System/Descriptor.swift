import Glibc

/// A file descriptor with one owner; closed when the owner goes.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Takes over `number`, or reports why there is none: the convention of system calls.
    init(_ number: Int32, from operation: String) throws(MediaRelayError) {
        guard number >= 0 else { throw .last(operation) }
        self.number = number
    }

    deinit { close(number) }

    func setOption<Value: BitwiseCopyable>(
        _ level: Int32, _ option: Int32, _ value: Value, _ operation: String
    ) throws(MediaRelayError) {
        var value = value
        let result = unsafe setsockopt(number, level, option, &value, socklen_t(MemoryLayout<Value>.size))
        guard result == 0 else { throw .last(operation) }
    }

    /// The error that the socket holds, and forgets it: until then, poll reports it again and again.
    func takeError() -> Int32 {
        var value: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(number, SOL_SOCKET, SO_ERROR, &value, &size) == 0 ? value : errno
    }

    /// Binds a netlink or packet socket to `address`.
    func bind<Address: BitwiseCopyable>(to address: Address, _ operation: String) throws(MediaRelayError) {
        let result = unsafe withUnsafePointer(to: address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(number, $0, socklen_t(MemoryLayout<Address>.size))
            }
        }
        guard result == 0 else { throw .last(operation) }
    }
}

extension MediaRelayError {
    /// The last failure of the calling thread.
    static func last(_ operation: String) -> MediaRelayError { .system(operation: operation, number: errno) }
}
