import COpenSSL
import ConfigLanguage

/// One TLS connection without a socket: an `SSL` that takes what came from the peer and says what goes to it. It belongs
/// to one thread, that of its ``Exchange``.
///
/// After each call, what is to be sent waits in the exchange.
///
/// This file is one of the thin wrappers around C.
@safe
package final class TLSConnection {
    /// What came of bytes from the peer, in this order.
    package struct Progress {
        /// Said for the first time.
        package var hello: ClientHello?
        /// The handshake has ended well just now.
        package var isFinished = false
        package var plaintext: [UInt8] = []
        /// The peer sends no more: close_notify.
        package var isEnded = false
        /// The connection is of no more use. OpenSSL has an alert to send, where there is one for it.
        package var errors: [LibraryError]?
    }

    let context: TLSContext
    /// Noted by callbacks while a handshake goes on.
    var hello: ClientHello?
    var verification: VerificationFailure?
    var chainLength = 0
    var wasAskedForCertificate = false
    private(set) var isOpen = false
    private var hasReportedHello = false
    private var hasEnded = false
    private var hasFailed = false
    private let exchange: Exchange
    private let pointer: OpaquePointer

    package init(_ context: TLSContext, _ exchange: Exchange) throws(TLSProxyError) {
        self.context = context
        self.exchange = exchange
        guard let made = unsafe SSL_new(context.pointer) else {
            throw OpenSSLErrors.take("no TLS connection can be made")
        }
        unsafe pointer = made
        guard let bio = unsafe ExchangeBIO.make(exchange) else {
            throw OpenSSLErrors.take("no TLS connection can be made")
        }
        unsafe SSL_set_bio(made, bio, bio)
        // Place 0 is the application's.
        unsafe SSL_set_ex_data(made, 0, Unmanaged.passUnretained(self).toOpaque())
        if context.role == .server { unsafe SSL_set_accept_state(made) } else { unsafe SSL_set_connect_state(made) }
    }

    deinit {
        // Else OpenSSL would forget the session of a connection that broke, which is when a phone comes back with it.
        if isOpen, !hasFailed { unsafe SSL_set_shutdown(pointer, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN) }
        unsafe SSL_free(pointer)
    }

    /// Of an `SSL` that calls back.
    static func of(_ connection: OpaquePointer) -> TLSConnection? {
        unsafe SSL_get_ex_data(connection, 0).map {
            unsafe Unmanaged<TLSConnection>.fromOpaque($0).takeUnretainedValue()
        }
    }

    /// For a client, before it begins.
    func present(_ identity: TLSIdentity?, serverName: String?) -> Bool {
        if let identity, unsafe !identity.use(forConnection: pointer) {
            OpenSSLErrors.discard()
            return false
        }
        guard let serverName else { return true }
        var name = Array(serverName.utf8CString)
        return unsafe name.withUnsafeMutableBytes {
            unsafe SSL_ctrl(pointer, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name), $0.baseAddress) == 1
        }
    }

    /// Takes what came, all of it. Without bytes it begins a client's handshake.
    package func take(_ bytes: Span<UInt8>) -> Progress {
        guard !hasFailed else { return Progress() }
        return exchange.withInput(bytes) { proceed() }
    }

    private func proceed() -> Progress {
        var progress = Progress()
        if !isOpen {
            shakeHands(&progress)
            if let hello, !hasReportedHello {
                progress.hello = hello
                hasReportedHello = true
            }
        }
        while isOpen, !hasEnded, progress.errors == nil, readRecord(&progress) {}
        if progress.errors != nil { hasFailed = true }
        return progress
    }

    private func shakeHands(_ progress: inout Progress) {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(pointer)
        if result == 1 {
            isOpen = true
            progress.isFinished = true
        } else {
            examine(result, &progress)
        }
    }

    /// `false`: there is nothing more to read now.
    private func readRecord(_ progress: inout Progress) -> Bool {
        ERR_clear_error()
        var result: Int32 = 0
        unsafe exchange.readRecord(&progress.plaintext) { room in
            var count = 0
            result = unsafe SSL_read_ex(pointer, room.baseAddress, room.count, &count)
            return result == 1 ? count : 0
        }
        if result != 1 { examine(result, &progress) }
        return result == 1
    }

    private func examine(_ result: Int32, _ progress: inout Progress) {
        switch unsafe SSL_get_error(pointer, result) {
        case SSL_ERROR_WANT_READ: break
        case SSL_ERROR_ZERO_RETURN:
            hasEnded = true
            progress.isEnded = true
        default: progress.errors = OpenSSLErrors.takeAll()
        }
    }

    /// Encrypts. `false`: the connection is of no more use.
    func send(_ plaintext: [UInt8]) -> Bool {
        guard isOpen, !hasFailed else { return false }
        guard !plaintext.isEmpty else { return true }
        ERR_clear_error()
        var written = 0
        let result = unsafe plaintext.withUnsafeBytes {
            unsafe SSL_write_ex(pointer, $0.baseAddress, $0.count, &written)
        }
        if result == 1 { return true }
        OpenSSLErrors.discard()
        hasFailed = true
        return false
    }

    /// Says that we send no more: close_notify.
    func finish() {
        guard isOpen, !hasFailed else { return }
        unsafe SSL_shutdown(pointer)
        OpenSSLErrors.discard()
    }

    /// What waits to be sent, if anything.
    package func takeOutput(_ take: (Span<UInt8>) -> Void) { exchange.takeOutput(take) }

    /// Where a handshake stands, in OpenSSL's words.
    var state: String { unsafe SSL_state_string_long(pointer).map { unsafe String(cString: $0) } ?? "" }

    /// Once ``isOpen``.
    var version: TLSVersion {
        let number = UInt16(truncatingIfNeeded: unsafe SSL_version(pointer))
        return TLSVersion.allCases.first { $0.wireValue == number } ?? .tls12
    }

    /// OpenSSL's name of the cipher in use.
    var cipher: String {
        guard let cipher = unsafe SSL_get_current_cipher(pointer), let name = unsafe SSL_CIPHER_get_name(cipher) else {
            return ""
        }
        return unsafe String(cString: name)
    }

    package var facts: HandshakeFacts {
        let anchor = unsafe PeerVerification.anchor(of: pointer)
        return HandshakeFacts(
            version: version, cipher: cipher, isResumed: unsafe SSL_session_reused(pointer) == 1,
            peer: unsafe SSL_get0_peer_certificate(pointer).map { unsafe Certificates.facts($0) },
            trustpoint: anchor.map { context.anchorNames[$0] }, chainLength: chainLength,
            wasAskedForCertificate: wasAskedForCertificate)
    }

    /// Why a handshake ended before its time.
    func failure(_ cause: HandshakeFailure.Cause, _ errors: [LibraryError] = []) -> HandshakeFailure {
        HandshakeFailure(cause: cause, state: state, errors: errors, verification: verification)
    }
}
