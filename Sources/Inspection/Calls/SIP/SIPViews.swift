import Wire

/// The two sides of a stream, and as what the hosts of one are known on the other.
///
/// The phone knows its call server by the mapped address and by TLS; the server knows the phone by the end of the box's
/// connection to it, which has the phone's address.
struct SIPViews {
    /// The phone's end of its connection, as it is seen on its interface.
    let phone: Endpoint
    let phoneInterface: InterfaceIndex
    /// What the phone connected to.
    let mapped: Endpoint
    /// The box's end of the connection to the server.
    let local: Endpoint
    /// The call server.
    let server: Endpoint
    let serverInterface: InterfaceIndex
    /// What carries that connection: TCP or TLS.
    let serverTransport: SIPTransport
    let translations: TranslationTable
    let routes: RouteTable
    /// `ip-address-privacy`: phones are told no address behind the box to send to.
    let hidesAddresses: Bool

    /// What stands toward the server for an address that the phone knows; `nil`: the same.
    func real(_ address: IPAddress) -> IPAddress? {
        if address == mapped.address { return server.address == address ? nil : server.address }
        let asked = Endpoint(address, Self.clearPort)
        guard let real = translations.untranslate(asked, .udp, from: phoneInterface)?.real.address, real != address
        else { return nil }
        return real
    }

    /// What stands toward the phone for an address that the server knows; `nil`: the same.
    func mapped(_ address: IPAddress) -> IPAddress? {
        if address == server.address { return mapped.address == address ? nil : mapped.address }
        let asked = Endpoint(address, Self.clearPort)
        guard
            let mapped = translations.translate(asked, .udp, from: serverInterface, to: phoneInterface)?.mapped.address,
            mapped != address
        else { return nil }
        return mapped
    }

    /// Whether a phone could send to `address`, which is known to it as it is.
    func isReachable(_ address: IPAddress) -> Bool { routes.interface(to: address) == phoneInterface }

    /// Ports of a URI that names none (RFC 3261 section 19.1.2).
    static let clearPort: UInt16 = 5060
    static let securePort: UInt16 = 5061
}
