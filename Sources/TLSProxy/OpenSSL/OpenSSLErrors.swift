import COpenSSL

/// OpenSSL's queue of errors, which belongs to the thread. Whoever calls OpenSSL leaves it empty.
///
/// This file is one of the thin wrappers around C.
enum OpenSSLErrors {
    /// No peer fills the queue with more than OpenSSL keeps; more than this says nothing new.
    private static let limit = 8

    /// An error that begins with `what` and ends with OpenSSL's own reason, where it has one: the first of the queue, of
    /// which the others are consequences.
    static func take(_ what: String) -> TLSProxyError {
        guard let first = takeAll().first else { return TLSProxyError(what) }
        return TLSProxyError("\(what): \(first.reason)")
    }

    /// All that the queue has, the oldest first.
    static func takeAll() -> [LibraryError] {
        defer { ERR_clear_error() }
        var errors: [LibraryError] = []
        while errors.count < limit {
            var function: UnsafePointer<CChar>?
            let code = unsafe ERR_get_error_all(nil, nil, &function, nil, nil)
            guard code != 0 else { break }
            let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            errors.append(
                LibraryError(
                    function: unsafe function.map { unsafe String(cString: $0) } ?? "",
                    reason: reason ?? "error \(code)"))
        }
        return errors
    }

    /// For refusals that are answers and not errors.
    static func discard() { ERR_clear_error() }
}
