import CLinux
import Glibc
import SystemCalls
import Wire

/// A TCP socket whose calls never wait; closed when its owner goes.
///
/// This file is one of the thin wrappers around C.
struct TCPSocket: ~Copyable {
    /// What came of reading or sending.
    enum Transfer {
        /// So many bytes; none were read: the peer sends no more.
        case bytes(Int)
        /// Nothing at present.
        case later
        /// The error number.
        case failed(Int32)
    }

    /// A connection that came.
    struct Arrival: ~Copyable {
        var socket: TCPSocket
        var peer: Endpoint
    }

    /// Names that Glibc does not have for Swift (linux/in.h, linux/in6.h).
    private enum Option {
        static let transparentV4: Int32 = 19
        static let transparentV6: Int32 = 75
        static let bindAddressNoPort: Int32 = 24
    }

    private static let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)

    private let descriptor: Descriptor

    init(v4: Bool) throws(SystemError) {
        let kind = Int32(SOCK_STREAM.rawValue) | Self.flags
        descriptor = try Descriptor(socket(v4 ? AF_INET : AF_INET6, kind, 0), from: "socket")
    }

    private init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    var number: Int32 { descriptor.number }

    // MARK: Options

    /// What is written leaves at once. Connections that come have this from the socket that listens.
    func setNoDelay() throws(SystemError) { try set(Int32(IPPROTO_TCP), TCP_NODELAY, 1, "TCP_NODELAY") }

    /// Bytes. Connections that come have this, too, from the socket that listens.
    func setSendBuffer(_ length: Int) throws(SystemError) {
        try set(SOL_SOCKET, SO_SNDBUF, Int32(clamping: length), "SO_SNDBUF")
    }

    /// The socket may have an address of another host.
    func setTransparent(v4: Bool) throws(SystemError) {
        if v4 {
            try set(Int32(IPPROTO_IP), Option.transparentV4, 1, "IP_TRANSPARENT")
        } else {
            try set(Int32(IPPROTO_IPV6), Option.transparentV6, 1, "IPV6_TRANSPARENT")
        }
    }

    /// A port is chosen when it connects, so that one port serves for many destinations.
    func setPortWhenConnecting() throws(SystemError) {
        try set(Int32(IPPROTO_IP), Option.bindAddressNoPort, 1, "IP_BIND_ADDRESS_NO_PORT")
    }

    func setReuse(ofPort: Bool) throws(SystemError) {
        try set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR")
        if ofPort { try set(SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT") }
    }

    /// Closing it is a reset from now on, and no FIN.
    func resetWhenClosed() {
        // A socket that can not be told so says FIN.
        try? descriptor.setOption(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0), "SO_LINGER")
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32, _ name: String) throws(SystemError) {
        try descriptor.setOption(level, option, value, name)
    }

    // MARK: Names

    func bind(to endpoint: Endpoint) throws(SystemError) {
        let result = unsafe SocketName.given(endpoint) { unsafe Glibc.bind(number, $0, $1) }
        guard result == 0 else { throw SystemError.last("bind") }
    }

    /// This machine's end, or what stands for it.
    var local: Endpoint? { unsafe SocketName.taken { unsafe getsockname(number, $0, $1) } }

    // MARK: Connections

    func listen(backlog: Int32) throws(SystemError) {
        guard Glibc.listen(number, backlog) == 0 else { throw SystemError.last("listen") }
    }

    /// The next connection that has come; `nil`: none waits.
    func accept() throws(SystemError) -> Arrival? {
        var accepted: Int32 = -1
        let peer = unsafe SocketName.taken { name, length in
            unsafe accepted = CLinux_accept4(number, name, length, Self.flags)
            return accepted
        }
        guard accepted >= 0 else {
            if errno == EAGAIN || errno == EINTR { return nil }
            throw SystemError.last("accept4")
        }
        let socket = TCPSocket(try Descriptor(accepted, from: "accept4"))
        guard let peer else { return nil }
        return Arrival(socket: socket, peer: peer)
    }

    /// `true`: it is connected; else it says so, by being writable, when it is or can not be (see ``takeError()``).
    func connect(to endpoint: Endpoint) throws(SystemError) -> Bool {
        if unsafe SocketName.given(endpoint, to: { unsafe Glibc.connect(number, $0, $1) }) == 0 { return true }
        guard errno == EINPROGRESS else { throw SystemError.last("connect") }
        return false
    }

    /// The error that it holds, and forgets: 0 for none.
    func takeError() -> Int32 { descriptor.takeError() }

    // MARK: Bytes

    func read(into room: UnsafeMutableRawBufferPointer) -> Transfer {
        while true {
            let count = unsafe recv(number, room.baseAddress, room.count, 0)
            if let transfer = Self.transfer(count) { return transfer }
        }
    }

    func send(_ bytes: Span<UInt8>) -> Transfer {
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if let transfer = Self.transfer(count) { return transfer }
        }
    }

    /// `nil`: a signal came first.
    private static func transfer(_ count: Int) -> Transfer? {
        if count >= 0 { return .bytes(count) }
        let number = errno
        if number == EINTR { return nil }
        return number == EAGAIN || number == EWOULDBLOCK ? .later : .failed(number)
    }

    /// FIN. What the peer still sends comes.
    func finish() { shutdown(number, Int32(SHUT_WR)) }
}
