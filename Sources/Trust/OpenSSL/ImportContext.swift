import COpenSSL

/// A library of algorithms for this thread and for one import only: with those that OpenSSL calls legacy (RC2 of an old
/// ASA's export) where the system has them, which nothing else may use.
///
/// This file is one of the thin wrappers around C.
enum ImportContext {
    /// - Parameter body: what OpenSSL makes in it must not leave it. It is told whether there are legacy algorithms.
    static func run<Result>(
        _ body: (_ hasLegacyAlgorithms: Bool) throws(TrustError) -> Result
    ) throws(TrustError) -> Result {
        guard let context = unsafe OSSL_LIB_CTX_new() else { throw OpenSSLErrors.take("OpenSSL cannot be used") }
        defer { unsafe OSSL_LIB_CTX_free(context) }
        guard let usual = unsafe OSSL_PROVIDER_load(context, "default") else {
            throw OpenSSLErrors.take("OpenSSL cannot be used")
        }
        defer { unsafe OSSL_PROVIDER_unload(usual) }
        let legacy = unsafe OSSL_PROVIDER_load(context, "legacy")
        defer { if let legacy = unsafe legacy { unsafe OSSL_PROVIDER_unload(legacy) } }
        OpenSSLErrors.discard()
        let previous = unsafe OSSL_LIB_CTX_set0_default(context)
        defer { unsafe OSSL_LIB_CTX_set0_default(previous) }
        return try body(unsafe legacy != nil)
    }
}
