import Wire

/// What a phone reaches by TLS, and where its call server is: one port of one call server, as the phones of one
/// interface see it (classifier domain `app-redirect`).
public struct SecureService: Hashable, Sendable {
    /// `sip` or `skinny`.
    public var signalling: InspectionProtocol
    /// `nameif` of the side where the phones are.
    public var interface: String
    /// Where phones connect by TLS: the mapped address and port, or the real ones where nothing is translated.
    public var mapped: Endpoint
    /// Where the server takes connections in the clear.
    public var clear: Endpoint
    /// Where it takes them by TLS, for a cluster in mixed mode.
    public var secure: Endpoint
    /// `nameif` of the side where the server is.
    public var serverInterface: String
    /// `inspect … MAP`: the inspection map of the class that the service comes from.
    public var inspectionMap: String?
    /// `inspect … tls-proxy NAME`, or the phone proxy's.
    public var tlsProxy: String?
    /// The class-map, for `show phone-proxy` and `show tls-proxy`.
    public var classMap: String

    public init(
        signalling: InspectionProtocol, interface: String, mapped: Endpoint, clear: Endpoint, secure: Endpoint,
        serverInterface: String, inspectionMap: String? = nil, tlsProxy: String? = nil, classMap: String
    ) {
        self.signalling = signalling
        self.interface = interface
        self.mapped = mapped
        self.clear = clear
        self.secure = secure
        self.serverInterface = serverInterface
        self.inspectionMap = inspectionMap
        self.tlsProxy = tlsProxy
        self.classMap = classMap
    }
}

extension InspectionProtocol {
    /// The port that phones of a secure device profile connect to; `nil`: there is none.
    public var securePort: UInt16? {
        switch self {
        case .sip: 5061
        case .skinny: 2443
        case .tftp: nil
        }
    }

    /// How far the secure port is from the clear one: Skinny's is 443 on (cisco-facts 2.3), SIP's the next one.
    public var secureDistance: UInt16? {
        switch self {
        case .sip: 1
        case .skinny: 443
        case .tftp: nil
        }
    }

    /// The clear port that belongs to a secure one; `nil`: there is none.
    public func clearPort(of secure: UInt16) -> UInt16? {
        guard let distance = secureDistance, secure > distance else { return nil }
        return secure - distance
    }
}
