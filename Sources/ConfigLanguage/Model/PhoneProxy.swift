import Wire

/// `phone-proxy NAME` (cisco-facts 3.6).
public struct PhoneProxyDefinition: Hashable, Sendable {
    /// `tftp-server address ADDRESS [PORT] interface NAME`.
    public struct TFTPServer: Hashable, Sendable {
        /// The real one.
        public var address: IPAddress
        public var port: UInt16
        /// `nameif` of the side where it is.
        public var interface: String

        public init(address: IPAddress, port: UInt16 = 69, interface: String) {
            self.address = address
            self.port = port
            self.interface = interface
        }
    }

    /// `proxy-server address ADDRESS [PORT] interface NAME`: the phones' HTTP proxy.
    public struct ProxyServer: Hashable, Sendable {
        /// The real one; the phones are told the mapped one.
        public var address: IPAddress
        public var port: UInt16
        public var interface: String

        public init(address: IPAddress, port: UInt16 = 8080, interface: String) {
            self.address = address
            self.port = port
            self.interface = interface
        }
    }

    public enum ClusterMode: String, Hashable, Sendable, CaseIterable {
        case nonsecure, mixed
    }

    public var name: String
    /// One to five.
    public var tftpServers: [TFTPServer] = []
    public var ctlFile: String?
    public var tlsProxy: String?
    public var mediaTermination: String?
    /// `media-termination address ADDRESS [interface NAME]`, as ASA 8.0 had it here, without an instance.
    public var mediaTerminationAddresses: [MediaTerminationDefinition.Address] = []
    /// `rtp-min-port LOWEST rtp-max-port HIGHEST`, of the older form.
    public var rtpPorts: ClosedRange<UInt16>?
    public var clusterMode = ClusterMode.nonsecure
    public var proxyServer: ProxyServer?
    /// `cipc security-mode authenticated`.
    public var authenticatesCIPC = false
    /// `disable service-settings`.
    public var disablesServiceSettings = true
    /// `timeout secure-phones`, seconds.
    public var securePhoneTimeout = 300
    /// `secure-phones require-file-request`, a command of our own: a phone gets its entry in the database by asking for its
    /// trust list, and in no other way. Without it, one that shows a certificate gets its entry at the handshake.
    public var requiresFileRequest = false

    public init(name: String) { self.name = name }
}

extension PhoneProxyDefinition.TFTPServer {
    /// Where the server is reached: at its own address, and at each that a static translation gives it.
    public func appearances(
        _ translations: [StaticTranslation]
    ) -> [(address: IPAddress, port: UInt16, interface: String?)] {
        var seen: [(address: IPAddress, port: UInt16, interface: String?)] = [(address, port, interface)]
        for translation in translations where !translation.isIdentity {
            if let name = translation.realInterface, name != interface { continue }
            guard let mapped = translation.mapped(of: AddressRange(host: address)) else { continue }
            if let service = translation.service {
                guard service.transport == .udp, service.realPort == port else { continue }
                seen.append((mapped.first, service.mappedPort, translation.mappedInterface))
            } else {
                seen.append((mapped.first, port, translation.mappedInterface))
            }
        }
        return seen
    }
}

extension Configuration {
    /// The phone proxy, if a service policy in force names it: `inspect sip|skinny … phone-proxy NAME`.
    public var phoneProxyInForce: PhoneProxyDefinition? {
        guard let phoneProxy else { return nil }
        return phoneProxyPolicies.isEmpty ? nil : phoneProxy
    }

    /// The service policies that name the phone proxy: `nil` for the global one, or the `nameif` of an interface's.
    public var phoneProxyPolicies: [String?] {
        guard let phoneProxy else { return [] }
        return servicePolicies.filter { policy in
            (policyMaps[policy.policyMap]?.classes ?? []).contains { entry in
                entry.inspections.contains { $0.phoneProxy == phoneProxy.name }
            }
        }.map(\.interface)
    }
}

/// `dns …`: how host names in the phones' files are looked up.
public struct DNSSettings: Hashable, Sendable {
    /// `dns domain-lookup`: without any, names are not looked up.
    public var lookupInterfaces: [String] = []
    /// Up to six, in the order in which they are asked.
    public var servers: [IPAddress] = []
    public var domainName: String?
    /// Seconds that one server has for its answer.
    public var timeout = 2
    /// How often the servers are asked again.
    public var retries = 2

    public init() {}
}
