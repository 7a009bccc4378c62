import ConfigLanguage
import Wire

/// What phones may connect to by TLS (`app-redirect`), with interfaces in place of their names.
struct SecureServices {
    let services: [SignallingService]
    /// The server's side is secure, too: a cluster in mixed mode.
    let isMixed: Bool

    init(_ configuration: Configuration) {
        let isMixed = configuration.phoneProxyInForce?.clusterMode == .mixed
        self.isMixed = isMixed
        services = configuration.secureServices.compactMap { service in
            guard let interface = configuration.index(of: service.interface),
                let serverInterface = configuration.index(of: service.serverInterface)
            else { return nil }
            let named = service.inspectionMap.flatMap { configuration.sipInspectionMaps[$0] }
            let skinny = service.inspectionMap.flatMap { configuration.skinnyInspectionMaps[$0] }
            return SignallingService(
                signalling: service.signalling, interface: interface, mapped: service.mapped, clear: service.clear,
                secure: service.secure, isServerSecure: isMixed, serverInterface: serverInterface,
                policy: named ?? SIPInspectionMap(name: service.inspectionMap ?? ""),
                skinnyPolicy: skinny ?? SkinnyInspectionMap(name: service.inspectionMap ?? ""),
                classMap: service.classMap)
        }
    }

    /// The service that a phone on `interface` asks for at `destination`.
    func find(_ destination: Endpoint, on interface: InterfaceIndex) -> SignallingService? {
        services.first { $0.mapped == destination && $0.interface == interface }
    }
}
