import Wire

/// `dns …`. There is one group of servers, DefaultDNS, whichever way it is filled.
enum DNSCommands {
    private static let group = "DefaultDNS"

    /// `dns domain-lookup INTERFACE`.
    static func domainLookup(_ words: inout Words) throws(Problem) -> Command.Change {
        let interface = try words.name("interface")
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            let index = reading.draft.dns.lookupInterfaces.firstIndex(of: interface)
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("domain-lookup", at: interface.site) }
                reading.draft.dns.lookupInterfaces.remove(at: index)
            } else if index == nil {
                try Limit.check(
                    reading.draft.dns.lookupInterfaces.count, below: Limit.interfaces, "interfaces",
                    at: interface.site)
                reading.draft.dns.lookupInterfaces.append(interface)
            }
        }
    }

    /// `dns name-server ADDRESS…`.
    static func nameServers(_ words: inout Words) throws(Problem) -> Command.Change {
        let servers = try addresses(&words)
        let isNegated = words.isNegated
        return { reading throws(Problem) in try change(servers, isNegated: isNegated, &reading) }
    }

    /// `dns server-group NAME`.
    static func serverGroup(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("name")
        let isDefault = name.value == group
        let (line, isNegated) = (words.line, words.isNegated)
        if !isDefault, !isNegated {
            words.warn("only the group \(group) is asked: this one has no effect", at: name.site)
        }
        return { reading in
            guard isNegated else {
                return reading.enter(.block(Block(kind: .dnsServerGroup, name: name.value)), at: line)
            }
            if isDefault {
                reading.draft.dns.settings = DNSSettings()
                reading.draft.dns.server = nil
            }
        }
    }

    // MARK: Under dns server-group

    static func groupServers(_ words: inout Words) throws(Problem) -> Command.Change {
        let servers = try addresses(&words)
        let isNegated = words.isNegated
        return inGroup { reading throws(Problem) in try change(servers, isNegated: isNegated, &reading) }
    }

    static func domainName(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.isBareNegation ? nil : words.domainName()
        let value = words.isNegated ? nil : name
        return inGroup { $0.draft.dns.settings.domainName = value }
    }

    /// A number, with its default where `no` stands.
    static func number(
        _ field: WritableKeyPath<DNSSettings, Int> & Sendable, in range: ClosedRange<Int>
    ) -> Command.Handler {
        { words throws(Problem) in
            let number = try words.isBareNegation ? nil : words.number(in: range)
            let value = words.isNegated ? nil : number
            return inGroup { $0.draft.dns.settings[keyPath: field] = value ?? DNSSettings()[keyPath: field] }
        }
    }

    private static func inGroup(_ change: @escaping Command.Change) -> Command.Change {
        { reading throws(Problem) in
            guard case .block(let block) = reading.mode, block.name == group else { return }
            try change(&reading)
        }
    }

    // MARK: Servers

    private static func addresses(_ words: inout Words) throws(Problem) -> [Located<IPAddress>] {
        var servers: [Located<IPAddress>] = []
        repeat {
            let site = words.site
            servers.append(Located(try words.address(), at: site))
        } while !words.isAtEnd && servers.count < Limit.nameServers
        return servers
    }

    private static func change(
        _ servers: [Located<IPAddress>], isNegated: Bool, _ reading: inout Reading
    ) throws(Problem) {
        for server in servers {
            let index = reading.draft.dns.settings.servers.firstIndex(of: server.value)
            if isNegated {
                if index == nil { reading.warnNothingToRemove("name-server", at: server.site) }
                reading.draft.dns.settings.servers.removeAll { $0 == server.value }
            } else if index == nil {
                try Limit.check(
                    reading.draft.dns.settings.servers.count, below: Limit.nameServers, "name servers",
                    at: server.site)
                reading.draft.dns.settings.servers.append(server.value)
                reading.draft.dns.server = reading.draft.dns.server ?? server.site
            }
        }
    }
}
