import ConfigLanguage
import Wire

/// The rules that hand phones' connections to the terminator: those by TLS to secure ports, and those in the clear that are
/// inspected as streams.
///
/// A SYN to a secure port goes to the engine like what is inspected. One that comes back from there unchanged is
/// redirected to the terminator's listener (tproxy), which then owns the connection: its later packets, and those of the
/// terminator's own connections to call servers, made from the phones' addresses, are known by their sockets and delivered
/// without another look. No access list is asked. Without a listener the ports are closed.
///
/// In the clear it is the engine that chooses: its mark on a SYN says that the connection is the terminator's. Any other goes
/// through the engine packet by packet.
struct TerminatorRules {
    /// For TLS, and in the clear; 0: nobody listens.
    private let listener: UInt16
    private let clearListener: UInt16
    /// What may be a stream's in the clear, in both directions.
    private var clearLines: [SteerPlan.Line] = []
    /// Where phones connect, by the device that they come in on.
    private var services = EndpointSets()
    /// Where call servers answer from, by the device that they come in on.
    private var servers = EndpointSets()

    /// `nil`: there is nothing to redirect, or nobody to redirect it to.
    init?(_ configuration: Configuration, _ options: KernelRules.Options, _ plan: SteerPlan) {
        listener = options.terminatorPort ?? 0
        clearListener = options.clearTerminatorPort ?? 0
        if clearListener != 0 { clearLines = plan.classes.joined().filter { $0.engine == .skinny && !$0.isExcluded } }
        for service in configuration.secureServices
        where listener != 0 && options.terminated.contains(service.signalling) {
            guard let phones = configuration.interface(named: service.interface),
                let server = configuration.interface(named: service.serverInterface)
            else { continue }
            services.insert(service.mapped, on: phones.device)
            servers.insert(service.clear, on: server.device)
            servers.insert(service.secure, on: server.device)
        }
        if services.isEmpty, clearLines.isEmpty { return nil }
    }

    var hasIPv6: Bool { services.places.contains { !$0.isV4 } }

    private static let setMark =
        "meta mark set meta mark & \(QueueMark.text(~QueueMark.kindMask)) | \(QueueMark.text(QueueMark.terminated))"
    private static let isOfKind = "meta mark & \(QueueMark.text(QueueMark.kindMask)) =="

    func writeCounters(_ text: inout NftText) {
        text.line("counter \(RuleCounter.redirected) { }")
        if !services.isEmpty { text.line("counter \(RuleCounter.notSYN) { }") }
    }

    /// For each packet that comes in, before connection tracking.
    func writeArriving(_ text: inout NftText) {
        for place in services.places {
            text.line("iifname \"\(place.device)\" \(services.match(.destination, at: place)) goto secure_arriving")
        }
        for place in servers.places {
            let match = servers.match(.source, at: place)
            text.line("iifname \"\(place.device)\" \(match) socket transparent 1 goto to_terminator")
        }
    }

    /// Where a line of the plan sends what may be a stream's.
    func target(_ line: SteerPlan.Line) -> String? {
        !clearLines.isEmpty && line.engine == .skinny ? "goto clear_arriving" : nil
    }

    func writeChains(_ text: inout NftText) {
        if !services.isEmpty { writeSecureChains(&text) }
        if !clearLines.isEmpty { writeClearChains(&text) }
        text.block("chain to_terminator") { $0.line("\(Self.setMark) notrack accept") }
        text.block("chain app_redirect") { text in
            text.line("type filter hook prerouting priority mangle; policy accept;")
            for place in services.places {
                let match = "iifname \"\(place.device)\" \(services.match(.destination, at: place))"
                text.line("\(Self.isOfKind) \(QueueMark.text(QueueMark.kind)) \(match) goto to_listener")
            }
            if !clearLines.isEmpty {
                text.line("\(Self.isOfKind) \(QueueMark.text(QueueMark.redirected)) goto to_clear_listener")
            }
        }
    }

    private func writeClearChains(_ text: inout NftText) {
        writeArriving(&text, "clear_arriving", otherwise: "goto to_engine")
        writeListener(&text, "to_clear_listener", clearListener, withIPv6: false)
    }

    private func writeSecureChains(_ text: inout NftText) {
        writeArriving(&text, "secure_arriving", otherwise: "counter name \"\(RuleCounter.notSYN)\" drop")
        writeListener(&text, "to_listener", listener, withIPv6: hasIPv6)
    }

    private func writeArriving(_ text: inout NftText, _ chain: String, otherwise: String) {
        text.block("chain \(chain)") { text in
            // Before sockets are asked: what is left of a connection with the same ports does not stand in the way.
            text.line("tcp flags & (fin | syn | rst | ack) == syn goto to_engine")
            text.line("socket transparent 1 goto to_terminator")
            text.line(otherwise)
        }
    }

    private func writeListener(_ text: inout NftText, _ chain: String, _ port: UInt16, withIPv6: Bool) {
        text.block("chain \(chain)") { text in
            let count = "counter name \"\(RuleCounter.redirected)\""
            // Where nobody listens the rule does not match.
            let families = [("ipv4", "ip to 127.0.0.1")] + (withIPv6 ? [("ipv6", "ip6 to [::1]")] : [])
            for (family, redirect) in families {
                let action = "tproxy \(redirect):\(port) \(Self.setMark) \(count) accept"
                text.line("meta nfproto \(family) meta l4proto tcp \(action)")
            }
            text.line("counter name \"acl-drop\" drop")
        }
    }

    /// What the terminator's sockets send: connection tracking sees none of the answers.
    func writeSent(_ text: inout NftText) {
        for isV4 in [true, false] {
            if let match = services.match(.source, isV4: isV4) { text.line("\(match) notrack") }
            if let match = servers.match(.destination, isV4: isV4) { text.line("\(match) notrack") }
        }
        for line in clearLines { text.line(line.expression + "notrack") }
    }

    /// What comes to a mapped address for the terminator's sockets: segments, and word of a smaller MTU (RFC 1191).
    static func writeDelivered(_ text: inout NftText) {
        text.line("\(isOfKind) \(QueueMark.text(QueueMark.terminated)) accept")
        text.line("icmp type destination-unreachable icmp code frag-needed accept")
    }
}
