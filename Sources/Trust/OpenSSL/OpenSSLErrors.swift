import COpenSSL

/// OpenSSL's queue of errors, which belongs to the thread. Whoever calls OpenSSL leaves it empty.
///
/// This file is one of the thin wrappers around C.
enum OpenSSLErrors {
    /// An error that begins with `what` and ends with OpenSSL's own reason, where it has one: the first of the queue, of
    /// which the others are consequences.
    static func take(_ what: String) -> TrustError {
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else { return TrustError(what) }
        return TrustError("\(what): \(unsafe String(cString: reason))")
    }

    /// For refusals that are answers and not errors.
    static func discard() { ERR_clear_error() }
}
