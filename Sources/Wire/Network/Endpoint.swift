/// An address and a port.
public struct Endpoint: Hashable, Sendable {
    public let address: IPAddress
    public let port: UInt16

    @inlinable
    public init(_ address: IPAddress, _ port: UInt16) {
        self.address = address
        self.port = port
    }
}

extension Endpoint: CustomStringConvertible {
    /// `a.b.c.d:port` or `[v6]:port`.
    public var description: String { address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
