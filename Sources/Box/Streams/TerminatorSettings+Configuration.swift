import ConfigLanguage
import SystemCalls
import TLSProxy
import Trust
import Wire

/// What phones' connections meet, from the configuration and from what the box trusts.
struct StreamService: Sendable {
    private(set) var settings: TerminatorSettings
    let upstream: UpstreamPlans
    /// For the log.
    private(set) var warnings: [String]

    private static let loopback = Endpoint(IPAddress(v4: 0x7f00_0001), 0)

    /// `nil` where no connection is carried as a stream.
    ///
    /// - Parameter store: `nil`: nobody comes by TLS.
    init?(_ configuration: Configuration, _ store: TrustStore?) throws(InlineError) {
        var warnings: [String] = []
        let secured = try store.flatMap { store throws(InlineError) in
            try Self.secured(configuration, store, &warnings)
        }
        guard secured != nil || configuration.inspectsClearSkinny else { return nil }
        var settings = TerminatorSettings(listen: secured == nil ? [] : [Self.loopback], server: secured?.server)
        if configuration.inspectsClearSkinny { settings.listenInClear = [Self.loopback] }
        settings.limits.sessions = configuration.maximumTLSProxySessions
        // Ending what is idle is the engine's to decide: a registered phone may be silent until it has to renew.
        settings.deadlines.idle = 86_400
        self.settings = settings
        upstream = secured?.upstream ?? UpstreamPlans()
        self.warnings = warnings
    }

    /// Root may allow itself the files that connections need, whatever the shell or the service allows: before it is given up.
    mutating func allowConnections() {
        if let trouble = settings.fit(toFiles: OpenFiles.allow(settings.filesNeeded)) { warnings.append(trouble) }
    }

    /// What phones meet that come by TLS, and how the server is reached then; `nil` without a service of that kind.
    private static func secured(
        _ configuration: Configuration, _ store: TrustStore, _ warnings: inout [String]
    ) throws(InlineError) -> (server: TLSServerSettings, upstream: UpstreamPlans)? {
        guard let proxy = configuration.tlsProxyInForce, !configuration.secureServices.isEmpty else { return nil }
        let policy = configuration.phonePolicy
        guard CipherSupport.isUsable(policy) else {
            throw InlineError("ssl: no version and cipher is left that this OpenSSL has")
        }
        let anchors = anchors(store)
        if proxy.authenticatesClients, anchors.isEmpty {
            warnings.append("no trustpoint has an authority's certificate: no phone's certificate will be accepted")
        }
        if !proxy.authenticatesClients {
            warnings.append(
                "tls-proxy \(proxy.name): no server authenticate-client: whoever reaches the secure ports is taken for a phone"
            )
        }
        var server = TLSServerSettings(
            identity: try identity(proxy.serverTrustpoint, store), anchors: anchors, policy: policy)
        server.demandsCertificate = proxy.authenticatesClients
        return (server, try upstream(configuration, proxy, store, anchors, &warnings))
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

    /// In mixed mode the call server is reached by TLS, with a certificate of the phone's own.
    private static func upstream(
        _ configuration: Configuration, _ proxy: TLSProxyDefinition, _ store: TrustStore, _ anchors: [TrustAnchor],
        _ warnings: inout [String]
    ) throws(InlineError) -> UpstreamPlans {
        guard configuration.phoneProxyInForce?.clusterMode == .mixed else { return UpstreamPlans() }
        // Checked in any case: without an authority no call server is believed, rather than each.
        if anchors.isEmpty {
            warnings.append("no trustpoint has an authority's certificate: no call server's will be accepted")
        }
        var settings = TLSClientSettings(anchors: anchors, policy: configuration.serverPolicy(of: proxy))
        var plans = UpstreamPlans()
        if let trustpoint = proxy.clientTrustpoint {
            plans.identity = .fixed(try Self.identity(trustpoint, store))
            settings.presentsWeakCertificates = store.trustpoint(named: trustpoint)?.certificate.isWeak ?? false
        } else if let name = proxy.ldcIssuer {
            let digest = configuration.trustpoints[name]?.digest ?? .sha256
            let issuer = try Self.issuer(name, proxy, digest, store)
            settings.presentsWeakCertificates = issuer.keyPair.publicKey.isWeak || digest == .sha1
            let identities = try Self.named(proxy) { () throws(TLSProxyError) in try PhoneIdentities(issuer) }
            plans.identity = .perPhone(identities)
        }
        plans.context = try Self.named(proxy) { () throws(TLSProxyError) in try TLSClientContext(settings) }
        return plans
    }

    /// `client ldc`: who signs phones' certificates, and the key that they have.
    private static func issuer(
        _ name: String, _ proxy: TLSProxyDefinition, _ digest: SignatureDigest, _ store: TrustStore
    ) throws(InlineError) -> LocalCertificateIssuer {
        guard let found = store.trustpoint(named: name) else {
            throw InlineError("tls-proxy \(proxy.name): client ldc issuer \(name) has no certificate")
        }
        guard let label = proxy.ldcKeyPair, let key = store.keyPairs[label] else {
            throw InlineError("tls-proxy \(proxy.name): client ldc key-pair is missing")
        }
        return try named(proxy) { () throws(TrustError) in
            try LocalCertificateIssuer(found, keyPair: key, digest: digest)
        }
    }

    private static func named<Value, Failure: Error & CustomStringConvertible>(
        _ proxy: TLSProxyDefinition, _ body: () throws(Failure) -> Value
    ) throws(InlineError) -> Value {
        do throws(Failure) { return try body() } catch { throw InlineError("tls-proxy \(proxy.name): \(error)") }
    }
}

extension PublicKey {
    /// Too short for OpenSSL's usual level of security.
    fileprivate var isWeak: Bool { bits < 2048 }
}

extension Certificate {
    fileprivate var isWeak: Bool { publicKey.isWeak || signatureDigest == .sha1 }
}
