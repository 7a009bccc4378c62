import ConfigLanguage
import Wire

/// `icmp {permit|deny}`: ICMP that is for the box itself, at its own addresses and at those where media ends.
struct ICMPRules {
    let configuration: Configuration

    /// The rules of one interface that one family's packets are asked for.
    private func rules(_ interface: String, isV4: Bool) -> [ICMPRule] {
        configuration.icmpRules.filter { $0.interface == interface && $0.isV4 == isV4 }
    }

    func write(_ text: inout NftText) {
        let guarded = configuration.interfaces.flatMap { interface in
            [true, false].map { (interface: interface, isV4: $0, rules: rules(interface.name, isV4: $0)) }
        }.filter { !$0.rules.isEmpty }
        if guarded.isEmpty { return }
        text.block("chain box_icmp") { text in
            text.line("type filter hook input priority filter - 1; policy accept;")
            for entry in guarded {
                let name = chain(entry.interface, isV4: entry.isV4)
                let transport = entry.isV4 ? "icmp" : "icmpv6"
                text.line("iifname \"\(entry.interface.device)\" meta l4proto \(transport) goto \(name)")
            }
        }
        for entry in guarded {
            text.block("chain \(chain(entry.interface, isV4: entry.isV4))") { text in
                writeNecessary(&text, isV4: entry.isV4)
                for rule in entry.rules { text.line(line(rule)) }
                text.line("counter name \"acl-drop\" drop")
            }
        }
    }

    private func chain(_ interface: Interface, isV4: Bool) -> String {
        Nft.identifier(isV4 ? "icmp_" : "icmp6_", interface.name)
    }

    /// Whatever the rules say: without word of a smaller MTU connections stall, and IPv6 has no neighbours.
    private func writeNecessary(_ text: inout NftText, isV4: Bool) {
        text.line(
            isV4
                ? "icmp type destination-unreachable icmp code frag-needed accept"
                : "icmpv6 type { packet-too-big, nd-router-solicit, nd-router-advert, nd-neighbor-solicit, "
                    + "nd-neighbor-advert } accept")
    }

    private func line(_ rule: ICMPRule) -> String {
        var match = PacketMatch(transport: rule.isV4 ? .icmp : .icmpV6, destinationPorts: .any)
        match.source = rule.source
        match.icmpType = rule.type
        let verdict = rule.action == .permit ? "accept" : "counter name \"acl-drop\" drop"
        return (match.expression() ?? "") + verdict
    }
}
