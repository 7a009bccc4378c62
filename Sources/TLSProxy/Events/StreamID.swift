/// One phone's connection together with the connection to the call server that belongs to it. Never used twice.
public struct StreamID: Hashable, Sendable, CustomStringConvertible {
    /// The terminator's thread in the low byte, a counter above it.
    public let rawValue: UInt64

    /// Of a number that stood for a stream elsewhere.
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    init(loop: Int, number: UInt64) { rawValue = number << 8 | UInt64(loop & 0xff) }

    var loop: Int { Int(rawValue & 0xff) }

    /// In hexadecimal, as `show tls-proxy session` prints what stands for a session.
    public var description: String { "0x\(String(rawValue, radix: 16))" }
}

/// Which of the two connections of a stream.
public enum StreamSide: Hashable, Sendable {
    /// The phone is the client, and we are the server.
    case phone
    /// The call server is the server, and we are the client.
    case server

    var other: StreamSide { self == .phone ? .server : .phone }
}
