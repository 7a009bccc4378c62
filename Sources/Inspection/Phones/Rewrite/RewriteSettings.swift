import ConfigLanguage
import Wire

/// How the files of the phones behind one interface are rewritten.
public struct RewriteSettings: Sendable {
    /// `name ADDRESS NAME`.
    let names: [String: IPAddress]
    /// `cipc security-mode authenticated`.
    let authenticatesCIPC: Bool
    /// `disable service-settings`.
    let disablesServiceSettings: Bool
    /// `proxy-server`, as these phones see it.
    let proxyServer: Endpoint?

    private let translations: TranslationTable
    private let interface: InterfaceIndex

    /// - Parameter interface: the `nameif` of the side where the phones are.
    public init(_ configuration: Configuration, seenFrom interface: String) {
        names = configuration.names
        translations = TranslationTable(configuration)
        let place = configuration.index(of: interface) ?? .nowhere
        self.interface = place
        let phoneProxy = configuration.phoneProxy
        authenticatesCIPC = phoneProxy?.authenticatesCIPC ?? false
        disablesServiceSettings = phoneProxy?.disablesServiceSettings ?? true
        let translations = translations
        proxyServer = phoneProxy?.proxyServer.map { server in
            let real = Endpoint(server.address, server.port)
            return translations.seen(real, .tcp, from: place) ?? real
        }
    }

    /// How the phones reach `port` of the server at `address`, and what stands in their files for that port; `nil` when
    /// nothing translates it.
    ///
    /// A secure phone connects to ``ServerReference/Port/offset`` above the port in its file, so that is what has to be
    /// translated. Where only the port itself is, that has to do.
    func seen(_ address: IPAddress, _ port: ServerReference.Port, _ transport: IPProtocol) -> Endpoint? {
        let (used, overflow) = port.value.addingReportingOverflow(port.offset)
        if !overflow, let seen = translations.seen(Endpoint(address, used), transport, from: interface),
            seen.port > port.offset
        {
            return Endpoint(seen.address, seen.port - port.offset)
        }
        return translations.seen(Endpoint(address, port.value), transport, from: interface)
    }
}

extension Configuration {
    /// Where phones are when nobody says: behind the least trusted interface other than the TFTP server's.
    public var phoneInterface: Interface? {
        let own = Set(phoneProxy?.tftpServers.map(\.interface) ?? [])
        return interfaces.filter { !own.contains($0.name) }.min { $0.securityLevel < $1.securityLevel }
    }
}
