import COpenSSL

/// Who one side is: a private key, its certificate, and the certificates that lead from there to what the peer trusts.
///
/// This file is one of the thin wrappers around C.
@safe
public final class TLSIdentity: @unchecked Sendable {
    private let key: TLSPrivateKey
    private let chain: [X509Object]

    /// - Parameters:
    ///   - chain: in DER, the certificate of `privateKey` first; one at least.
    ///   - privateKey: DER `PrivateKeyInfo` (RFC 5208) or the form of its algorithm (`RSAPrivateKey`, `ECPrivateKey`).
    public convenience init(chain: [[UInt8]], privateKey: [UInt8]) throws(TLSProxyError) {
        try self.init(chain: chain, key: try TLSPrivateKey(der: privateKey))
    }

    /// With a key that several identities have.
    public init(chain: [[UInt8]], key: TLSPrivateKey) throws(TLSProxyError) {
        guard !chain.isEmpty else { throw TLSProxyError("a private key without a certificate") }
        self.chain = try chain.map { (der) throws(TLSProxyError) in try X509Object(der: der) }
        self.key = key
        guard unsafe X509_check_private_key(self.chain[0].pointer, key.pointer) == 1 else {
            throw OpenSSLErrors.take("the private key is not that of the certificate")
        }
    }

    /// For every connection of `context`, an `SSL_CTX` with its anchors.
    func use(for context: OpaquePointer) -> Bool {
        guard unsafe SSL_CTX_use_certificate(context, chain[0].pointer) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, key.pointer) == 1
        else { return false }
        if chain.count == 1 { return unsafe TLSContextSettings.completeChain(in: context) }
        return chain.dropFirst().allSatisfy { other in
            // The context holds a reference of its own.
            unsafe SSL_CTX_ctrl(
                context, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(other.pointer)) == 1
        }
    }

    /// For one connection, an `SSL`.
    func use(forConnection connection: OpaquePointer) -> Bool {
        guard unsafe SSL_use_certificate(connection, chain[0].pointer) == 1,
            unsafe SSL_use_PrivateKey(connection, key.pointer) == 1
        else { return false }
        return chain.dropFirst().allSatisfy { other in
            unsafe SSL_ctrl(connection, SSL_CTRL_CHAIN_CERT, 1, UnsafeMutableRawPointer(other.pointer)) == 1
        }
    }
}
