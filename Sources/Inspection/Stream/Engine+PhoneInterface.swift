import ConfigLanguage
import Wire

extension Engine {
    /// The side that a phone came in by which has reached `destination`. Where phones of several sides know a secure service
    /// by the same address, and for a server that is spoken to in the clear, the route back to the phone decides; `nil`:
    /// there is none.
    public func phoneInterface(of destination: Endpoint, for phone: IPAddress) -> InterfaceIndex? {
        let sides = services.services.filter { $0.mapped == destination }.map(\.interface)
        if sides.isEmpty { return routes.interface(to: phone) }
        guard sides.count > 1 else { return sides.first }
        return routes.interface(to: phone).flatMap { sides.contains($0) ? $0 : nil } ?? sides.first
    }

    /// The port at which the secure service at `destination` is spoken to in the clear, and what is spoken there; `nil`: there is no
    /// such service.
    public func clearService(
        of destination: Endpoint, on interface: InterfaceIndex
    ) -> (port: UInt16, signalling: InspectionProtocol)? {
        services.find(destination, on: interface).map { ($0.clear.port, $0.signalling) }
    }
}
