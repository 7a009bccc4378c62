import Wire

/// The phone proxy: whether what it names exists and fits together.
extension Resolver {
    mutating func resolvePhoneProxy() {
        guard let draft = draft.phoneProxy else { return }
        var proxy = draft.value
        proxy.tftpServers = draft.tftpServers.map(\.value)
        proxy.ctlFile = resolved(draft.ctlFile, .ctlFile)
        proxy.tlsProxy = resolved(draft.tlsProxy, .tlsProxy)
        proxy.mediaTermination = resolved(draft.mediaTermination, .mediaTermination)
        checkServers(of: draft)
        checkTrustList(of: draft, proxy.ctlFile)
        checkMixedMode(of: draft, proxy)
        checkOldMediaTermination(draft)
        configuration.phoneProxy = proxy
    }

    mutating func resolved(_ name: Located<String>?, _ kind: DefinitionKind) -> String? {
        guard let name else { return nil }
        return resolved(Reference(kind: kind, name: name))
    }

    // MARK: Servers

    private mutating func checkServers(of draft: PhoneProxyDraft) {
        if draft.tftpServers.isEmpty {
            log.report(
                .error, at: draft.name.site, "phone-proxy '\(draft.name.value.printable)' has no TFTP server",
                expected: ["tftp-server address"])
        }
        for server in draft.tftpServers {
            checkSide(of: server.value.address, Located(server.value.interface, at: server.interface))
        }
        if let server = draft.value.proxyServer, let site = draft.proxyServerInterface {
            checkSide(of: server.address, Located(server.interface, at: site))
        }
    }

    /// Whether a server can be behind the interface that the command names.
    private mutating func checkSide(of server: IPAddress, _ name: Located<String>) {
        guard let named = interface(name), let actual = interface(towards: server), actual != named.name else { return }
        log.report(
            .error, at: name.site, "\(server) is behind interface '\(actual.printable)'", expected: [actual.printable])
    }

    /// The interface that a connected network or a route leads to, the longest match counting; `nil` if none does.
    private func interface(towards address: IPAddress) -> String? {
        let connected = configuration.interfaces.flatMap { interface in
            [interface.network, interface.network6].compactMap { $0 }.map { (network: $0, name: interface.name) }
        }
        let routed = configuration.routes.sorted { $0.metric < $1.metric }.map {
            (network: $0.destination, name: $0.interface)
        }
        // Of those of one length the first counts: what is connected goes before what is routed.
        var best: (network: IPPrefix, name: String)?
        for way in connected + routed where way.network.contains(address) {
            if best.map({ $0.network.length < way.network.length }) ?? true { best = way }
        }
        return best?.name
    }

    // MARK: What it is put together from

    private mutating func checkTrustList(of draft: PhoneProxyDraft, _ name: String?) {
        guard let use = draft.ctlFile else {
            return log.report(
                .warning, at: draft.name.site,
                "phone-proxy '\(draft.name.value.printable)' has no ctl-file: phones get no trust list",
                expected: ["ctl-file"])
        }
        guard let name, let file = self.draft.ctlFiles[name] else { return }
        if file.value.isShutdown {
            log.report(
                .warning, at: use.site,
                "ctl-file '\(name.printable)' (line \(file.name.site.line)) is shut down: phones get no trust list",
                expected: ["no shutdown"])
        }
        if let site = file.clusterFile, draft.value.clusterMode == .nonsecure {
            log.report(
                .warning, at: site, "a cluster has a list of its own in mixed mode only",
                expected: ["cluster-mode mixed"])
        }
    }

    /// For a mixed-mode cluster the TLS proxy stands in for each phone, with a certificate of its own making.
    private mutating func checkMixedMode(of draft: PhoneProxyDraft, _ proxy: PhoneProxyDefinition) {
        guard proxy.clusterMode == .mixed, let site = draft.clusterMode else { return }
        guard draft.tlsProxy != nil else {
            return log.report(
                .error, at: site, "'cluster-mode mixed' needs a tls-proxy with 'client ldc issuer'",
                expected: ["tls-proxy"])
        }
        // A name that means nothing has been reported.
        guard let name = proxy.tlsProxy else { return }
        guard let tlsProxy = self.draft.tlsProxies[name], tlsProxy.ldcIssuer == nil else { return }
        log.report(
            .error, at: site, "tls-proxy '\(name.printable)' has no 'client ldc issuer'",
            expected: ["client ldc issuer"])
    }

    private mutating func checkOldMediaTermination(_ draft: PhoneProxyDraft) {
        guard let first = draft.mediaTerminationAddresses.first else { return }
        if let instance = draft.mediaTermination {
            log.report(
                .error, at: first.site,
                "phone-proxy '\(draft.name.value.printable)' has media-termination "
                    + "'\(instance.value.printable)' already (line \(instance.site.line))")
        }
    }

    // MARK: DNS

    mutating func resolveDNS() {
        configuration.dns = draft.dns.settings
        for name in draft.dns.lookupInterfaces where interface(name) != nil {
            configuration.dns.lookupInterfaces.append(name.value)
        }
        let servers = draft.dns.settings.servers
        if let first = draft.dns.lookupInterfaces.first, servers.isEmpty {
            log.report(
                .warning, at: first.site, "there is no server to look names up with", expected: ["dns name-server"])
        }
        if let site = draft.dns.server, !servers.isEmpty, draft.dns.lookupInterfaces.isEmpty {
            log.report(
                .warning, at: site, "names are looked up on no interface", expected: ["dns domain-lookup"])
        }
    }
}
