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
    /// Of the interfaces, in the order of their marks.
    let devices: [String]

    /// For how long packets take the short way (see ``writeKnownClients(_:interface:)``) before one takes the long way.
    private static let knownFor = "30s"
    /// Idle for two minutes, and what a client that takes the short way may not have renewed.
    private static let clientFor = "2m30s"

    /// Clients with a static translation are answered at another address than they ask from.
    private var mapped: [StaticTranslation] { translations.filter { !$0.isIdentity && $0.service == nil } }

    func writeSets(_ text: inout NftText) {
        for version in Version.both {
            writeSet(&text, version.clients, of: version.source, for: Self.clientFor)
            for index in devices.indices {
                writeSet(&text, version.known(index), of: version.source, for: Self.knownFor)
            }
        }
        // The same again as plain bytes: the packet inside an ICMP error has no names in nft. Only requests without
        // IP options or extension headers are noted, and they are not renewed as a transfer goes on.
        writeSet(&text, "tftp_errors4", of: "@nh,96,32 . @nh,160,16", for: "2m")
        writeSet(&text, "tftp_errors6", of: "@nh,64,128 . @nh,320,16", for: "2m")
    }

    /// The kernel looks through a set for what is over: once a second, unless it is told.
    private func writeSet(_ text: inout NftText, _ name: String, of end: String, for time: String) {
        let limits = "size 65535; flags dynamic,timeout; timeout \(time); gc-interval 10s;"
        text.line("set \(name) { typeof \(end); \(limits) }")
    }

    /// The short way for what a client sends after its request by the interface that it asked at. A packet that took the
    /// long way not long ago was looked at (see ``SpoofRules``), so that this may stand before whatever costs each packet
    /// time. Nothing is renewed here: finding is cheaper than renewing.
    func writeKnownClients(_ text: inout NftText, interface index: Int) {
        // Another request is looked at as the first was.
        let others = requests.map { "udp dport \(Nft.ports($0.inverted)) " }.joined()
        let steering = QueueMark.steer(interface: index)
        for version in Version.both {
            let known = "\(version.source) @\(version.known(index))"
            text.line("meta nfproto \(version.name) meta l4proto udp \(others)\(known) \(steering)")
        }
    }

    /// What is sent by a client or to it, where no class has taken it for a request.
    func writeArriving(_ text: inout NftText) {
        for version in Version.both {
            let packet = "meta nfproto \(version.name) meta l4proto udp"
            let (clients, destination) = (version.clients, version.destination)
            text.line("\(packet) \(version.source) @\(clients) goto tftp_client")
            text.line("\(packet) \(destination) @\(clients) update @\(clients) { \(destination) } goto to_engine")
        }
    }

    func writeChains(_ text: inout NftText) {
        // A full set ends the rule that adds to it, not the chain: the request goes to the engine in any case.
        text.block("chain tftp_request") { text in
            text.line("@nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 . @nh,160,16 }")
            text.line("meta nfproto ipv6 @nh,48,8 17 update @tftp_errors6 { @nh,64,128 . @nh,320,16 }")
            for translation in mapped { writeMappedClient(&text, translation) }
            text.line("goto tftp_client")
        }
        text.block("chain tftp_client") { text in
            for version in Version.both {
                let packet = "meta nfproto \(version.name)"
                text.line("\(packet) update @\(version.clients) { \(version.source) }")
                for (index, device) in devices.enumerated() {
                    let entrance = "\(packet) iifname \"\(device)\""
                    text.line("\(entrance) update @\(version.known(index)) { \(version.source) }")
                }
            }
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
        text.line("\(source) update @\(version.clients) { \(version.family) saddr ^ \(difference) . udp sport }")
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
    /// Those that have asked at an interface.
    func known(_ interface: Int) -> String { "tftp_known\(isV4 ? 4 : 6)_\(interface + 1)" }
    var source: String { "\(family) saddr . udp sport" }
    var destination: String { "\(family) daddr . udp dport" }
}
