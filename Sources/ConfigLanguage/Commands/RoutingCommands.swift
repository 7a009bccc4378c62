import Wire

/// `name`, `route`, `hostname` and `same-security-traffic`.
enum RoutingCommands {
    static func hostname(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return { $0.draft.hostname = nil }
        }
        let name = try words.name("hostname", limit: 63)
        guard isHostname(name.value) else {
            throw Problem(
                site: name.site, message: "'\(name.value.printable)' is not a host name",
                expected: ["letters, digits and hyphens, beginning and ending with a letter or digit"])
        }
        return { $0.draft.hostname = name.value }
    }

    private static func isHostname(_ name: String) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == hyphen } && name.utf8.first != hyphen
            && name.utf8.last != hyphen
    }

    /// `name ADDRESS NAME [description TEXT]`.
    static func name(_ words: inout Words) throws(Problem) -> Command.Change {
        words.ask("A.B.C.D", "X:X:X:X::X")
        let token = try words.required()
        // A name stands for an address, not for another name.
        guard let address = IPAddress(token.text) else { throw words.wrong("\(token.quoted) is not an address") }
        words.advance(spelling: token.text)
        let name = try words.name("name", limit: 63)
        guard IPAddress(name.value) == nil, Words.decimal(name.value) == nil else {
            throw Problem(site: name.site, message: "'\(name.value.printable)' can not name an address")
        }
        if try words.skip("description") { _ = try words.rest() }
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            if isNegated {
                guard reading.draft.names[name.value] == address else {
                    return reading.warnNothingToRemove("name", at: name.site)
                }
                reading.draft.names[name.value] = nil
                return
            }
            if let other = reading.draft.names[name.value], other != address {
                throw Problem(site: name.site, message: "'\(name.value.printable)' already names \(other)")
            }
            reading.draft.names[name.value] = address
        }
    }

    /// `route IFC NETWORK MASK GATEWAY [METRIC]`.
    static func route(_ words: inout Words) throws(Problem) -> Command.Change {
        let interface = try words.name("interface name")
        let destination = try words.networkV4(zeros: true)
        let site = words.site
        return try route(interface, destination, Located(try words.addressV4(), at: site), &words)
    }

    /// `ipv6 route IFC PREFIX GATEWAY [METRIC]`.
    static func routeV6(_ words: inout Words) throws(Problem) -> Command.Change {
        let interface = try words.name("interface name")
        let destination = try words.networkV6()
        let site = words.site
        let gateway = try words.address()
        guard !gateway.isV4 else { throw Problem(site: site, message: "\(gateway) is not an IPv6 address") }
        return try route(interface, destination, Located(gateway, at: site), &words)
    }

    private static func route(
        _ interface: Located<String>, _ destination: IPPrefix, _ gateway: Located<IPAddress>, _ words: inout Words
    ) throws(Problem) -> Command.Change {
        let metric = try words.optionalNumber(in: 1...255) ?? 1
        try words.refuse("track", "tunneled")
        let route = RouteDraft(interface: interface, destination: destination, gateway: gateway, metric: metric)
        let (isNegated, site) = (words.isNegated, words.readSite)
        return { reading throws(Problem) in
            let index = reading.draft.routes.firstIndex(of: route)
            guard isNegated else {
                guard index == nil else { return }
                try Limit.check(reading.draft.routes.count, below: Limit.routes, "routes", at: site)
                reading.draft.routes.append(route)
                return
            }
            guard let index else { return reading.warnNothingToRemove("route", at: site) }
            reading.draft.routes.remove(at: index)
        }
    }

    static func sameSecurityTraffic(_ words: inout Words) throws(Problem) -> Command.Change {
        try words.expect("permit")
        let isInter = try words.keyword(["inter-interface", "intra-interface"]) == "inter-interface"
        let isPermitted = !words.isNegated
        return { reading in
            if isInter {
                reading.draft.permitsSameSecurityTraffic = isPermitted
            } else {
                reading.draft.permitsSameInterfaceTraffic = isPermitted
            }
        }
    }
}
