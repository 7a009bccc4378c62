import CLinux
import Glibc
import Wire

/// TCP without TLS.
final class PlainStream: ByteStream {
    let descriptor: Int32
    private var pending: ArraySlice<UInt8> = []
    private var isConnecting: Bool

    /// Connects, from this address; port 0 takes a free one.
    init(to peer: Endpoint, from local: Endpoint) throws(LabError) {
        descriptor = try Self.connecting(to: peer, from: local)
        isConnecting = true
    }

    /// A connection that was accepted.
    init(accepted descriptor: Int32) {
        self.descriptor = descriptor
        SocketAddress.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        isConnecting = false
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    static func connecting(to peer: Endpoint, from local: Endpoint) throws(LabError) -> Int32 {
        let descriptor = try SocketAddress.open(SOCK_STREAM)
        SocketAddress.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
        let isBound = SocketAddress.bind(descriptor, to: local)
        guard isBound,
            unsafe SocketAddress.with(peer, { unsafe connect(descriptor, $0, $1) == 0 || errno == EINPROGRESS })
        else {
            let error = LabError.last("connect \(peer) from \(local)")
            close(descriptor)
            throw error
        }
        return descriptor
    }

    var wantsToWrite: Bool { isConnecting || !pending.isEmpty }

    func send(_ bytes: [UInt8]) {
        pending += bytes
        if !isConnecting { flush() }
    }

    func serve() throws(StreamEnd) -> [UInt8] {
        if isConnecting {
            if let reason = try Self.connectionFailure(descriptor) { throw .failed(reason) }
            isConnecting = false
        }
        flush()
        return try receive()
    }

    /// `nil` when the connection stands. While it does not stand yet, nothing has happened to it and this is not asked.
    static func connectionFailure(_ descriptor: Int32) throws(StreamEnd) -> String? {
        var error: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
        guard error != 0 else { return nil }
        return unsafe CLinux_errorDescription(error).map { unsafe String(cString: $0) } ?? "error \(error)"
    }

    private func flush() {
        while !pending.isEmpty {
            let count = unsafe pending.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            // An error shows again when something is received.
            guard count > 0 else { return }
            pending = pending.dropFirst(count)
        }
    }

    private func receive() throws(StreamEnd) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 16_384)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        if count == 0 { throw .closed }
        guard count > 0 else {
            if errno == EAGAIN || errno == EINTR { return [] }
            throw .failed(LabError.last("recv").description)
        }
        return Array(bytes[..<count])
    }

    func end() { SocketAddress.endWriting(descriptor) }
}
