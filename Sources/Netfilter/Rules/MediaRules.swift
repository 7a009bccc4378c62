import ConfigLanguage
import Wire

/// The rules of the media-termination addresses.
///
/// The kernel has the addresses (see ``MappedAddress``), answers ARP, and pings as `icmp` permits; nothing else is there.
/// Media is read from a packet socket, which has seen it before these rules: here it ends.
struct MediaRules {
    private let termination: MediaTerminationDefinition
    private let configuration: Configuration

    /// `nil`: no media is terminated.
    init?(_ configuration: Configuration) {
        guard let termination = configuration.mediaTerminationInForce, !termination.addresses.isEmpty else {
            return nil
        }
        self.termination = termination
        self.configuration = configuration
    }

    private func addresses(isV4: Bool) -> String? {
        let found = termination.addresses.map(\.address).filter { $0.isV4 == isV4 }.map(\.description)
        if found.isEmpty { return nil }
        return found.count == 1 ? found[0] : "{ \(found.joined(separator: ", ")) }"
    }

    private static let families = [(isV4: true, keyword: "ip"), (isV4: false, keyword: "ip6")]

    func writeCounters(_ text: inout NftText) { text.line("counter \(RuleCounter.media) { }") }

    /// First of all that comes in: there is more of it than of anything else.
    func writeArriving(_ text: inout NftText) {
        for family in Self.families {
            guard let match = addresses(isV4: family.isV4) else { continue }
            text.line("\(family.keyword) daddr \(match) jump media_address")
        }
    }

    func writeChain(_ text: inout NftText) {
        let ports = "udp dport \(termination.ports.lowerBound)-\(termination.ports.upperBound)"
        text.block("chain media_address") { text in
            for address in termination.addresses {
                let device = address.interface.map { configuration.interface(named: $0)?.device ?? $0 }
                let place = device.map { "iifname \"\($0)\" " } ?? ""
                let match = "\(address.address.nftFamily) daddr \(address.address)"
                text.line("\(place)\(match) \(ports) counter name \"\(RuleCounter.media)\" drop")
            }
            text.line("icmp type echo-request return")
            // Neighbours ask for the address itself to see whether it is still there (RFC 4861 section 7.3).
            text.line("icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } return")
            text.line("counter name \"acl-drop\" drop")
        }
    }

    /// Media that goes out through the kernel, if it does.
    func writeSent(_ text: inout NftText) {
        for family in Self.families {
            guard let match = addresses(isV4: family.isV4) else { continue }
            text.line("\(family.keyword) saddr \(match) meta l4proto udp notrack")
        }
    }
}
