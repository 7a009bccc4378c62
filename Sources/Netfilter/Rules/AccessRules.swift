import ConfigLanguage
import Wire

/// Access lists and security levels for what is not inspected, as the ASA applies them.
///
/// Two chains at the forward hook: one for the interface by which a connection enters, one for that by which it
/// leaves. An `accept` ends only its own chain, so a packet passes when both let it.
struct AccessRules {
    let configuration: Configuration

    private var interfaces: [Interface] { configuration.interfaces }

    func write(_ text: inout NftText) {
        writeCounters(&text)
        text.block("chain inbound") { text in
            text.line("type filter hook forward priority filter - 1; policy accept;")
            writeEstablished(&text)
            text.line(
                "iifname \(Nft.devices(interfaces.map(\.device))) ct state invalid counter name \"ct-invalid\" drop")
            for interface in interfaces {
                text.line("iifname \"\(interface.device)\" goto \(Nft.identifier("in_", interface.name))")
            }
        }
        for interface in interfaces { writeInbound(&text, interface) }
        let guarded = interfaces.filter { list(.outbound, $0.name) != nil }
        if !guarded.isEmpty {
            text.block("chain outbound") { text in
                text.line("type filter hook forward priority filter; policy accept;")
                writeEstablished(&text)
                for interface in guarded {
                    text.line("oifname \"\(interface.device)\" goto \(Nft.identifier("out_", interface.name))")
                }
            }
        }
        for interface in guarded { writeOutbound(&text, interface) }
        text.block("chain acl_drop") { $0.line("counter name \"acl-drop\" drop") }
    }

    /// What the engine accepted is not tracked; everything else is judged by its connection's first packet. The mark
    /// comes first and by itself: only our own chain gives it, and a look at the device's name costs each packet more
    /// than the rest of the rule.
    private func writeEstablished(_ text: inout NftText) {
        let judged = "meta mark & \(QueueMark.text(QueueMark.kindMask)) == \(QueueMark.text(QueueMark.kind))"
        text.line("\(judged) ct state untracked accept")
        text.line("ct state established,related accept")
    }

    // MARK: Counters

    private var usedLists: [AccessList] {
        var used: [AccessList] = []
        for group in configuration.accessGroups {
            if let list = configuration.accessLists[group.list], !used.contains(list) { used.append(list) }
        }
        return used
    }

    private func writeCounters(_ text: inout NftText) {
        for list in usedLists {
            for index in list.entries.indices {
                text.line("counter \(Nft.counter(list: list.name, entry: index + 1)) { }")
            }
        }
        text.line("counter acl-drop { }")
        text.line("counter ct-invalid { }")
    }

    // MARK: Inbound

    private func writeInbound(_ text: inout NftText, _ interface: Interface) {
        text.block("chain \(Nft.identifier("in_", interface.name))") { text in
            writeSameLevel(&text, interface)
            // The interface's own list first, then the global one; only then the implicit deny.
            let lists = [list(.inbound, interface.name), list(.inbound, nil)].compactMap(\.self)
            if lists.isEmpty {
                writeLevels(&text, interface)
            } else {
                for list in lists { writeEntries(&text, list) { [PacketMatch($0)] } }
                text.line("goto acl_drop")
            }
        }
    }

    /// No access list permits what needs `same-security-traffic`: traffic between equal levels, and back out of the
    /// interface that it came in by.
    private func writeSameLevel(_ text: inout NftText, _ interface: Interface) {
        let denied = interfaces.filter { other in
            other.name == interface.name
                || other.securityLevel == interface.securityLevel && !configuration.permitsSameSecurityTraffic
        }
        text.line("oifname \(Nft.devices(denied.map(\.device))) goto acl_drop")
    }

    /// Without an access list: downhill only. What leaves by an interface that is not ours is not ours to judge.
    private func writeLevels(_ text: inout NftText, _ interface: Interface) {
        let higher = interfaces.filter { $0.securityLevel > interface.securityLevel }
        if !higher.isEmpty { text.line("oifname \(Nft.devices(higher.map(\.device))) goto acl_drop") }
        text.line("accept")
    }

    // MARK: Outbound

    private func writeOutbound(_ text: inout NftText, _ interface: Interface) {
        guard let list = list(.outbound, interface.name) else { return }
        text.block("chain \(Nft.identifier("out_", interface.name))") { text in
            writeEntries(&text, list) { entry in
                // The source is translated only after this hook, so a mapped source is looked for as its real one.
                sources(of: entry, leavingBy: interface.name).map { source in
                    var match = PacketMatch(entry)
                    match.source = source
                    return match
                }
            }
            text.line("goto acl_drop")
        }
    }

    private func sources(of entry: AccessEntry, leavingBy name: String) -> [AddressMatch] {
        guard case .range(let range) = entry.source else { return [entry.source] }
        let translations = configuration.translations.filter {
            !$0.isIdentity && ($0.mappedInterface == nil || $0.mappedInterface == name)
        }
        return [entry.source] + translations.compactMap { $0.real(of: range).map(AddressMatch.range) }
    }

    // MARK: Entries

    private func list(_ direction: AccessGroup.Direction, _ interface: String?) -> AccessList? {
        configuration.accessGroups.first { $0.direction == direction && $0.interface == interface }
            .map { configuration.accessLists[$0.list] ?? AccessList(name: $0.list) }
    }

    private func writeEntries(_ text: inout NftText, _ list: AccessList, _ matches: (AccessEntry) -> [PacketMatch]) {
        for (index, entry) in list.entries.enumerated() where !entry.isInactive {
            let counter = "counter name \"\(Nft.counter(list: list.name, entry: index + 1))\""
            let verdict = entry.action == .permit ? "accept" : "goto acl_drop"
            for match in matches(entry) {
                for view in views(match) {
                    if let expression = match.expression(view) { text.line("\(expression)\(counter) \(verdict)") }
                }
            }
        }
    }

    /// An entry may name a server by its real address, as ASA 8.3 and later do, or by its mapped one, as before.
    private func views(_ match: PacketMatch) -> [PacketMatch.View] {
        let looksMapped = configuration.translations.contains { translation in
            guard !translation.isIdentity else { return false }
            switch match.destination {
            case .range(let range): return translation.real(of: range) != nil
            case .any, .anyV4, .anyV6:
                let isPAT = translation.service.map { $0.realPort != $0.mappedPort } ?? false
                return isPAT && !match.destinationPorts.isAny
            }
        }
        return looksMapped ? [.packet, .originalDestination] : [.packet]
    }
}
