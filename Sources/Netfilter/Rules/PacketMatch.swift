import ConfigLanguage
import Wire

/// What an access entry asks of a packet, as an nft expression.
struct PacketMatch {
    /// Which addresses and ports of a translated connection are looked at.
    enum View {
        /// As they stand in the packet at the hook: translated.
        case packet
        /// The destination as the connection's first packet came with it: before translation.
        case originalDestination
    }

    var transport: IPProtocol?
    var source = AddressMatch.any
    var sourcePorts = PortMatch.any
    var destination = AddressMatch.any
    var destinationPorts = PortMatch.any
    var icmpType: UInt8?

    init(transport: IPProtocol?, destinationPorts: PortMatch) {
        self.transport = transport
        self.destinationPorts = destinationPorts
    }

    init(_ entry: AccessEntry) {
        transport = entry.transport
        source = entry.source
        sourcePorts = entry.sourcePorts
        destination = entry.destination
        destinationPorts = entry.destinationPorts
        icmpType = entry.icmpType
    }

    /// The same match on packets that go the other way.
    var reversed: PacketMatch {
        var reversed = self
        (reversed.source, reversed.destination) = (destination, source)
        (reversed.sourcePorts, reversed.destinationPorts) = (destinationPorts, sourcePorts)
        return reversed
    }

    /// The expression, with a space at its end unless it is empty; `nil` when no packet can match.
    func expression(_ view: View = .packet) -> String? {
        guard let family else { return nil }
        var parts: [String] = []
        if !hasAddresses, let keyword = family.keyword { parts.append("meta nfproto \(keyword)") }
        if case .range(let range) = source { parts.append("\(range.first.nftFamily) saddr \(Nft.addresses(range))") }
        if case .range(let range) = destination {
            if view == .originalDestination, !isTied(source) {
                // The connection's tuple is read by family, which only an address in the packet would imply.
                parts.append("meta nfproto \(range.first.nftProtocolFamily)")
            }
            let field =
                view == .packet ? "\(range.first.nftFamily) daddr" : "ct original \(range.first.nftFamily) daddr"
            parts.append("\(field) \(Nft.addresses(range))")
        }
        parts += transportParts(view)
        return parts.isEmpty ? "" : parts.joined(separator: " ") + " "
    }

    private func transportParts(_ view: View) -> [String] {
        guard let transport else { return [] }
        var parts = ["meta l4proto \(transport.nftName)"]
        if !sourcePorts.isAny { parts.append("th sport \(Nft.ports(sourcePorts))") }
        if !destinationPorts.isAny {
            let field = view == .packet ? "th dport" : "ct original proto-dst"
            parts.append("\(field) \(Nft.ports(destinationPorts))")
        }
        if let icmpType { parts.append("\(transport == .icmpV6 ? "icmpv6" : "icmp") type \(icmpType)") }
        return parts
    }

    private var hasAddresses: Bool { isTied(source) || isTied(destination) }

    private func isTied(_ match: AddressMatch) -> Bool {
        if case .range = match { true } else { false }
    }

    private enum Family {
        case both, v4, v6

        var keyword: String? {
            switch self {
            case .both: nil
            case .v4: "ipv4"
            case .v6: "ipv6"
            }
        }
    }

    /// `nil` when source and destination are of different families.
    private var family: Family? {
        switch (Self.family(of: source), Self.family(of: destination)) {
        case (.both, let other), (let other, .both): other
        case (.v4, .v4): .v4
        case (.v6, .v6): .v6
        default: nil
        }
    }

    private static func family(of match: AddressMatch) -> Family {
        switch match {
        case .any: .both
        case .anyV4: .v4
        case .anyV6: .v6
        case .range(let range): range.first.isV4 ? .v4 : .v6
        }
    }
}

extension IPProtocol {
    /// The name or number that `meta l4proto` takes.
    var nftName: String {
        switch self {
        case .icmpV6: "icmpv6"
        default: description
        }
    }
}
