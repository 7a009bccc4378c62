import COpenSSL
import ConfigLanguage

/// Puts settings into an `SSL_CTX`. Most of these functions are macros in C, which are not imported.
///
/// This file is one of the thin wrappers around C.
enum TLSContextSettings {
    /// Forward secret, authenticated ciphers first; then what phones of the TLS 1.2 days have.
    private static let modernCiphers = """
        ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:\
        ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:\
        ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA:\
        AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:AES256-SHA
        """

    /// `SSL_OP_…`, which are not imported: no ticket that holds the session itself, no compression, our order of ciphers,
    /// no renegotiation.
    private static let options: UInt64 = 1 << 14 | 1 << 17 | 1 << 22 | 1 << 30

    /// Of the peer's certificates together. A phone's is 1 kB; OpenSSL's own limit is 100 kB.
    private static let certificateLimit = 16_384
    private static let verificationDepth: Int32 = 5

    /// - Parameter presentsWeak: our own certificate may be weak, and the peer's not.
    static func apply(
        _ policy: TLSPolicy, isWeak: Bool, presentsWeak: Bool, to context: OpaquePointer
    ) throws(TLSProxyError) {
        unsafe SSL_CTX_set_security_level(context, isWeak || presentsWeak ? 0 : 2)
        unsafe X509_VERIFY_PARAM_set_auth_level(SSL_CTX_get0_param(context), isWeak ? 0 : 2)
        guard policy.minimum <= policy.maximum,
            unsafe control(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(policy.minimum.wireValue)),
            unsafe control(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(policy.maximum.wireValue))
        else { throw OpenSSLErrors.take("\(policy.minimum.rawValue) to \(policy.maximum.rawValue) cannot be spoken") }
        let names = policy.ciphers?.map(\.openSSLName).joined(separator: ":") ?? modernCiphers
        let isSet = unsafe SSL_CTX_set_cipher_list(context, names) == 1
        // TLS 1.3 has suites of its own, which a list of older ones leaves alone.
        guard isSet || policy.maximum >= .tls13 else {
            throw OpenSSLErrors.take("OpenSSL has none of the ciphers \(names)")
        }
        OpenSSLErrors.discard()
        unsafe SSL_CTX_set_options(context, options)
        unsafe control(context, SSL_CTRL_MODE, Int(SSL_MODE_RELEASE_BUFFERS))
        unsafe control(context, SSL_CTRL_SET_MAX_CERT_LIST, certificateLimit)
        // Parameters of the size that the key calls for.
        unsafe control(context, SSL_CTRL_SET_DH_AUTO, 1)
    }

    static func trust(_ anchors: [X509Object], in context: OpaquePointer) throws(TLSProxyError) {
        let store = unsafe SSL_CTX_get_cert_store(context)
        for anchor in anchors {
            guard unsafe X509_STORE_add_cert(store, anchor.pointer) == 1 else {
                throw OpenSSLErrors.take("a trust anchor cannot be used")
            }
        }
        // An intermediate alone suffices. Phones' certificates do not say what they are for.
        unsafe X509_VERIFY_PARAM_set_flags(
            SSL_CTX_get0_param(context), UInt(X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST))
        unsafe SSL_CTX_set_purpose(context, X509_PURPOSE_ANY)
        unsafe SSL_CTX_set_verify_depth(context, verificationDepth)
    }

    /// Finds, among the anchors, the certificates between that of `context` and its root, which peers have (RFC 5246 section
    /// 7.4.2). Else OpenSSL would look for them in each handshake, and check their signatures.
    static func completeChain(in context: OpaquePointer) -> Bool {
        let flags = SSL_BUILD_CHAIN_FLAG_NO_ROOT | SSL_BUILD_CHAIN_FLAG_IGNORE_ERROR | SSL_BUILD_CHAIN_FLAG_CLEAR_ERROR
        return unsafe control(context, SSL_CTRL_BUILD_CERT_CHAIN, Int(flags))
    }

    /// Tells phones whose certificates count, so that one that has several shows the right one (RFC 5246 section 7.4.4,
    /// RFC 8446 section 4.2.4).
    static func announce(_ anchors: [X509Object], in context: OpaquePointer) throws(TLSProxyError) {
        for anchor in anchors where unsafe SSL_CTX_add_client_CA(context, anchor.pointer) != 1 {
            throw OpenSSLErrors.take("a trust anchor cannot be announced")
        }
    }

    /// Sessions that peers may resume are kept here, and only their numbers are given out: so the peer's certificate stays
    /// with them, and nothing has to be encrypted, sent and read again.
    ///
    /// - Parameter count: 0 for none.
    static func keepSessions(_ count: Int, seconds: Int, in context: OpaquePointer) {
        guard count > 0 else {
            unsafe control(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(SSL_SESS_CACHE_OFF))
            unsafe SSL_CTX_set_num_tickets(context, 0)
            return
        }
        let identifier = Array("phoneproxy".utf8)
        unsafe SSL_CTX_set_session_id_context(context, identifier, UInt32(identifier.count))
        // Old ones go when there are too many, and are not resumed before that: no need to look through all of them.
        let mode = SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_AUTO_CLEAR
        unsafe control(context, SSL_CTRL_SET_SESS_CACHE_MODE, Int(mode))
        // OpenSSL keeps one fewer than it is told.
        unsafe control(context, SSL_CTRL_SET_SESS_CACHE_SIZE, count + 1)
        unsafe SSL_CTX_set_timeout(context, seconds)
        unsafe SSL_CTX_set_num_tickets(context, 1)
    }

    @discardableResult
    private static func control(_ context: OpaquePointer, _ command: Int32, _ value: Int) -> Bool {
        unsafe SSL_CTX_ctrl(context, command, value, nil) > 0
    }
}
