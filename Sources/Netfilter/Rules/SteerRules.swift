import ConfigLanguage
import Wire

/// The rules that mark inspected packets for the queues, before connection tracking sees them; what has a forged source
/// (see ``SpoofRules``) is dropped first.
///
/// The engine translates what it inspects by itself; connection tracking, which would see the packet half translated,
/// is told to leave it alone (`notrack`). Its defragmentation comes earlier all the same (priority -400), so datagrams
/// arrive whole.
struct SteerRules {
    let plan: SteerPlan
    let interfaces: [KernelRules.Queue]
    let translations: [StaticTranslation]
    let spoof: SpoofRules
    let terminator: TerminatorRules?
    let media: MediaRules?

    /// Clients that asked for a file: what comes from or goes to such a port belongs to a transfer. Whoever asks most
    /// can fill a set; further requests still reach the engine, but the kernel will not know their transfers.
    private static let setLimits = "size 65535; flags dynamic,timeout; timeout 2m;"

    func write(_ text: inout NftText) {
        guard hasEngine || !spoof.isEmpty || media != nil else { return }
        terminator?.writeCounters(&text)
        media?.writeCounters(&text)
        spoof.writeChain(&text)
        if plan.steersTFTP { writeSets(&text) }
        if plan.steersCalls { writeSignalledSets(&text) }
        text.block("chain steer") { text in
            text.line("type filter hook prerouting priority raw - 10; policy accept;")
            for devices in entrances { text.line("iifname \(devices) jump arriving") }
        }
        text.block("chain arriving") { text in
            media?.writeArriving(&text)
            spoof.writeCheck(&text)
            terminator?.writeArriving(&text)
            for (index, lines) in plan.classes.enumerated() {
                if Self.needsChain(lines) {
                    text.line("jump class_\(index + 1)")
                } else {
                    writeClass(&text, lines)
                }
            }
            if plan.steersTFTP { writeTransfers(&text) }
            if plan.steersCalls { writeSignalled(&text) }
            writeErrors(&text)
        }
        for (index, lines) in plan.classes.enumerated() where Self.needsChain(lines) {
            text.block("chain class_\(index + 1)") { writeClass(&$0, lines) }
        }
        if plan.steersTFTP { writeRequests(&text) }
        media?.writeChain(&text)
        terminator?.writeChains(&text)
        if hasEngine { writeMarks(&text) }
        if hasEngine || media != nil { writeSent(&text) }
    }

    private var hasEngine: Bool { !plan.classes.isEmpty || terminator != nil }

    /// Every packet of the box passes here. Comparing with a few names, one by one, is quicker than a look into a set.
    private var entrances: [String] {
        let devices = interfaces.map(\.device)
        return devices.count <= 4 ? devices.map { Nft.devices([$0]) } : [Nft.devices(devices)]
    }

    /// Only a line that leaves packets to the next class needs something to return from.
    private static func needsChain(_ lines: [SteerPlan.Line]) -> Bool { lines.contains(where: \.isExcluded) }

    private func writeClass(_ text: inout NftText, _ lines: [SteerPlan.Line]) {
        for line in lines { text.line(line.expression + target(line)) }
    }

    private func target(_ line: SteerPlan.Line) -> String {
        if line.isExcluded { return "return" }
        if let target = terminator?.target(line) { return target }
        return line.engine == .tftp ? "goto tftp_request" : "goto to_engine"
    }

    /// Packets that the box sends itself belong to conversations that connection tracking does not follow.
    private func writeSent(_ text: inout NftText) {
        text.block("chain injected") { text in
            text.line("type filter hook output priority raw; policy accept;")
            let mark = "\(QueueMark.text(QueueMark.kindMask)) == \(QueueMark.text(QueueMark.injected))"
            if hasEngine { text.line("meta mark & \(mark) notrack") }
            terminator?.writeSent(&text)
            media?.writeSent(&text)
        }
    }

    private func writeMarks(_ text: inout NftText) {
        text.block("chain to_engine") { text in
            let others = QueueMark.text(~QueueMark.mask)
            for (index, interface) in interfaces.enumerated() {
                let value = QueueMark.text(QueueMark.value(interface: index))
                let mark = "meta mark set meta mark & \(others) | \(value)"
                text.line("iifname \"\(interface.device)\" \(mark) notrack accept")
            }
        }
    }

    // MARK: TFTP

    private func writeSets(_ text: inout NftText) {
        text.line("set tftp_clients4 { typeof ip saddr . udp sport; \(Self.setLimits) }")
        text.line("set tftp_clients6 { typeof ip6 saddr . udp sport; \(Self.setLimits) }")
        // The same again as plain bytes: the packet inside an ICMP error has no names in nft. Only requests without
        // IP options or extension headers are noted, and they are not renewed as a transfer goes on.
        text.line("set tftp_errors4 { typeof @nh,96,32 . @nh,160,16; \(Self.setLimits) }")
        text.line("set tftp_errors6 { typeof @nh,64,128 . @nh,320,16; \(Self.setLimits) }")
    }

    /// A full set ends the rule that adds to it, not the chain: the request goes to the engine in any case.
    private func writeRequests(_ text: inout NftText) {
        text.block("chain tftp_request") { text in
            text.line("meta nfproto ipv4 update @tftp_clients4 { ip saddr . udp sport }")
            text.line("meta nfproto ipv6 update @tftp_clients6 { ip6 saddr . udp sport }")
            text.line("@nh,0,8 0x45 update @tftp_errors4 { @nh,96,32 . @nh,160,16 }")
            text.line("meta nfproto ipv6 @nh,48,8 17 update @tftp_errors6 { @nh,64,128 . @nh,320,16 }")
            for translation in translations where !translation.isIdentity && translation.service == nil {
                writeMappedClient(&text, translation)
            }
            text.line("goto to_engine")
        }
    }

    /// A client with a static translation is answered at its mapped address: the real one, exclusive-or what tells
    /// the two networks apart.
    private func writeMappedClient(_ text: inout NftText, _ translation: StaticTranslation) {
        let real = translation.real.address
        let mapped = translation.mapped.address
        let difference = IPAddress(
            high: real.high ^ mapped.high,
            low: real.isV4 ? 0xffff_0000_0000 | (real.low ^ mapped.low) : real.low ^ mapped.low)
        let family = real.nftFamily
        let source = "\(family) saddr \(Nft.addresses(AddressRange(translation.real)))"
        let version = real.isV4 ? "4" : "6"
        text.line("\(source) update @tftp_clients\(version) { \(family) saddr ^ \(difference) . udp sport }")
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

    private func writeTransfers(_ text: inout NftText) {
        for (family, version, name) in [("ip", "4", "ipv4"), ("ip6", "6", "ipv6")] {
            for (address, port) in [("saddr", "sport"), ("daddr", "dport")] {
                let key = "\(family) \(address) . udp \(port)"
                let set = "@tftp_clients\(version)"
                text.line("meta nfproto \(name) meta l4proto udp \(key) \(set) update \(set) { \(key) } goto to_engine")
            }
        }
    }

    // MARK: Calls

    /// What signalling has opened pinholes for: see ``SteeredSets``. Two ends for each of the engine's pinholes.
    private func writeSignalledSets(_ text: inout NftText) {
        for (isV4, address) in [(true, "ipv4_addr"), (false, "ipv6_addr")] {
            text.line(
                "set \(SteeredSets.name(isV4: isV4)) { type \(address) . inet_proto . inet_service; size 131072; }")
        }
    }

    private func writeSignalled(_ text: inout NftText) {
        for (isV4, family) in [(true, "ip"), (false, "ip6")] {
            for (address, port) in [("daddr", "dport"), ("saddr", "sport")] {
                let end = "\(family) \(address) . meta l4proto . th \(port) @\(SteeredSets.name(isV4: isV4))"
                text.line("meta nfproto \(isV4 ? "ipv4" : "ipv6") meta l4proto { tcp, udp } \(end) goto to_engine")
            }
        }
    }

    // MARK: ICMP errors

    private static let errorTypes = [
        // Destination unreachable, source quench, redirect, time exceeded, parameter problem (RFC 792).
        4: "icmp type { 3, 4, 5, 11, 12 } @th,64,8 0x45",
        // Destination unreachable, packet too big, time exceeded, parameter problem (RFC 4443).
        6: "icmpv6 type { 1, 2, 3, 4 }",
    ]

    /// An ICMP error goes where the packet goes that it is about; its first bytes stand behind the ICMP header, at
    /// fixed places as long as that packet has no IP options or extension headers.
    private func writeErrors(_ text: inout NftText) {
        for (version, transportAt, addresses, portsAt) in [
            (4, 136, ["@th,160,32", "@th,192,32"], 224), (6, 112, ["@th,128,128", "@th,256,128"], 384),
        ] {
            let error = Self.errorTypes[version] ?? ""
            if plan.steersTFTP {
                for (index, address) in addresses.enumerated() {
                    let key = "\(address) . @th,\(portsAt + index * 16),16"
                    text.line("\(error) @th,\(transportAt),8 17 \(key) @tftp_errors\(version) goto to_engine")
                }
            }
            for fixed in plan.ports {
                for index in addresses.indices {
                    let transport = "@th,\(transportAt),8 \(fixed.transport.rawValue)"
                    let port = "@th,\(portsAt + index * 16),16 \(Nft.ports(fixed.ports))"
                    text.line("\(error) \(transport) \(port) goto to_engine")
                }
            }
        }
    }
}
