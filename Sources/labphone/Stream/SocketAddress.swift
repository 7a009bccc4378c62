import CLinux
import Glibc
import Wire

/// IPv4 socket addresses, and what is done with them.
///
/// This file is one of the thin wrappers around C.
enum SocketAddress {
    static func with<Result>(_ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = endpoint.address.v4.bigEndian
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// What `fill` writes into a socket address; `nil` when it fails.
    static func filled(
        by fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int
    ) -> (result: Int, endpoint: Endpoint)? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe fill($0, &length) }
        }
        guard result >= 0 else { return nil }
        let ip = IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr))
        return (result, Endpoint(ip, UInt16(bigEndian: address.sin_port)))
    }

    /// A socket that never blocks.
    static func open(_ kind: __socket_type) throws(LabError) -> Int32 {
        let descriptor = socket(
            AF_INET, Int32(kind.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .last("socket") }
        return descriptor
    }

    static func bind(_ descriptor: Int32, to endpoint: Endpoint) -> Bool {
        unsafe with(endpoint) { unsafe Glibc.bind(descriptor, $0, $1) } == 0
    }

    static func local(of descriptor: Int32) throws(LabError) -> Endpoint {
        guard let found = unsafe filled(by: { unsafe Int(getsockname(descriptor, $0, $1)) }) else {
            throw .last("getsockname")
        }
        return found.endpoint
    }

    /// The other side reads the end.
    static func endWriting(_ descriptor: Int32) { shutdown(descriptor, 1) }

    static func setOption(_ descriptor: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
