import Wire

extension Engine {
    /// The side that a phone came in by which has reached the secure service at `destination`. Where phones of several sides
    /// know the service by the same address, the route back to the phone decides; `nil`: there is no such service.
    public func phoneInterface(of destination: Endpoint, for phone: IPAddress) -> InterfaceIndex? {
        let sides = services.services.filter { $0.mapped == destination }.map(\.interface)
        guard sides.count > 1 else { return sides.first }
        return routes.interface(to: phone).flatMap { sides.contains($0) ? $0 : nil } ?? sides.first
    }

    /// The port at which the SIP service at `destination` is spoken to in the clear; `nil`: there is no such service.
    public func clearSIPPort(of destination: Endpoint, on interface: InterfaceIndex) -> UInt16? {
        services.find(destination, on: interface).map { services.services[$0] }
            .flatMap { $0.signalling == .sip ? $0.clear.port : nil }
    }
}
