import COpenSSL

/// The peer's chain is OpenSSL's to verify. This remembers what came of it: what failed first, or which anchor it ended with.
///
/// This file is one of the thin wrappers around C.
enum PeerVerification {
    /// Where a session keeps the number of its anchor, counted from 1, so that it is known when the session is resumed.
    private static let anchorIndex = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_SSL_SESSION, 0, nil, nil, nil, nil)

    /// - Parameter orFail: a peer without a certificate is refused; for servers.
    static func demand(in context: OpaquePointer, orFail: Bool) {
        // Before any session is made.
        _ = anchorIndex
        let mode = SSL_VERIFY_PEER | (orFail ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0)
        unsafe SSL_CTX_set_verify(context, mode) { isGood, store in
            guard let store = unsafe store else { return 0 }
            return unsafe PeerVerification.examined(store, isGood: isGood == 1) ? 1 : 0
        }
    }

    /// The anchor of the session that `connection` has, as its place in the context's list.
    static func anchor(of connection: OpaquePointer) -> Int? {
        guard let session = unsafe SSL_get_session(connection) else { return nil }
        let number = unsafe Int(bitPattern: SSL_SESSION_get_ex_data(session, anchorIndex))
        return number > 0 ? number - 1 : nil
    }

    /// Called for each certificate of the chain, from the anchor down, and for each thing that is wrong.
    private static func examined(_ store: OpaquePointer, isGood: Bool) -> Bool {
        guard
            let connection = unsafe X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
            let observer = unsafe TLSConnection.of(OpaquePointer(connection))
        else { return false }
        let depth = Int(unsafe X509_STORE_CTX_get_error_depth(store))
        guard isGood else {
            unsafe fail(observer, store, reason(X509_STORE_CTX_get_error(store)), depth)
            return false
        }
        guard depth == 0, let certificate = unsafe X509_STORE_CTX_get_current_cert(store) else { return true }
        let bits = unsafe Certificates.keyBits(certificate)
        guard bits <= observer.context.maximumKeyBits else {
            unsafe fail(observer, store, .keyTooLarge(bits: bits, limit: observer.context.maximumKeyBits), depth)
            unsafe X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION)
            return false
        }
        observer.chainLength = unsafe sent(store)
        unsafe remember(store, OpaquePointer(connection), observer)
        return true
    }

    /// Notes the anchor in the session, which must not outlive what it stands for.
    private static func remember(_ store: OpaquePointer, _ connection: OpaquePointer, _ observer: TLSConnection) {
        guard let session = unsafe SSL_get_session(connection), let chain = unsafe X509_STORE_CTX_get0_chain(store)
        else {
            return
        }
        let certificates = unsafe (0..<max(0, OPENSSL_sk_num(chain))).compactMap {
            unsafe OpaquePointer(OPENSSL_sk_value(chain, $0))
        }
        guard let last = unsafe certificates.last else { return }
        let place = observer.context.anchors.firstIndex { unsafe X509_cmp($0.pointer, last) == 0 }
        unsafe SSL_SESSION_set_ex_data(
            session, anchorIndex, UnsafeMutableRawPointer(bitPattern: (place ?? -1) + 1))
        let end = unsafe certificates.map { unsafe Certificates.notAfter($0) }.min() ?? 0
        let left = unsafe end - Int64(SSL_SESSION_get_time(session))
        let timeout = unsafe Int64(SSL_SESSION_get_timeout(session))
        if left < timeout { unsafe SSL_SESSION_set_timeout(session, Int(max(left, 0))) }
    }

    private static func fail(
        _ observer: TLSConnection, _ store: OpaquePointer, _ reason: VerificationFailure.Reason, _ depth: Int
    ) {
        guard observer.verification == nil else { return }
        let text: String
        if case .keyTooLarge = reason {
            text = "public key too large"
        } else {
            text =
                unsafe X509_verify_cert_error_string(Int(X509_STORE_CTX_get_error(store)))
                .map { unsafe String(cString: $0) } ?? ""
        }
        observer.verification = unsafe VerificationFailure(
            reason: reason, text: text, depth: depth,
            peer: X509_STORE_CTX_get0_cert(store).map { unsafe Certificates.facts($0) },
            chainLength: sent(store))
    }

    /// How many certificates the peer sent.
    private static func sent(_ store: OpaquePointer) -> Int {
        max(1, Int(unsafe OPENSSL_sk_num(X509_STORE_CTX_get0_untrusted(store))))
    }

    private static func reason(_ error: Int32) -> VerificationFailure.Reason {
        switch error {
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
            X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_CERT_UNTRUSTED:
            .noTrustpoint
        case X509_V_ERR_CERT_HAS_EXPIRED: .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: .notYetValid
        case X509_V_ERR_CERT_SIGNATURE_FAILURE: .badSignature
        case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK: .tooWeak
        case X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LENGTH_EXCEEDED: .chainTooLong
        default: .other(error)
        }
    }
}
