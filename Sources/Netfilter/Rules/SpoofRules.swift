import ConfigLanguage
import Wire

/// Packets that come in on an interface of ours with a source that is the box itself, or an address that it answers
/// for: nobody else sends from there (%ASA-2-106016, "Deny IP spoof").
///
/// For IPv4 the kernel refuses the box's own addresses by itself, but not where translation is: the engine gives answers
/// their mapped source while they are still on their way in (see ``KernelSettings``). These rules come before that, so
/// no such answer meets them.
struct SpoofRules {
    let configuration: Configuration

    private var translations: [StaticTranslation] { configuration.translations.filter { !$0.isIdentity } }

    var isEmpty: Bool { translations.isEmpty && configuration.mediaTerminationInForce == nil }

    /// For each packet that comes in, but what ``TransferRules/writeKnownClients(_:interface:)`` has taken: of that the request was
    /// looked at.
    func writeCheck(_ text: inout NftText) {
        if isEmpty { return }
        // The addresses that the box has at the time, and the local routes of the mapped ones (see ``MappedAddress``).
        text.line("fib saddr type local jump own_source")
        for prefix in mappedV6 { text.line("ip6 saddr \(Nft.addresses(AddressRange(prefix))) jump own_source") }
    }

    /// Mapped addresses of IPv6, for which there are no routes.
    private var mappedV6: [IPPrefix] {
        var found: [IPPrefix] = []
        for mapped in translations.map(\.mapped) where !mapped.address.isV4 && !found.contains(mapped) {
            // A network that an interface stands in is its neighbours' as well.
            let isShared = configuration.interfaces.contains { $0.address6.map(mapped.contains) ?? false }
            if !isShared { found.append(mapped) }
        }
        return found
    }

    func writeChain(_ text: inout NftText) {
        if isEmpty { return }
        text.line("counter \(RuleCounter.spoofed) { }")
        text.block("chain own_source") { text in
            // What the box sends to a group or to all loops back to it. Connection tracking, whose turn is later for
            // what comes in, knows nothing else by now.
            text.line("ct state != invalid return")
            // Whoever has the same address says so, and duplicate address detection must hear it (RFC 4862 section 5.4).
            text.line("icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } return")
            text.line("counter name \"\(RuleCounter.spoofed)\" drop")
        }
    }
}
