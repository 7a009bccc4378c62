import COpenSSL
import CTLSLibrary
import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing

/// The library context that TLS has: quick since it lacks what TLS does not use, and it lacks nothing else.
@Suite struct LibraryTests {
    @Test func thereIsOneAndItIsSmaller() {
        #expect(unsafe CTLSLibrary_shared() != nil)
        #expect(unsafe CTLSLibrary_shared() == CTLSLibrary_shared())
        let own = unsafe ciphers(of: CTLSLibrary_shared())
        let all = unsafe ciphers(of: nil)
        #expect(own > 0 && own * 2 < all)
    }

    /// OpenSSL's own library context is the measure.
    @Test(arguments: [TLSPolicy(minimum: .tls10, maximum: .tls12), TLSPolicy(minimum: .tls10, maximum: .tls13)])
    func itHasTheSameSuites(_ versions: TLSPolicy) throws {
        var policy = versions
        policy.ciphers = SSLCipher.allCases
        var settings = TLSClientSettings(anchors: [], policy: policy)
        settings.acceptsWeakCertificates = true
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else { throw TestFailure("SSL_CTX_new") }
        defer { unsafe SSL_CTX_free(context) }
        unsafe SSL_CTX_set_security_level(context, 0)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(policy.minimum.wireValue), nil)
        unsafe SSL_CTX_ctrl(context, SSL_CTRL_SET_MAX_PROTO_VERSION, Int(policy.maximum.wireValue), nil)
        let names = SSLCipher.allCases.map(\.openSSLName).joined(separator: ":")
        unsafe SSL_CTX_set_cipher_list(context, names)
        let expected = unsafe suites(of: context)
        #expect(expected.count > 4)
        #expect(try TLSClientContext(settings).ciphers == expected)
    }

    /// `library`: an `OSSL_LIB_CTX`.
    private func ciphers(of library: OpaquePointer?) -> Int {
        var count = 0
        unsafe withUnsafeMutablePointer(to: &count) {
            unsafe EVP_CIPHER_do_all_provided(
                library, { _, count in unsafe count?.assumingMemoryBound(to: Int.self).pointee += 1 }, $0)
        }
        return count
    }

    /// `context`: an `SSL_CTX`.
    private func suites(of context: OpaquePointer) -> [String] {
        let connection = unsafe SSL_new(context)
        defer { unsafe SSL_free(connection) }
        let list = unsafe SSL_get1_supported_ciphers(connection)
        defer { unsafe OPENSSL_sk_free(list) }
        return unsafe (0..<max(0, OPENSSL_sk_num(list))).compactMap { place in
            unsafe SSL_CIPHER_get_name(OpaquePointer(OPENSSL_sk_value(list, place))).map {
                unsafe String(cString: $0)
            }
        }
    }
}
