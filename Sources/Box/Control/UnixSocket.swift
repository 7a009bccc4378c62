import Glibc

/// A Unix stream socket; closed when it goes.
struct UnixSocket: ~Copyable {
    let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Clients that may wait to be served; further ones wait to connect.
    private static let backlog: Int32 = 64

    /// Listens at `path` for its owner only. A socket that nobody listens at any more is replaced.
    static func listening(at path: String) throws(FileError) -> UnixSocket {
        if try isServed(path) { throw FileError(path, "another box answers there") }
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else { throw FileError(path, "is there and is not a socket") }
            unsafe unlink(path)
        }
        let socket = try make(path)
        var address = try address(path)
        let mask = umask(0o177)
        let result = unsafe withSocketAddress(&address) { unsafe bind(socket.descriptor, $0, $1) }
        let reason = errno
        umask(mask)
        guard result == 0 else { throw FileError(path, errno: reason) }
        guard listen(socket.descriptor, backlog) == 0 else { throw FileError(path, errno: errno) }
        return socket
    }

    /// Whether somebody listens at `path`, be it that there are too many to be let in.
    private static func isServed(_ path: String) throws(FileError) -> Bool {
        let socket = try make(path)
        _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        let failure = try socket.connect(to: path)
        return failure == 0 || failure == EAGAIN
    }

    /// - Parameter seconds: neither connecting nor reading nor writing waits longer than this for the other side.
    static func connected(to path: String, waitingAtMost seconds: Int) throws(FileError) -> UnixSocket {
        let socket = try make(path)
        socket.limitWaits(seconds: seconds)
        let failure = try socket.connect(to: path)
        guard failure == 0 else { throw FileError(path, errno: failure) }
        return socket
    }

    /// 0, or the error's number.
    private func connect(to path: String) throws(FileError) -> Int32 {
        var address = try Self.address(path)
        return unsafe Self.withSocketAddress(&address) { unsafe Glibc.connect(descriptor, $0, $1) == 0 ? 0 : errno }
    }

    /// The next connection, which never waits; `nil` when there is none after all.
    func accepted() -> UnixSocket? {
        let connection = accept(descriptor, nil, nil)
        guard connection >= 0 else { return nil }
        let socket = UnixSocket(connection)
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        _ = fcntl(connection, F_SETFL, O_NONBLOCK)
        return socket
    }

    private func limitWaits(seconds: Int) {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    enum Reading: Equatable {
        case bytes([UInt8])
        /// Nothing came in the time that there is for it.
        case nothingYet
        /// The other side has said all, or is gone.
        case ended
    }

    func read(atMost limit: Int) -> Reading {
        var chunk = [UInt8](repeating: 0, count: limit)
        while true {
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, limit) }
            if count > 0 { return .bytes(Array(chunk[..<count])) }
            if count == 0 { return .ended }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .nothingYet : .ended
        }
    }

    /// How many bytes were taken: 0 when none could be in the time that there is for it; `nil` when the other side is
    /// gone.
    func write(_ bytes: ArraySlice<UInt8>) -> Int? {
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count >= 0 { return count }
            if errno == EINTR { continue }
            return errno == EAGAIN ? 0 : nil
        }
    }

    private static func make(_ path: String) throws(FileError) -> UnixSocket {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FileError(path, errno: errno) }
        return UnixSocket(descriptor)
    }

    private static func address(_ path: String) throws(FileError) -> sockaddr_un {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < capacity else { throw FileError(path, "longer than \(capacity - 1) bytes") }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return address
    }

    private static func withSocketAddress(
        _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
        }
    }
}
