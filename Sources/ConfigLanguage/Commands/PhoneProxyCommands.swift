import Wire

/// `phone-proxy NAME` and what stands under it.
enum PhoneProxyCommands {
    static func phoneProxy(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("phone-proxy", limit: 64)
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let known = reading.draft.phoneProxy
            if isNegated {
                guard known?.name == name else { return reading.warnNothingToRemove("phone-proxy", at: name.site) }
                reading.draft.phoneProxy = nil
                return
            }
            if let known, known.name != name {
                throw Problem(
                    site: name.site,
                    message: "more than 1 of 'phone-proxy' (line \(known.name.site.line) has the first)")
            }
            if known == nil { reading.draft.phoneProxy = PhoneProxyDraft(name: name) }
            reading.enter(.block(Block(kind: .phoneProxy, name: name.value)), at: line)
        }
    }

    // MARK: Names

    static func name(
        _ field: WritableKeyPath<PhoneProxyDraft, Located<String>?> & Sendable, _ kind: DefinitionKind
    ) -> Command.Handler {
        { words throws(Problem) in
            let name = try words.isBareNegation ? nil : words.name(kind.rawValue)
            let value = words.isNegated ? nil : name
            return setting { $0[keyPath: field] = value }
        }
    }

    // MARK: Servers

    /// `tftp-server address ADDRESS [PORT] interface NAME`.
    static func tftpServer(_ words: inout Words) throws(Problem) -> Command.Change {
        let address = try words.address()
        let port = try words.optionalPort(of: .udp)
        if words.isBareNegation { return removal(of: address, port, interface: nil, at: words.readSite) }
        try words.expect("interface")
        let interface = try words.name("interface")
        if words.isNegated { return removal(of: address, port, interface: interface.value, at: words.readSite) }
        let server = PhoneProxyDraft.TFTPServer(
            value: .init(address: address, port: port ?? 69, interface: interface.value), interface: interface.site,
            site: words.readSite)
        return setting { draft throws(Problem) in
            guard !draft.tftpServers.contains(where: { $0.value == server.value }) else { return }
            guard draft.tftpServers.count < Limit.tftpServers else {
                throw Problem(
                    site: server.site,
                    message: "more than \(Limit.tftpServers) of 'tftp-server address' "
                        + "(line \(draft.tftpServers[0].site.line) has the first)")
            }
            draft.tftpServers.append(server)
        }
    }

    private static func removal(
        of address: IPAddress, _ port: UInt16?, interface: String?, at site: Site
    ) -> Command.Change {
        { reading in
            guard var draft = reading.draft.phoneProxy else { return }
            let count = draft.tftpServers.count
            draft.tftpServers.removeAll { server in
                server.value.address == address && server.value.port == port ?? server.value.port
                    && server.value.interface == interface ?? server.value.interface
            }
            if draft.tftpServers.count == count { reading.warnNothingToRemove("tftp-server", at: site) }
            reading.draft.phoneProxy = draft
        }
    }

    /// `proxy-server [address] ADDRESS [PORT] interface NAME`.
    static func proxyServer(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return setting {
                $0.value.proxyServer = nil
                $0.proxyServerInterface = nil
            }
        }
        if !words.isAtAddress(ratherThan: ["address"]) { _ = try words.skip("address") }
        let address = try words.address()
        let port = try words.optionalPort(of: .tcp)
        try words.expect("interface")
        let interface = try words.name("interface")
        let server = PhoneProxyDefinition.ProxyServer(
            address: address, port: port ?? 8080, interface: interface.value)
        return setting {
            $0.value.proxyServer = server
            $0.proxyServerInterface = interface.site
        }
    }

    // MARK: Settings

    static func clusterMode(_ words: inout Words) throws(Problem) -> Command.Change {
        let mode = try words.isBareNegation ? nil : words.keyword(PhoneProxyDefinition.ClusterMode.self)
        let value = words.isNegated ? nil : mode
        let site = words.readSite
        return setting {
            $0.value.clusterMode = value ?? .nonsecure
            $0.clusterMode = site
        }
    }

    static func flag(_ field: WritableKeyPath<PhoneProxyDefinition, Bool> & Sendable) -> Command.Handler {
        { words throws(Problem) in
            let isOn = !words.isNegated
            return setting { $0.value[keyPath: field] = isOn }
        }
    }

    static func timeout(_ words: inout Words) throws(Problem) -> Command.Change {
        let seconds = try words.isBareNegation ? nil : words.duration(in: 1...1193 * 3600)
        let value = words.isNegated ? nil : seconds
        return setting { $0.value.securePhoneTimeout = value ?? PhoneProxyDefinition(name: "").securePhoneTimeout }
    }

    // MARK: Media termination, as ASA 8.0 had it

    /// `media-termination address ADDRESS [interface NAME]`.
    static func mediaTerminationAddress(_ words: inout Words) throws(Problem) -> Command.Change {
        let address = try words.mediaTerminationAddress()
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            guard var proxy = reading.draft.phoneProxy else { return }
            try reading.change(&proxy.mediaTerminationAddresses, by: address, isNegated: isNegated)
            reading.draft.phoneProxy = proxy
        }
    }

    /// `rtp-min-port LOWEST rtp-max-port HIGHEST`.
    static func rtpPorts(_ words: inout Words) throws(Problem) -> Command.Change {
        let ports = try words.rtpPorts()
        return setting { $0.value.rtpPorts = ports }
    }

    /// Changes the phone proxy that the mode is about.
    private static func setting(
        _ change: @escaping (inout PhoneProxyDraft) throws(Problem) -> Void
    ) -> Command.Change {
        { reading throws(Problem) in
            guard var draft = reading.draft.phoneProxy else { return }
            try change(&draft)
            reading.draft.phoneProxy = draft
        }
    }
}

extension Words {
    /// A port by number or name, when the next word is one.
    fileprivate mutating func optionalPort(of transport: IPProtocol) throws(Problem) -> UInt16? {
        guard let token = next else { return nil }
        if Self.decimal(token.text) == nil, PortNames.port(token.text, transport) == nil {
            ask("<1-65535>", "port name")
            return nil
        }
        return try port(of: transport, in: 1...65535)
    }
}
