import Wire

/// What a recording leaves open and a driver on live traffic knows: which interface a packet came in on.
extension Engine {
    /// The interface behind which `address` lies; number 0 without a configuration.
    public func side(of address: IPAddress) -> InterfaceIndex {
        routes.interface(to: address) ?? InterfaceIndex(0)
    }

    /// Whether a packet from `source`, recorded on `interface`, was on its way out there: the box had sent it itself,
    /// so its way in is another packet of the recording, or lies outside of it.
    public func isOutgoing(from source: IPAddress, on interface: InterfaceIndex) -> Bool {
        guard !configuration.interfaces.isEmpty else { return false }
        return side(of: source) != interface || routes.isOwn(source)
            || translations.isMapped(source, seenFrom: interface)
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
