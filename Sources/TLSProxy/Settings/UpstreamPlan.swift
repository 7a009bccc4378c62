import ConfigLanguage
import Wire

/// How to reach the call server.
public struct UpstreamPlan: Sendable {
    public var destination: Endpoint
    /// `nil`: the kernel's choice. With ``isTransparent`` any address: the phone's own.
    public var source: IPAddress?
    /// 0: the kernel's choice.
    public var sourcePort: UInt16 = 0
    /// The source need not be an address of this machine (IP_TRANSPARENT; needs CAP_NET_ADMIN).
    public var isTransparent = false
    /// `nil`: plain TCP.
    public var tls: UpstreamTLS?

    public init(to destination: Endpoint, from source: IPAddress? = nil) {
        self.destination = destination
        self.source = source
    }
}

/// TLS toward the call server: who it has to be, and who we are.
public struct UpstreamTLS: Sendable {
    public var context: TLSClientContext
    /// The phone's local dynamic certificate, or that of `client trust-point`.
    public var identity: TLSIdentity?
    /// Sent as `server_name`; not compared with the server's certificate, since call servers are known by address and by
    /// their authority.
    public var serverName: String?

    public init(_ context: TLSClientContext, identity: TLSIdentity? = nil) {
        self.context = context
        self.identity = identity
    }
}

/// What call servers meet.
public struct TLSClientSettings: Sendable {
    /// Who may have issued the call servers' certificates.
    public var anchors: [TrustAnchor]
    /// Whether a server's certificate is checked at all.
    public var verifiesServer = true
    /// `ssl client-version`, `client cipher-suite`.
    public var policy: TLSPolicy
    /// As in ``TLSServerSettings/acceptsWeakCertificates``.
    public var acceptsWeakCertificates: Bool
    /// Our own certificates may be as weak, and the server's still not.
    public var presentsWeakCertificates = false
    public var maximumKeyBits = 4_096

    public init(anchors: [TrustAnchor], policy: TLSPolicy = .modern) {
        self.anchors = anchors
        self.policy = policy
        acceptsWeakCertificates = policy.isLegacy
    }
}
