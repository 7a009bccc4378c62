import COpenSSL

/// What the TLS connections of a run share: which servers they believe, and who they are.
///
/// This file is one of the thin wrappers around C.
@safe
final class TLSContext {
    private let context: OpaquePointer
    private let identity: TLSIdentity?
    private let keyLog: KeyLogFile?

    /// - Parameters:
    ///   - trusted: a PEM file with the only certificates that a server is believed by; `nil` believes any.
    ///   - keyLog: a file that gets the connections' secrets, as Wireshark reads them.
    init(trusted: String?, identity: TLSIdentity?, keyLog path: String? = nil) throws(LabError) {
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw Self.failure("SSL_CTX_new") }
        unsafe self.context = context
        self.identity = identity
        keyLog = try path.map { path throws(LabError) in try KeyLogFile(path) }
        if let keyLog { unsafe keyLog.follow(context) }
        guard let trusted else { return }
        guard unsafe SSL_CTX_load_verify_file(context, trusted) == 1 else { throw Self.failure(trusted) }
        // A server's own certificate may be the trusted one, as in a phone's trust list.
        unsafe X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN))
        unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil)
    }

    deinit { unsafe SSL_CTX_free(context) }

    /// A client's connection that has not begun; the caller frees it.
    func connection(as device: String, over descriptor: Int32) throws(LabError) -> OpaquePointer {
        guard let connection = unsafe SSL_new(context), unsafe SSL_set_fd(connection, descriptor) == 1 else {
            throw Self.failure("SSL_new")
        }
        try unsafe identity?.present(as: device, on: connection)
        unsafe SSL_set_connect_state(connection)
        return unsafe connection
    }

    /// OpenSSL's oldest error of this thread; the others are dropped.
    static func failure(_ what: String) -> LabError { LabError(description: "\(what): \(reason())") }

    static func reason() -> String {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let text = unsafe ERR_reason_error_string(code) else { return "unknown error" }
        return unsafe String(cString: text)
    }
}
