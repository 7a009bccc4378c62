import ConfigLanguage
import TLSProxy
import Trust
import Wire

/// What phones' TLS connections meet, from the configuration and from what the box trusts.
struct TLSService: Sendable {
    let settings: TerminatorSettings
    let upstream: UpstreamPlans
    /// For the log.
    let warnings: [String]

    /// `nil` without a service that phones reach by TLS.
    init?(_ configuration: Configuration, _ store: TrustStore) throws(InlineError) {
        guard let proxy = configuration.tlsProxyInForce, !configuration.secureServices.isEmpty else { return nil }
        var warnings: [String] = []
        let policy = configuration.phonePolicy
        guard CipherSupport.isUsable(policy) else {
            throw InlineError("ssl: no version and cipher is left that this OpenSSL has")
        }
        let anchors = Self.anchors(store)
        if proxy.authenticatesClients, anchors.isEmpty {
            warnings.append("no trustpoint has an authority's certificate: no phone's certificate will be accepted")
        }
        if !proxy.authenticatesClients {
            warnings.append(
                "tls-proxy \(proxy.name): no server authenticate-client: whoever reaches the secure ports is taken for a phone"
            )
        }
        var server = TLSServerSettings(
            identity: try Self.identity(proxy.serverTrustpoint, store), anchors: anchors, policy: policy)
        server.demandsCertificate = proxy.authenticatesClients
        var settings = TerminatorSettings(listen: [Endpoint(IPAddress(v4: 0x7f00_0001), 0)], server: server)
        settings.limits.sessions = configuration.maximumTLSProxySessions
        // Ending what is idle is the engine's to decide: a registered phone may be silent until it has to renew.
        settings.deadlines.idle = 86_400
        self.settings = settings
        upstream = try Self.upstream(configuration, proxy, store, anchors, &warnings)
        self.warnings = warnings
    }

    /// Certificates from elsewhere, by trustpoint.
    private static func anchors(_ store: TrustStore) -> [TrustAnchor] {
        store.authorities.sorted { $0.key < $1.key }.map { TrustAnchor(name: $0.key, der: $0.value.der) }
    }

    private static func identity(_ trustpoint: String?, _ store: TrustStore) throws(InlineError) -> TLSIdentity {
        guard let trustpoint else { throw InlineError("tls-proxy: server trust-point is missing") }
        guard let found = store.trustpoint(named: trustpoint), let key = found.privateKey else {
            throw InlineError("server trust-point \(trustpoint) has no certificate with a key")
        }
        do throws(TLSProxyError) {
            return try TLSIdentity(chain: [found.certificate.der], privateKey: key.der)
        } catch {
            throw InlineError("server trust-point \(trustpoint): \(error)")
        }
    }

    /// In mixed mode the call server is reached by TLS.
    private static func upstream(
        _ configuration: Configuration, _ proxy: TLSProxyDefinition, _ store: TrustStore, _ anchors: [TrustAnchor],
        _ warnings: inout [String]
    ) throws(InlineError) -> UpstreamPlans {
        guard configuration.phoneProxyInForce?.clusterMode == .mixed else { return UpstreamPlans(secure: nil) }
        // Checked in any case: without an authority no call server is believed, rather than each.
        if anchors.isEmpty {
            warnings.append("no trustpoint has an authority's certificate: no call server's will be accepted")
        }
        let settings = TLSClientSettings(anchors: anchors, policy: configuration.serverPolicy(of: proxy))
        var identity: TLSIdentity?
        if let trustpoint = proxy.clientTrustpoint {
            identity = try Self.identity(trustpoint, store)
        } else if proxy.ldcIssuer != nil {
            warnings.append(
                "tls-proxy \(proxy.name): client ldc: certificates of phones' own are not made yet; the call server sees none"
            )
        }
        do throws(TLSProxyError) {
            return UpstreamPlans(secure: UpstreamTLS(try TLSClientContext(settings), identity: identity))
        } catch {
            throw InlineError("tls-proxy \(proxy.name): \(error)")
        }
    }
}
