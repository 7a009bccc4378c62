/// `tls-proxy NAME` (cisco-facts 3.4): who the box is toward phones, and who it is toward the call server.
public struct TLSProxyDefinition: Hashable, Sendable {
    public var name: String
    /// `server trust-point`: the certificate that phones are shown, for the phone proxy `_internal_PP_<ctl-file>`.
    public var serverTrustpoint: String?
    /// `server authenticate-client`. Without it a phone needs no certificate: whoever reaches the port is a phone.
    public var authenticatesClients = true
    /// `client ldc issuer`: signs the certificate that stands for a phone toward the call server.
    public var ldcIssuer: String?
    /// `client ldc key-pair`: the key of all those certificates.
    public var ldcKeyPair: String?
    /// `client trust-point`: one certificate toward the call server, instead of one for each phone.
    public var clientTrustpoint: String?
    /// `client cipher-suite`, in order of preference; empty: what `ssl encryption` says.
    public var clientCiphers: [SSLCipher] = []

    public init(name: String) { self.name = name }
}

extension Configuration {
    /// `tls-proxy maximum-session` when nothing is said.
    public static let defaultTLSProxySessions = 1200

    /// The TLS proxy that the phone proxy in force uses.
    public var tlsProxyInForce: TLSProxyDefinition? { phoneProxyInForce?.tlsProxy.flatMap { tlsProxies[$0] } }
}
