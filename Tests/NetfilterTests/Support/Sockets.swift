import Glibc
import SystemCalls
import Wire

@testable import Netfilter

/// An IPv4 socket of a test, in the namespace of the thread that made it. Waits are bounded.
final class TestSocket {
    let descriptor: Descriptor

    enum Kind {
        case datagram, stream
    }

    init(_ kind: Kind, port: UInt16 = 0) throws {
        let type = kind == .datagram ? SOCK_DGRAM : SOCK_STREAM
        descriptor = try Descriptor(socket(AF_INET, Int32(type.rawValue), 0), from: "socket")
        try descriptor.setOption(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR")
        if port != 0 {
            let result = unsafe Self.withAddress("0.0.0.0", port) { unsafe bind(descriptor.number, $0, $1) }
            guard result == 0 else { throw SystemError.last("bind") }
        }
        if kind == .stream, port != 0 { listen(descriptor.number, 4) }
    }

    private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// A stream socket that may have any host's address (IP_TRANSPARENT).
    static func transparent(_ address: String, port: UInt16, listens: Bool = true) throws -> TestSocket {
        let made = TestSocket(try Descriptor(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), from: "socket"))
        try made.descriptor.setOption(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR")
        try made.descriptor.setOption(Int32(IPPROTO_IP), IP_TRANSPARENT, 1, "IP_TRANSPARENT")
        let result = unsafe withAddress(address, port) { unsafe bind(made.descriptor.number, $0, $1) }
        guard result == 0 else { throw SystemError.last("bind") }
        if listens { listen(made.descriptor.number, 4) }
        return made
    }

    /// A peer that has connected already.
    func acceptWaiting() throws -> TestSocket? {
        guard try descriptor.waitReadable(milliseconds: 0) else { return nil }
        return TestSocket(try Descriptor(Glibc.accept(descriptor.number, nil, nil), from: "accept"))
    }

    var peer: Endpoint? { unsafe name(getpeername) }
    var own: Endpoint? { unsafe name(getsockname) }

    private func name(
        _ call: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Endpoint? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call(descriptor.number, $0, &length)
            }
        }
        guard result == 0 else { return nil }
        return Endpoint(IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
    }

    func connect(_ address: String, _ port: UInt16) throws {
        let result = unsafe Self.withAddress(address, port) { unsafe Glibc.connect(descriptor.number, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw SystemError.last("connect") }
    }

    /// Takes part in a multicast group on the interface that has `address`.
    func join(_ group: String, at address: String) throws {
        var request = ip_mreq()
        request.imr_multiaddr.s_addr = (IPAddress(group)?.v4 ?? 0).bigEndian
        request.imr_interface.s_addr = (IPAddress(address)?.v4 ?? 0).bigEndian
        let size = socklen_t(MemoryLayout<ip_mreq>.size)
        let result = unsafe setsockopt(descriptor.number, Int32(IPPROTO_IP), IP_ADD_MEMBERSHIP, &request, size)
        guard result == 0 else { throw SystemError.last("IP_ADD_MEMBERSHIP") }
    }

    func makeNonblocking() { _ = fcntl(descriptor.number, F_SETFL, O_NONBLOCK) }

    /// The peer that connected, within a second.
    func accept() throws -> TestSocket? {
        guard try descriptor.waitReadable(milliseconds: 1000) else { return nil }
        return TestSocket(try Descriptor(Glibc.accept(descriptor.number, nil, nil), from: "accept"))
    }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Int {
        unsafe Glibc.send(descriptor.number, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    func send(_ text: String, to address: String, _ port: UInt16) {
        let bytes = Array(text.utf8)
        unsafe Self.withAddress(address, port) {
            unsafe _ = sendto(descriptor.number, bytes, bytes.count, 0, $0, $1)
        }
    }

    /// What comes within `milliseconds`; `nil` when nothing does.
    func receive(milliseconds: Int32 = 200, limit: Int = 65536) throws -> [UInt8]? {
        guard try descriptor.waitReadable(milliseconds: milliseconds) else { return nil }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe recv(descriptor.number, &bytes, limit, 0)
        guard count >= 0 else { return nil }
        return Array(bytes[..<count])
    }

    func receiveText(milliseconds: Int32 = 200) throws -> String? {
        try receive(milliseconds: milliseconds).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Text, and from where: `a.b.c.d:port`.
    func receiveFrom(milliseconds: Int32 = 500) throws -> (text: String, from: Endpoint)? {
        guard try descriptor.waitReadable(milliseconds: milliseconds) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 65536)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe recvfrom(descriptor.number, &bytes, 65536, 0, $0, &length)
            }
        }
        guard count >= 0 else { return nil }
        let from = Endpoint(
            IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
        return (String(decoding: bytes[..<count], as: UTF8.self), from)
    }

    private static func withAddress<Result>(
        _ text: String, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (IPAddress(text)?.v4 ?? 0).bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
