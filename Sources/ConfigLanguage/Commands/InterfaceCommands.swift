import Wire

/// `interface DEVICE` and what stands under it.
enum InterfaceCommands {
    /// Linux: IFNAMSIZ without its final zero.
    private static let deviceLimit = 15

    static func interface(_ words: inout Words) throws(Problem) -> Command.Change {
        let device = try words.name("interface name")
        guard device.value.utf8.count <= deviceLimit, !device.value.utf8.contains(UInt8(ascii: "/")) else {
            throw Problem(
                site: device.site, message: "'\(device.value.printable)' is not a Linux interface name",
                expected: ["a name such as eth0, without '/', of at most \(deviceLimit) characters"])
        }
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            let index = reading.draft.interfaces.firstIndex { $0.device == device }
            if isNegated {
                guard let index else { return reading.warnNothingToRemove("interface", at: device.site) }
                reading.draft.interfaces.remove(at: index)
                return
            }
            if index == nil {
                try Limit.check(
                    reading.draft.interfaces.count, below: Limit.interfaces, "interfaces", at: device.site)
                reading.draft.interfaces.append(InterfaceDraft(device: device))
            }
            reading.enter(.interface(device: device.value), at: line)
        }
    }

    static func nameif(_ words: inout Words) throws(Problem) -> Command.Change {
        let isNegated = words.isNegated
        if isNegated, words.isAtEnd { return setting { $0.name = nil } }
        let name = try words.name("interface name", limit: 48)
        guard !["any", "any4", "any6", "global"].contains(name.value),
            !name.value.contains(where: { "(),".contains($0) })
        else { throw Problem(site: name.site, message: "'\(name.value.printable)' can not name an interface") }
        return setting { $0.name = isNegated ? nil : name }
    }

    static func securityLevel(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            _ = try words.optionalNumber(in: 0...100)
            return setting { $0.securityLevel = nil }
        }
        let level = try words.number(in: 0...100)
        return setting { $0.securityLevel = level }
    }

    static func address(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return setting { $0.address = nil }
        }
        try words.refuse("dhcp", "pppoe")
        let first = words.site
        let address = try words.addressV4()
        let mask = try words.mask()
        let site = words.site(from: first)
        try words.refuse("standby")
        guard let network = IPPrefix(address, mask: mask), isHost(address, in: network) else {
            throw Problem(site: site, message: "\(address) is not a host address of a network with mask \(mask)")
        }
        return setting { $0.address = Located(InterfaceAddress(address: address, network: network), at: site) }
    }

    /// Neither the network itself nor its broadcast (RFC 3021 allows both in a /31), nor an address that no host has.
    private static func isHost(_ address: IPAddress, in network: IPPrefix) -> Bool {
        if address.isMulticast || address.isUnspecified || address.isLoopback { return false }
        return network.length >= 31 || address != network.address && address != network.last
    }

    static func addressV6(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return setting { $0.address6 = nil }
        }
        let first = words.site
        let (address, network) = try words.addressAndPrefixV6()
        guard !address.isMulticast, !address.isUnspecified, !address.isLoopback else {
            throw Problem(site: first, message: "\(address) is not the address of a host")
        }
        return setting { $0.address6 = Located(InterfaceAddress(address: address, network: network), at: first) }
    }

    static func shutdown(_ words: inout Words) throws(Problem) -> Command.Change {
        let isShutdown = !words.isNegated
        return setting { $0.isShutdown = isShutdown }
    }

    static func inspection(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            _ = try words.optionalKeyword(["fail-open", "fail-close"])
            return setting { $0.failurePolicy = nil }
        }
        let policy: Interface.FailurePolicy =
            try words.keyword(["fail-open", "fail-close"]) == "fail-open" ? .open : .closed
        return setting { $0.failurePolicy = policy }
    }

    /// Changes the interface that the mode is about.
    private static func setting(_ change: @escaping (inout InterfaceDraft) -> Void) -> Command.Change {
        { reading in
            guard case .interface(let device) = reading.mode,
                let index = reading.draft.interfaces.firstIndex(where: { $0.device.value == device })
            else { return }
            change(&reading.draft.interfaces[index])
        }
    }
}

extension Reading {
    /// `no` for something of a list that is not there.
    mutating func warnNothingToRemove(_ what: String, at site: Site) {
        log.report(.warning, at: site, "nothing to remove: there is no such \(what)")
    }
}

/// Free text, in any mode: it has no effect.
enum DescriptionCommand {
    static func description(_ words: inout Words) throws(Problem) -> Command.Change {
        if !words.isNegated { _ = try words.rest() }
        words.skipRest()
        return { _ in }
    }
}
