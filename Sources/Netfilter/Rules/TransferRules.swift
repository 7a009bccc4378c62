import ConfigLanguage
import Wire

/// The rules that steer TFTP transfers. A request is known by its port; of what follows the kernel knows the client, an
/// address and a port that a request came from (RFC 1350 section 4).
///
/// Whoever asks most can fill a set; further requests still reach the engine, but the kernel will not know their
/// transfers.
struct TransferRules {
    /// The ports that requests go to.
    let requests: [PortMatch]
    let translations: [StaticTranslation]

    private static let setLimits = "size 65535; flags dynamic,timeout; timeout 2m;"

    /// Clients with a static translation are answered at another address than they ask from. Such addresses have sets of
    /// their own: nobody sends from there.
    private var mapped: [StaticTranslation] { translations.filter { !$0.isIdentity && $0.service == nil } }

    private var mappedVersions: [Version] {
        Version.both.filter { version in mapped.contains { $0.real.address.isV4 == version.isV4 } }
    }

    func writeSets(_ text: inout NftText) {
        for version in Version.both { text.line("set \(version.clients) { \(version.end); \(Self.setLimits) }") }
        for version in mappedVersions { text.line("set \(version.mapped) { \(version.end); \(Self.setLimits) }") }
        // The same again as plain bytes: the packet inside an ICMP error has no names in nft. Only requests without
        // IP options or extension headers are noted, and they are not renewed as a transfer goes on.
        text.line("set tftp_errors4 { typeof @nh,96,32 . @nh,160,16; \(Self.setLimits) }")
        text.line("set tftp_errors6 { typeof @nh,64,128 . @nh,320,16; \(Self.setLimits) }")
    }

    /// What a client sends after its request. Its source was looked at when it asked (see ``SpoofRules``), so that this
    /// may stand before whatever costs each packet time.
    func writeKnownClients(_ text: inout NftText) {
        for version in Version.both {
            let key = version.key("saddr", "sport")
            text.line("meta nfproto \(version.name) meta l4proto udp \(key) @\(version.clients) jump tftp_client")
        }
    }

    /// What is sent to a client, or by it to where no class has taken it for a request.
    func writeArriving(_ text: inout NftText) {
        for version in Version.both {
            writeTransfer(&text, version, version.clients, version.key("saddr", "sport"))
            writeTransfer(&text, version, version.clients, version.key("daddr", "dport"))
        }
        for version in mappedVersions { writeTransfer(&text, version, version.mapped, version.key("daddr", "dport")) }
    }

    private func writeTransfer(_ text: inout NftText, _ version: Version, _ set: String, _ key: String) {
        let packet = "meta nfproto \(version.name) meta l4proto udp \(key)"
        text.line("\(packet) @\(set) update @\(set) { \(key) } goto to_engine")
    }

    func writeChains(_ text: inout NftText) {
        text.block("chain tftp_client") { text in
            // Another request is looked at as the first was.
            for ports in requests { text.line("udp dport \(Nft.ports(ports)) return") }
            for version in Version.both {
                text.line("meta nfproto \(version.name) \(version.update("saddr", "sport")) goto to_engine")
            }
        }
        // A full set ends the rule that adds to it, not the chain: the request goes to the engine in any case.
        text.block("chain tftp_request") { text in
            for version in Version.both {
                text.line("meta nfproto \(version.name) \(version.update("saddr", "sport"))")
            }
            text.line("@nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 . @nh,160,16 }")
            text.line("meta nfproto ipv6 @nh,48,8 17 update @tftp_errors6 { @nh,64,128 . @nh,320,16 }")
            for translation in mapped { writeMappedClient(&text, translation) }
            text.line("goto to_engine")
        }
    }

    /// The mapped address: the real one, exclusive-or what tells the two networks apart.
    private func writeMappedClient(_ text: inout NftText, _ translation: StaticTranslation) {
        let real = translation.real.address
        let mapped = translation.mapped.address
        let difference = IPAddress(
            high: real.high ^ mapped.high,
            low: real.isV4 ? 0xffff_0000_0000 | (real.low ^ mapped.low) : real.low ^ mapped.low)
        let version = Version(isV4: real.isV4)
        let source = "\(version.family) saddr \(Nft.addresses(AddressRange(translation.real)))"
        text.line("\(source) update @\(version.mapped) { \(version.family) saddr ^ \(difference) . udp sport }")
        if real.isV4 {
            let bytes = QueueMark.text(difference.v4)
            text.line("\(source) @nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 ^ \(bytes) . @nh,160,16 }")
        } else {
            let bytes = "0x" + Self.hexadecimal(difference.high) + Self.hexadecimal(difference.low)
            text.line("\(source) @nh,48,8 17 update @tftp_errors6 { @nh,64,128 ^ \(bytes) . @nh,320,16 }")
        }
    }

    private static func hexadecimal(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// What the rules for a version of IP are written with.
private struct Version {
    let isV4: Bool

    static let both = [Version(isV4: true), Version(isV4: false)]

    /// As `meta nfproto` has it.
    var name: String { isV4 ? "ipv4" : "ipv6" }
    /// As its header's fields have it.
    var family: String { isV4 ? "ip" : "ip6" }
    var clients: String { isV4 ? "tftp_clients4" : "tftp_clients6" }
    var mapped: String { isV4 ? "tftp_mapped4" : "tftp_mapped6" }
    /// What the sets are made of.
    var end: String { "typeof \(key("saddr", "sport"))" }

    func key(_ address: String, _ port: String) -> String { "\(family) \(address) . udp \(port)" }

    func update(_ address: String, _ port: String) -> String { "update @\(clients) { \(key(address, port)) }" }
}
