/// TLS proxies and `ssl`: whether both sides of a proxy can have a certificate, and what is given up.
extension Resolver {
    mutating func resolveTLSProxies() {
        configuration.maximumTLSProxySessions = draft.maximumTLSProxySessions
        for (name, draft) in draft.tlsProxies.sorted(by: { $0.key < $1.key }) {
            var value = draft.value
            value.serverTrustpoint = resolved(draft.serverTrustpoint, .trustpoint)
            value.ldcIssuer = resolved(draft.ldcIssuer, .trustpoint)
            value.clientTrustpoint = resolved(draft.clientTrustpoint, .trustpoint)
            if let pair = draft.ldcKeyPair {
                checkKeyPair(pair)
                value.ldcKeyPair = pair.value
            }
            value.clientCiphers = draft.clientCiphers.map(\.value)
            ask(draft.clientCiphers, for: "tls-proxy \(name.printable): client cipher-suite")
            checkServerSide(of: draft)
            checkClientSide(of: draft, value)
            configuration.tlsProxies[name] = value
        }
    }

    private mutating func checkServerSide(of draft: TLSProxyDraft) {
        if draft.serverTrustpoint == nil {
            log.report(
                .warning, at: draft.name.site,
                "tls-proxy '\(draft.name.value.printable)' has no certificate for phones: no handshake succeeds",
                expected: ["server trust-point"])
        }
        if let site = draft.noAuthentication {
            log.report(
                .warning, at: site,
                "phones are NOT authenticated: whoever reaches the secure ports may register as any phone, and have its "
                    + "calls", expected: ["server authenticate-client"])
        }
    }

    /// Toward the call server a phone is stood in for, by a certificate that the box makes.
    private mutating func checkClientSide(of draft: TLSProxyDraft, _ value: TLSProxyDefinition) {
        if let use = draft.ldcIssuer, let name = value.ldcIssuer {
            if !(configuration.trustpoints[name]?.isProxyLDCIssuer ?? false) {
                log.report(
                    .error, at: use.site, "trustpoint '\(name.printable)' can not sign certificates for phones",
                    expected: ["a trustpoint with 'proxy-ldc-issuer'"])
            }
            if draft.ldcKeyPair == nil {
                log.report(
                    .warning, at: use.site,
                    "tls-proxy '\(draft.name.value.printable)' has no key for these certificates",
                    expected: ["client ldc key-pair"])
            }
        }
        if let pair = draft.ldcKeyPair, draft.ldcIssuer == nil {
            log.report(
                .warning, at: pair.site, "nobody signs certificates with this key", expected: ["client ldc issuer"])
        }
        if let fixed = draft.clientTrustpoint, let issuer = draft.ldcIssuer {
            log.report(
                .error, at: fixed.site,
                "either one certificate stands for all phones, or each has its own by 'client ldc issuer' (line "
                    + "\(issuer.site.line))")
        }
    }

    // MARK: ssl

    mutating func resolveSSL() {
        if let version = draft.ssl.serverVersion { configuration.ssl.serverVersion = version.value }
        if let version = draft.ssl.clientVersion { configuration.ssl.clientVersion = version.value }
        configuration.ssl.encryption = draft.ssl.encryption?.map(\.value)
        ask(draft.ssl.encryption ?? [], for: "ssl encryption")
        for version in [draft.ssl.serverVersion, draft.ssl.clientVersion] {
            guard let version else { continue }
            let spoken = SSLSettings.Version.allCases.filter { $0 != .sslv3 && $0 != .sslv3Only }.map(\.rawValue)
            if version.value == .sslv3Only {
                log.report(.error, at: version.site, "SSL 3.0 is not spoken by this box", expected: spoken)
            } else if version.value == .sslv3 {
                log.report(
                    .warning, at: version.site, "SSL 3.0 is not spoken by this box: TLS 1.0 and later are",
                    expected: spoken)
            }
        }
    }

    private mutating func ask(_ ciphers: [Located<SSLCipher>], for command: String) {
        for cipher in ciphers {
            if cipher.value == .nullSHA1 {
                log.report(.warning, at: cipher.site, "with 'null-sha1' data is NOT encrypted")
            }
            asked.append(
                AskedCipher(
                    cipher: cipher.value, command: command,
                    place: log.diagnostic(.warning, at: cipher.site, "", expected: [])))
        }
    }
}
