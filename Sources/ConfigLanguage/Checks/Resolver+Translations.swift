import Wire

extension Resolver {
    mutating func resolveObjects() {
        for (name, object) in draft.objects {
            configuration.networkObjects[name] = NetworkObject(name: name, value: object.value?.value)
        }
    }

    /// In the order in which the ASA looks at them: the older dialect as written, then those of objects, with fewer real
    /// addresses first, then the lower address, then the object's name.
    mutating func resolveTranslations() {
        var found: [Located<StaticTranslation>] = []
        for rule in draft.statics { append(rule, object: nil, to: &found) }
        var ofObjects: [Located<StaticTranslation>] = []
        // File order, so that problems are the same ones on every run.
        let rules = draft.objects.compactMap { name, object in object.translation.map { (name, $0) } }
        for (name, rule) in rules.sorted(by: { $0.1.site.line < $1.1.site.line }) {
            append(rule, object: name, to: &ofObjects)
        }
        found += ofObjects.sorted { Self.precedes($0.value, $1.value) }
        if found.count > Limit.translations {
            log.report(.error, at: found[Limit.translations].site, "more than \(Limit.translations) translations")
            found.removeSubrange(Limit.translations...)
        }
        reportConflicts(found)
        configuration.translations = found.map(\.value)
        translationSites = found.map(\.site)
    }

    private static func precedes(_ left: StaticTranslation, _ right: StaticTranslation) -> Bool {
        if left.real.length != right.real.length || left.real.address.isV4 != right.real.address.isV4 {
            return left.real.address.bitWidth - left.real.length < right.real.address.bitWidth - right.real.length
        }
        if left.real.address != right.real.address { return left.real.address < right.real.address }
        return left.object ?? "" < right.object ?? ""
    }

    private mutating func append(
        _ rule: StaticDraft, object name: String?, to found: inout [Located<StaticTranslation>]
    ) {
        let interfaces = (translatedInterface(rule.realInterface), translatedInterface(rule.mappedInterface))
        guard let real = rule.real ?? realNetwork(of: rule, object: name),
            case (let realInterface?, let mappedInterface?) = interfaces,
            let mapped = mappedNetwork(of: rule, real: real, on: mappedInterface)
        else { return }
        guard realInterface.name != mappedInterface.name else {
            return log.report(
                .error, at: rule.mappedInterface.site, "real and mapped interface are the same one")
        }
        var mapsToInterface = false
        if case .interface = rule.mapped.value { mapsToInterface = true }
        let translation = StaticTranslation(
            realInterface: realInterface.name, mappedInterface: mappedInterface.name, real: real, mapped: mapped,
            service: rule.service, mapsToInterface: mapsToInterface, object: name)
        found.append(Located(translation, at: rule.site))
    }

    private mutating func translatedInterface(_ name: Located<String>) -> Interface? {
        guard name.value != "any" else {
            log.report(
                .error, at: name.site, "'any' is not supported here by this box: name the interface",
                expected: configuration.interfaces.map(\.name.printable))
            return nil
        }
        return interface(name)
    }

    /// What the object that the rule stands under says.
    private mutating func realNetwork(of rule: StaticDraft, object name: String?) -> IPPrefix? {
        guard let name, let range = object(Located(name, at: rule.site)) else { return nil }
        guard let network = range.prefix else {
            log.report(
                .error, at: rule.site, "static NAT of a range is not supported by this box: use 'host' or 'subnet'")
            return nil
        }
        guard rule.service == nil || network.isHost else {
            log.report(.error, at: rule.site, "'service' translates the port of one host, not of a network")
            return nil
        }
        return network
    }

    // MARK: Mapped addresses

    private mutating func mappedNetwork(of rule: StaticDraft, real: IPPrefix, on interface: Interface) -> IPPrefix? {
        guard let mapped = mappedTarget(of: rule, real: real, on: interface) else { return nil }
        guard mapped.address.isV4 == real.address.isV4 else {
            log.report(.error, at: rule.mapped.site, "\(real) and \(mapped) are of different families")
            return nil
        }
        guard mapped.length == real.length else {
            log.report(
                .error, at: rule.mapped.site, "real and mapped addresses differ in number: \(real) and \(mapped)")
            return nil
        }
        if case .interface = rule.mapped.value { return mapped }
        guard let taken = configuration.interfaces.first(where: { $0.isAt(mapped, asMappedOn: interface) }) else {
            return mapped
        }
        log.report(
            .error, at: rule.mapped.site,
            "\(mapped.isHost ? "\(mapped.address)" : "\(mapped)") is the address of interface "
                + "'\(taken.name.printable)' itself", expected: taken.name == interface.name ? ["interface"] : [])
        return nil
    }

    private mutating func mappedTarget(of rule: StaticDraft, real: IPPrefix, on interface: Interface) -> IPPrefix? {
        switch rule.mapped.value {
        case .network(let network): return network
        case .address(let address):
            // One address stands for as many as there are real ones.
            let network = IPPrefix(address, length: address.isV4 == real.address.isV4 ? real.length : address.bitWidth)
            guard let network, network.address == address || network.length != real.length else {
                log.report(.error, at: rule.mapped.site, "\(address) does not begin a network as large as \(real)")
                return nil
            }
            return network
        case .object(let name):
            guard let range = object(name) else { return nil }
            if range.prefix == nil {
                log.report(.error, at: name.site, "real and mapped addresses differ in number: \(real) and a range")
            }
            return range.prefix
        case .interface(let isV6): return interfaceAddress(of: rule, interface, isV6: isV6)
        }
    }

    private mutating func interfaceAddress(of rule: StaticDraft, _ interface: Interface, isV6: Bool) -> IPPrefix? {
        guard let address = isV6 ? interface.address6 : interface.address else {
            log.report(
                .error, at: rule.mapped.site,
                "interface '\(interface.name.printable)' has no \(isV6 ? "IPv6" : "IPv4") address")
            return nil
        }
        return IPPrefix(host: address)
    }

    // MARK: Conflicts

    /// In the order of their mapped networks, larger ones first, those that overlap one another are neighbours: networks
    /// are nested or apart.
    private mutating func reportConflicts(_ translations: [Located<StaticTranslation>]) {
        var enclosing: [Located<StaticTranslation>] = []
        for next in translations.sorted(by: { Self.mappedPrecedes($0, $1) }) {
            enclosing.removeAll { !$0.value.overlapsMapped(next.value) }
            if let other = enclosing.first(where: { $0.value.conflicts(with: next.value) }) {
                let (earlier, later) = other.site.line < next.site.line ? (other, next) : (next, other)
                let port = later.value.service.map { " \($0.transport) port \($0.mappedPort)" } ?? ""
                log.report(
                    .error, at: later.site,
                    "mapped address conflicts with another static translation: \(later.value.mapped)\(port) is taken "
                        + "(line \(earlier.site.line))")
            }
            enclosing.append(next)
        }
    }

    private static func mappedPrecedes(
        _ left: Located<StaticTranslation>, _ right: Located<StaticTranslation>
    ) -> Bool {
        let names = (left.value.mappedInterface ?? "", right.value.mappedInterface ?? "")
        if names.0 != names.1 { return names.0 < names.1 }
        let (mine, theirs) = (left.value.mapped, right.value.mapped)
        if mine.address != theirs.address { return mine.address < theirs.address }
        return mine.length != theirs.length ? mine.length < theirs.length : left.site.line < right.site.line
    }
}

extension Interface {
    /// Whether a static translation would take this interface's own address away. A whole network that is translated to
    /// itself contains the address of the interface behind which it is, and may.
    fileprivate func isAt(_ mapped: IPPrefix, asMappedOn interface: Interface) -> Bool {
        guard mapped.isHost || name == interface.name else { return false }
        return [address, address6].contains { $0.map(mapped.contains) ?? false }
    }
}

extension StaticTranslation {
    fileprivate func overlapsMapped(_ other: StaticTranslation) -> Bool {
        mappedInterface == other.mappedInterface
            && (mapped.contains(other.mapped.address) || other.mapped.contains(mapped.address))
    }

    /// Whether, of two that overlap, one packet to a mapped address could be meant for two real hosts.
    fileprivate func conflicts(with other: StaticTranslation) -> Bool {
        guard let mine = service, let theirs = other.service else {
            // A host may have an address of its own, and some of its ports elsewhere besides.
            return (service == nil) == (other.service == nil) || real != other.real
        }
        return mine.transport == theirs.transport && mine.mappedPort == theirs.mappedPort
    }
}
