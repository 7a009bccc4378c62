import Wire

/// As what hosts are known on the side that a message leaves by: static translation, for what stands in the message as for
/// its packet's own addresses.
struct HostNames {
    let ingress: InterfaceIndex
    let egress: InterfaceIndex
    let translations: TranslationTable
    let routes: RouteTable

    /// No host has another name on another side.
    var areTheSameEverywhere: Bool { translations.rules.isEmpty }

    /// Where a host really is that `ingress` knows as `endpoint`; the interface is `nil` for one that is nowhere.
    func resolve(_ endpoint: Endpoint, _ transport: IPProtocol) -> (real: Endpoint, side: InterfaceIndex?) {
        if let (real, rule) = translations.untranslate(endpoint, transport, from: ingress) {
            return (real, translations.realInterface(rule) ?? routes.interface(to: real.address))
        }
        if let (real, side) = translations.untranslate(host: endpoint.address, from: ingress) {
            return (Endpoint(real, endpoint.port), side ?? routes.interface(to: real))
        }
        return (endpoint, routes.interface(to: endpoint.address))
    }

    /// Whether a host is on the side that the message comes from.
    func isHere(_ endpoint: Endpoint, _ transport: IPProtocol) -> Bool {
        resolve(endpoint, transport).side == ingress
    }

    /// As what `interface` knows a host on `side`. One that has only single ports translated has the others at the same
    /// address, by the same number.
    func seen(
        _ real: Endpoint, on side: InterfaceIndex?, from interface: InterfaceIndex, _ transport: IPProtocol
    ) -> Endpoint {
        guard let side, side != interface else { return real }
        if let mapped = translations.translate(real, transport, from: side, to: interface)?.mapped { return mapped }
        return translations.translate(host: real.address, from: side, to: interface)
            .map { Endpoint($0, real.port) } ?? real
    }

    /// What stands for `endpoint` on the other side; `nil`: the same.
    func name(of endpoint: Endpoint, _ transport: IPProtocol) -> Endpoint? {
        let (real, side) = resolve(endpoint, transport)
        let seen = seen(real, on: side, from: egress, transport)
        return seen == endpoint ? nil : seen
    }
}

extension TranslationTable {
    /// The real address behind a mapped one, whichever of its ports are translated, and the interface that the rule names.
    func untranslate(
        host mapped: IPAddress, from ingress: InterfaceIndex
    ) -> (real: IPAddress, side: InterfaceIndex?)? {
        // Behind one address may be several hosts, each with ports of its own: then it names none of them.
        let found = rules.filter { Self.covers($0.mappedInterface, ingress) && $0.mapped.contains(mapped) }
        guard let first = found.first, found.allSatisfy({ $0.real == first.real }) else { return nil }
        return (Self.exchange(mapped, first.mapped, first.real), first.realInterface)
    }

    /// The mapped address of a real one, whichever of its ports are translated.
    func translate(host real: IPAddress, from ingress: InterfaceIndex, to egress: InterfaceIndex) -> IPAddress? {
        let rule = rules.first {
            Self.covers($0.realInterface, ingress) && Self.covers($0.mappedInterface, egress)
                && $0.real.contains(real)
        }
        return rule.map { Self.exchange(real, $0.real, $0.mapped) }
    }
}
