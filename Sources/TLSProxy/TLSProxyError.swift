/// Why a key, a certificate, a TLS policy or a listener cannot be used. Never holds a secret.
public struct TLSProxyError: Error, Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
