import Wire

/// A phone in the secure-phone database, as `show phone-proxy secure-phones` tells it.
public struct SecurePhone: Hashable, Sendable {
    public let device: DeviceName
    /// Where its requests come in.
    public let interface: InterfaceIndex
    /// As seen there: behind a home router many phones have one.
    public internal(set) var address: IPAddress
    /// Of its signalling connection; 0 until it has registered.
    public internal(set) var port: UInt16 = 0
    /// A TLS handshake has proved that this device is at this address. Until then the entry gives no rights.
    public internal(set) var isVerified = false
    /// The last CTL request, which proves nothing.
    public internal(set) var requested: Timestamp?
    /// The last proof: a handshake, or signalling over the connection that it secured.
    public internal(set) var proved: Timestamp?

    /// The last sign of life.
    public var lastSeen: Timestamp { max(requested ?? proved ?? .zero, proved ?? requested ?? .zero) }

    /// Whole seconds since the last sign of life.
    public func idle(at now: Timestamp) -> Int { max(0, Int(now.seconds(since: lastSeen))) }
}
