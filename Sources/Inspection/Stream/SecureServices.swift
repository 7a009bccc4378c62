import ConfigLanguage
import Wire

/// What phones may connect to by TLS (`app-redirect`), with interfaces in place of their names.
struct SecureServices {
    struct Service {
        var signalling: InspectionProtocol
        /// Where the phones are.
        var interface: InterfaceIndex
        /// What they connect to.
        var mapped: Endpoint
        /// Where the call server really is, in the clear and by TLS.
        var clear: Endpoint
        var secure: Endpoint
        var serverInterface: InterfaceIndex
        /// The inspection map that applies, or its defaults; of the two, that of the protocol counts.
        var policy: SIPInspectionMap
        var skinnyPolicy: SkinnyInspectionMap
        var classMap: String

        /// What the box connects to.
        func server(isSecure: Bool) -> Endpoint { isSecure ? secure : clear }
    }

    let services: [Service]
    /// The server's side is secure, too: a cluster in mixed mode.
    let isMixed: Bool

    init(_ configuration: Configuration) {
        isMixed = configuration.phoneProxyInForce?.clusterMode == .mixed
        services = configuration.secureServices.compactMap { service in
            guard let interface = configuration.index(of: service.interface),
                let serverInterface = configuration.index(of: service.serverInterface)
            else { return nil }
            let named = service.inspectionMap.flatMap { configuration.sipInspectionMaps[$0] }
            let skinny = service.inspectionMap.flatMap { configuration.skinnyInspectionMaps[$0] }
            return Service(
                signalling: service.signalling, interface: interface, mapped: service.mapped, clear: service.clear,
                secure: service.secure, serverInterface: serverInterface,
                policy: named ?? SIPInspectionMap(name: service.inspectionMap ?? ""),
                skinnyPolicy: skinny ?? SkinnyInspectionMap(name: service.inspectionMap ?? ""),
                classMap: service.classMap)
        }
    }

    /// The service that a phone on `interface` asks for at `destination`.
    func find(_ destination: Endpoint, on interface: InterfaceIndex) -> Int? {
        services.firstIndex { $0.mapped == destination && $0.interface == interface }
    }
}
