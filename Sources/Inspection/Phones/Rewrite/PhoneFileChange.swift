import Wire

/// What was changed in a phone's file, as a fact for logs.
public enum PhoneFileChange: Hashable, Sendable {
    public enum SecurityMode: Int, Hashable, Sendable {
        /// TLS without encryption, and media in clear.
        case authenticated = 2
        /// TLS and SRTP.
        case encrypted = 3
    }

    public enum Server: String, Hashable, Sendable {
        case callServer = "call server"
        case capf = "CAPF"
        case tftpServer = "TFTP server"
        case proxy = "SIP proxy"
    }

    /// `transportLayerProtocol` is TLS now.
    case transport
    case securityMode(SecurityMode)
    /// The address or name that stood there, and what stands there now.
    case server(Server, from: String, to: IPAddress)
    case port(element: String, from: UInt16, to: UInt16)
    case proxyServer(Endpoint)
    /// One of the five of `disable service-settings`, by its element.
    case serviceSetting(String)
    /// The hash of a certificate that the file was encrypted for once.
    case certificateHash
}

extension PhoneFileChange: CustomStringConvertible {
    /// As `debug phone-proxy tftp` prints it.
    public var description: String {
        switch self {
        case .transport: "Modifying to TLS as the transport layer protocol."
        case .securityMode(let mode): "Modifying to \(mode) mode."
        case .server(let server, let old, let new): "Modifying \(server.rawValue) \(old) to \(new)."
        case .port(let element, let old, let new): "Modifying \(element) \(old) to \(new)."
        case .proxyServer(let endpoint): "Modifying the proxy server URL to \(endpoint)."
        case .serviceSetting(let element): "Disabling \(element)."
        case .certificateHash: "Removing the certificate hash."
        }
    }
}
