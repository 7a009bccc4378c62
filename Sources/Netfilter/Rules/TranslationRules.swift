import ConfigLanguage
import Wire

/// Static NAT and PAT for what is not inspected, in both directions, in the order of the configuration.
struct TranslationRules {
    let translations: [StaticTranslation]
    let configuration: Configuration
    /// Mapped addresses are where phones reach the TLS terminator.
    var hasTerminator = false

    private var rewriting: [StaticTranslation] { translations.filter { !$0.isIdentity } }

    func write(_ text: inout NftText) {
        guard !rewriting.isEmpty else { return }
        text.block("chain translate_destination") { text in
            text.line("type nat hook prerouting priority dstnat; policy accept;")
            for translation in rewriting { text.line(destination(translation)) }
        }
        text.block("chain translate_source") { text in
            text.line("type nat hook postrouting priority srcnat; policy accept;")
            for translation in rewriting { text.line(source(translation)) }
        }
        writeLocal(&text)
    }

    private func destination(_ translation: StaticTranslation) -> String {
        let interface = match("iifname", translation.mappedInterface)
        return interface
            + rewrite(
                translation, "daddr", "dport", "dnat", from: translation.mapped, to: translation.real,
                ports: translation.service.map { ($0.mappedPort, $0.realPort) })
    }

    private func source(_ translation: StaticTranslation) -> String {
        let interfaces = match("iifname", translation.realInterface) + match("oifname", translation.mappedInterface)
        return interfaces
            + rewrite(
                translation, "saddr", "sport", "snat", from: translation.real, to: translation.mapped,
                ports: translation.service.map { ($0.realPort, $0.mappedPort) })
    }

    private func rewrite(
        _ translation: StaticTranslation, _ address: String, _ port: String, _ action: String,
        from: IPPrefix, to: IPPrefix, ports: (from: UInt16, to: UInt16)?
    ) -> String {
        let family = from.address.nftFamily
        let addressMatch = "\(family) \(address) \(Nft.addresses(AddressRange(from)))"
        if let ports, let service = translation.service {
            let host = to.address.isV4 ? "\(to.address)" : "[\(to.address)]"
            let portMatch = "\(service.transport.nftName) \(port) \(ports.from)"
            return "\(addressMatch) \(portMatch) \(action) \(family) to \(host):\(ports.to)"
        }
        if from.isHost { return "\(addressMatch) \(action) \(family) to \(to.address)" }
        return "\(addressMatch) \(action) \(family) prefix to \(to)"
    }

    /// `nil` stands for every interface of the configuration.
    private func match(_ field: String, _ name: String?) -> String {
        if let name { return "\(field) \"\(configuration.interface(named: name)?.device ?? name)\" " }
        return "\(field) \(Nft.devices(configuration.interfaces.map(\.device))) "
    }

    /// A mapped address belongs to this host only so that it answers ARP for it (see ``MappedAddress``); what is
    /// sent there and was not translated must not reach the host's own services.
    private func writeLocal(_ text: inout NftText) {
        var networks: [IPPrefix] = []
        for address in MappedAddress.all(configuration) where address.prefix.address.isV4 {
            if !networks.contains(address.prefix) { networks.append(address.prefix) }
        }
        if networks.isEmpty { return }
        text.block("chain local") { text in
            text.line("type filter hook input priority filter; policy accept;")
            if hasTerminator { TerminatorRules.writeDelivered(&text) }
            for network in networks {
                let match = Nft.addresses(AddressRange(network))
                text.line("ip daddr \(match) counter name \"acl-drop\" drop")
            }
        }
    }
}
