import ConfigLanguage

/// What phones meet.
public struct TLSServerSettings: Sendable {
    /// `server trust-point`.
    public var identity: TLSIdentity
    /// Who may have issued phones' certificates.
    public var anchors: [TrustAnchor]
    /// `server authenticate-client`.
    public var demandsCertificate = true
    /// `ssl server-version`, `ssl encryption`.
    public var policy: TLSPolicy
    /// RSA keys of 1024 bits and signatures with SHA-1, as older phones have them from the factory. This, a version before
    /// TLS 1.2 and a weak cipher put OpenSSL's security level to 0 for this context; otherwise it is 2.
    public var acceptsWeakCertificates: Bool
    /// A larger RSA key in a phone's certificate is refused (message 725015).
    public var maximumKeyBits = 4_096

    public init(identity: TLSIdentity, anchors: [TrustAnchor], policy: TLSPolicy = .modern) {
        self.identity = identity
        self.anchors = anchors
        self.policy = policy
        acceptsWeakCertificates = policy.isLegacy
    }
}

/// A certificate that ends a chain, be it a root, an intermediate such as Cisco_Manufacturing_CA, or a peer's own.
public struct TrustAnchor: Hashable, Sendable {
    /// The trustpoint's name.
    public var name: String
    public var der: [UInt8]

    public init(name: String, der: [UInt8]) {
        self.name = name
        self.der = der
    }
}
