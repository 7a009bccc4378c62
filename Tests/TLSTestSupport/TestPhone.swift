import COpenSSL
import ConfigLanguage
import Glibc
import TLSProxy
import Wire

package struct TestFailure: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// A TCP connection that waits, at most ten seconds.
package final class TestSocket: @unchecked Sendable {
    package let descriptor: Int32

    package init(_ descriptor: Int32) {
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            unsafe setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        set(Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    }

    /// - Parameter receiveBuffer: bytes; only before it connects does it bound what the peer may send.
    package convenience init(to endpoint: Endpoint, from source: IPAddress? = nil, receiveBuffer: Int32? = nil) throws {
        self.init(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
        if let receiveBuffer { set(SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
        if let source, unsafe !Self.with(Endpoint(source, 0), { unsafe bind(descriptor, $0, $1) == 0 }) {
            throw TestFailure("bind: \(errno)")
        }
        guard unsafe Self.with(endpoint, { unsafe connect(descriptor, $0, $1) == 0 }) else {
            throw TestFailure("connect: \(errno)")
        }
    }

    deinit { Glibc.close(descriptor) }

    package func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        unsafe setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    package static func with<Result>(
        _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = endpoint.port.bigEndian
        address.sin_addr.s_addr = endpoint.address.v4.bigEndian
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    package var local: Endpoint { unsafe Self.name { unsafe getsockname(descriptor, $0, $1) } ?? Endpoint(.anyV4, 0) }

    /// `nil` when it is not connected.
    package var remote: Endpoint? { unsafe Self.name { unsafe getpeername(descriptor, $0, $1) } }

    private static func name(
        _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Endpoint? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe ask($0, &length) }
        }
        guard result == 0 else { return nil }
        return Endpoint(
            IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
    }

    package func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestFailure("send: \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// What is there, at least a byte; empty at the end; `nil` when the connection broke or nothing came.
    package func read(_ limit: Int = 65_536) -> [UInt8]? {
        var failed = false
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            let result = unsafe recv(descriptor, buffer.baseAddress, limit, 0)
            failed = result < 0
            count = max(0, result)
        }
        return failed ? nil : bytes
    }

    package func readToEnd() -> [UInt8]? {
        var all: [UInt8] = []
        while let some = read() {
            if some.isEmpty { return all }
            all += some
        }
        return nil
    }

    package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// Ends without FIN.
    package func reset() {
        var wait = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &wait, socklen_t(MemoryLayout<linger>.size))
    }
}

/// A phone: OpenSSL as a TLS client over a socket, without any of our code.
@safe package final class TestPhone: @unchecked Sendable {
    package struct Options {
        package init() {}

        package var version: TLSVersion?
        package var ciphers: String?
        /// File of the certificate and those that lead on from it, and of the key.
        package var certificate: String?
        package var key: String?
        package var isWeak = false
        /// A session of another phone's to resume.
        package var session: Session?
        /// A call server that speaks TLS, instead of a phone: it demands a certificate of this authority.
        package var authority: String?
    }

    @safe package final class Session: @unchecked Sendable {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) { unsafe self.pointer = pointer }

        deinit { unsafe SSL_SESSION_free(pointer) }
    }

    package let socket: TestSocket
    private let context: OpaquePointer
    private let connection: OpaquePointer
    /// OpenSSL's reasons for the last failure.
    package private(set) var reasons: [String] = []

    package init(_ socket: TestSocket, _ options: Options) throws {
        self.socket = socket
        let method = unsafe options.authority == nil ? TLS_client_method() : TLS_server_method()
        guard let context = unsafe SSL_CTX_new(method) else { throw TestFailure("SSL_CTX_new") }
        unsafe self.context = context
        unsafe SSL_CTX_set_security_level(context, options.isWeak ? 0 : 2)
        if let version = options.version {
            unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(version.wireValue), nil)
            unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(version.wireValue), nil)
        }
        if let ciphers = options.ciphers { unsafe SSL_CTX_set_cipher_list(context, ciphers) }
        if let certificate = options.certificate, let key = options.key {
            guard unsafe SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
                unsafe SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
            else { throw TestFailure("the phone's certificate") }
        }
        if let authority = options.authority {
            unsafe SSL_CTX_load_verify_locations(context, authority, nil)
            unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
        guard let connection = unsafe SSL_new(context) else { throw TestFailure("SSL_new") }
        unsafe self.connection = connection
        unsafe SSL_set_fd(connection, socket.descriptor)
        if let session = options.session { unsafe SSL_set_session(connection, session.pointer) }
        if options.authority == nil {
            unsafe SSL_set_connect_state(connection)
        } else {
            unsafe SSL_set_accept_state(connection)
        }
    }

    deinit {
        unsafe SSL_free(connection)
        unsafe SSL_CTX_free(context)
    }

    /// `false`: see ``reasons``.
    package func shakeHands() -> Bool { succeeded(unsafe SSL_do_handshake(connection)) }

    package func write(_ bytes: [UInt8]) -> Bool {
        succeeded(unsafe SSL_write(connection, bytes, Int32(bytes.count)))
    }

    /// Empty at close_notify; `nil` when the connection broke, or nothing came.
    package func read(_ limit: Int = 65_536) -> [UInt8]? {
        var result: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: limit) { buffer, count in
            result = unsafe SSL_read(connection, buffer.baseAddress, Int32(limit))
            count = max(0, Int(result))
        }
        if result > 0 { return bytes }
        let isEnd = unsafe SSL_get_error(connection, result) == SSL_ERROR_ZERO_RETURN
        _ = succeeded(result)
        return isEnd ? [] : nil
    }

    package func read(exactly count: Int) -> [UInt8]? {
        var all: [UInt8] = []
        while all.count < count {
            guard let some = read(count - all.count), !some.isEmpty else { return nil }
            all += some
        }
        return all
    }

    package func readToEnd() -> [UInt8]? {
        var all: [UInt8] = []
        while let some = read() {
            if some.isEmpty { return all }
            all += some
        }
        return nil
    }

    /// close_notify, and FIN if wanted.
    package func finish(withFIN: Bool = true) {
        unsafe SSL_shutdown(connection)
        ERR_clear_error()
        if withFIN { socket.finish() }
    }

    package func renegotiate() -> Bool {
        unsafe SSL_renegotiate(connection)
        return succeeded(unsafe SSL_do_handshake(connection))
    }

    package var isResumed: Bool { unsafe SSL_session_reused(connection) == 1 }
    package var cipher: String {
        guard let cipher = unsafe SSL_get_current_cipher(connection), let name = unsafe SSL_CIPHER_get_name(cipher)
        else {
            return ""
        }
        return unsafe String(cString: name)
    }

    package var session: Session? { unsafe SSL_get1_session(connection).map { unsafe Session($0) } }

    /// Subject of the peer's certificate, as OpenSSL prints it in one line.
    package var peerSubject: String? {
        guard let certificate = unsafe SSL_get0_peer_certificate(connection),
            let text = unsafe X509_NAME_oneline(X509_get_subject_name(certificate), nil, 0)
        else { return nil }
        defer { unsafe CRYPTO_free(text, nil, 0) }
        return unsafe String(cString: text)
    }

    /// Subjects of the certificates that the server has sent, its own first, as OpenSSL prints them.
    package var sentSubjects: [String] {
        let chain = unsafe SSL_get_peer_cert_chain(connection)
        return unsafe (0..<max(0, OPENSSL_sk_num(chain))).compactMap { place in
            guard let certificate = unsafe OPENSSL_sk_value(chain, place),
                let text = unsafe X509_NAME_oneline(X509_get_subject_name(OpaquePointer(certificate)), nil, 0)
            else { return nil }
            defer { unsafe CRYPTO_free(text, nil, 0) }
            return unsafe String(cString: text)
        }
    }

    /// Subjects of the authorities that the peer has named in its request for a certificate, as OpenSSL prints them.
    package var namedAuthorities: [String] {
        let names = unsafe SSL_get0_peer_CA_list(connection)
        return unsafe (0..<max(0, OPENSSL_sk_num(names))).compactMap { place in
            guard let name = unsafe OPENSSL_sk_value(names, place),
                let text = unsafe X509_NAME_oneline(OpaquePointer(name), nil, 0)
            else { return nil }
            defer { unsafe CRYPTO_free(text, nil, 0) }
            return unsafe String(cString: text)
        }
    }

    private func succeeded(_ result: Int32) -> Bool {
        defer { ERR_clear_error() }
        guard result <= 0 else { return true }
        reasons = []
        while true {
            let code = ERR_get_error()
            guard code != 0 else { return false }
            reasons.append(unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) } ?? "\(code)")
        }
    }
}
