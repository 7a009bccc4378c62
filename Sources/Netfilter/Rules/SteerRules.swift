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

    func write(_ text: inout NftText) {
        guard hasEngine || !spoof.isEmpty || media != nil else { return }
        terminator?.writeCounters(&text)
        media?.writeCounters(&text)
        spoof.writeChain(&text)
        transfers?.writeSets(&text)
        if plan.steersCalls { writeSignalledSets(&text) }
        text.block("chain steer") { text in
            text.line("type filter hook prerouting priority raw - 10; policy accept;")
            writeEntrances(&text)
        }
        for index in interfaces.indices {
            text.block("chain \(Self.entrance(index))") { text in
                media?.writeArriving(&text)
                transfers?.writeKnownClients(&text, interface: index)
                text.line("goto arriving")
            }
        }
        text.block("chain arriving") { text in
            spoof.writeCheck(&text)
            terminator?.writeArriving(&text)
            for (index, lines) in plan.classes.enumerated() {
                if Self.needsChain(lines) {
                    text.line("jump class_\(index + 1)")
                } else {
                    writeClass(&text, lines)
                }
            }
            transfers?.writeArriving(&text)
            if plan.steersCalls { writeSignalled(&text) }
            writeErrors(&text)
        }
        for (index, lines) in plan.classes.enumerated() where Self.needsChain(lines) {
            text.block("chain class_\(index + 1)") { writeClass(&$0, lines) }
        }
        transfers?.writeChains(&text)
        media?.writeChain(&text)
        terminator?.writeChains(&text)
        if hasEngine { writeMarks(&text) }
        if hasEngine || media != nil { writeSent(&text) }
    }

    private var transfers: TransferRules? {
        guard plan.steersTFTP else { return nil }
        return TransferRules(requests: plan.requests, translations: translations, devices: interfaces.map(\.device))
    }

    private var hasEngine: Bool { !plan.classes.isEmpty || terminator != nil }

    /// Every packet of the box passes here. Comparing with a few names, one by one, is quicker than a look into a map.
    private func writeEntrances(_ text: inout NftText) {
        let entrances = interfaces.enumerated().map { ("\"\($1.device)\"", "goto \(Self.entrance($0))") }
        if entrances.count <= 4 {
            for (device, entrance) in entrances { text.line("iifname \(device) \(entrance)") }
        } else {
            text.line("iifname vmap { \(entrances.map { "\($0) : \($1)" }.joined(separator: ", ")) }")
        }
    }

    /// The chain for what comes in by an interface.
    private static func entrance(_ index: Int) -> String { "from_\(index + 1)" }

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
            for (index, interface) in interfaces.enumerated() {
                text.line("iifname \"\(interface.device)\" \(QueueMark.steer(interface: index))")
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
