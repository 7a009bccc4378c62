import Wire

/// What a recording leaves open and a driver on live traffic knows: which interface a packet came in on. It follows from the
/// configuration alone.
public struct RecordedSides: Sendable {
    private let routes: RouteTable
    private let translations: TranslationTable
    /// Nothing is told apart without interfaces.
    private let hasInterfaces: Bool

    init(_ engine: borrowing Engine) {
        routes = engine.routes
        translations = engine.translations
        hasInterfaces = !engine.configuration.interfaces.isEmpty
    }

    /// Where a packet, recorded on `interface` or by its source, came in; `nil` when it was seen on its way out: the box had
    /// sent it itself, so its way in is another packet of the recording, or lies outside of it.
    public func ingress(of packet: Span<UInt8>, on interface: InterfaceIndex?) -> InterfaceIndex? {
        guard hasInterfaces else { return InterfaceIndex(0) }
        guard let ip = try? IPHeader.decode(packet, allowTruncation: true) else {
            return interface ?? InterfaceIndex(0)
        }
        let side = routes.interface(to: ip.source) ?? InterfaceIndex(0)
        let seen = interface ?? side
        let isOutgoing = side != seen || routes.isOwn(ip.source) || translations.isMapped(ip.source, seenFrom: seen)
        return isOutgoing ? nil : seen
    }
}

extension TranslationTable {
    /// Whether `address` is one that a host elsewhere is seen under from `interface`.
    func isMapped(_ address: IPAddress, seenFrom interface: InterfaceIndex) -> Bool {
        rules.contains { rule in
            (rule.mappedInterface ?? interface) == interface && rule.mapped.contains(address)
                && rule.mapped != rule.real
        }
    }
}
