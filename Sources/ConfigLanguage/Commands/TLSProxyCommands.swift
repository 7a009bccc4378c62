/// `tls-proxy NAME` and what stands under it.
enum TLSProxyCommands {
    static func tlsProxy(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("tls-proxy", limit: 64)
        _ = try words.skip("noconfirm")
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let isThere = reading.draft.tlsProxies[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("tls-proxy", at: name.site) }
                reading.draft.tlsProxies[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(reading.draft.tlsProxies.count, below: Limit.tlsProxies, "tls-proxies", at: name.site)
                reading.draft.tlsProxies[name.value] = TLSProxyDraft(name: name)
            }
            reading.enter(.block(Block(kind: .tlsProxy, name: name.value)), at: line)
        }
    }

    /// `tls-proxy maximum-session N`.
    static func maximumSessions(_ words: inout Words) throws(Problem) -> Command.Change {
        let count = try words.isBareNegation ? nil : words.number(in: 1...15000)
        let value = words.isNegated ? nil : count
        return { $0.draft.maximumTLSProxySessions = value ?? Configuration.defaultTLSProxySessions }
    }

    // MARK: Under it

    static func name(
        _ field: WritableKeyPath<TLSProxyDraft, Located<String>?> & Sendable, _ kind: DefinitionKind
    ) -> Command.Handler {
        { words throws(Problem) in
            let name = try words.isBareNegation ? nil : words.name(kind.rawValue)
            let value = words.isNegated ? nil : name
            return setting { $0[keyPath: field] = value }
        }
    }

    static func authenticateClient(_ words: inout Words) throws(Problem) -> Command.Change {
        let (isOn, site) = (!words.isNegated, words.readSite)
        return setting {
            $0.value.authenticatesClients = isOn
            $0.noAuthentication = isOn ? nil : site
        }
    }

    static func cipherSuite(_ words: inout Words) throws(Problem) -> Command.Change {
        let ciphers = try words.isBareNegation ? [] : words.ciphers(among: SSLCipher.ofClients)
        let value = words.isNegated ? [] : ciphers
        return setting { $0.clientCiphers = value }
    }

    /// Changes the TLS proxy that the mode is about.
    private static func setting(_ change: @escaping (inout TLSProxyDraft) throws(Problem) -> Void) -> Command.Change {
        { reading throws(Problem) in
            guard case .block(let block) = reading.mode, var draft = reading.draft.tlsProxies[block.name] else {
                return
            }
            try change(&draft)
            reading.draft.tlsProxies[block.name] = draft
        }
    }
}

/// `ssl …`.
enum SSLCommands {
    /// `ssl encryption CIPHER…`, the most preferred first.
    static func encryption(_ words: inout Words) throws(Problem) -> Command.Change {
        let ciphers = try words.isBareNegation ? nil : words.ciphers(among: SSLCipher.allCases)
        let value = words.isNegated ? nil : ciphers
        return { $0.draft.ssl.encryption = value }
    }

    static func version(
        _ field: WritableKeyPath<SSLDraft, Located<SSLSettings.Version>?> & Sendable
    ) -> Command.Handler {
        { words throws(Problem) in
            let site = words.site
            let version = try words.isBareNegation ? nil : words.keyword(SSLSettings.Version.self)
            let value = words.isNegated ? nil : version.map { Located($0, at: site) }
            return { $0.draft.ssl[keyPath: field] = value }
        }
    }
}

extension SSLCipher {
    /// What `client cipher-suite` takes.
    fileprivate static let ofClients = allCases.filter { $0 != .rc4MD5 && $0 != .rc4SHA1 }
}

extension Words {
    /// One or more ciphers, each once.
    fileprivate mutating func ciphers(among known: [SSLCipher]) throws(Problem) -> [Located<SSLCipher>] {
        var found: [Located<SSLCipher>] = []
        repeat {
            let site = site
            let name = try keyword(known.map(\.rawValue))
            guard let cipher = SSLCipher(rawValue: name) else { throw unexpected() }
            guard !found.contains(where: { $0.value == cipher }) else {
                throw Problem(site: site, message: "'\(name)' stands here already")
            }
            found.append(Located(cipher, at: site))
        } while !isAtEnd
        return found
    }
}
