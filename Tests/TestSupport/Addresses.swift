import Wire

/// A test named an address that is none.
public struct NotAnAddress: Error, CustomStringConvertible {
    public let text: String
    public var description: String { "not an address: \(text)" }
}

/// `a.b.c.d` or an IPv6 address.
public func address(_ text: String) throws -> IPAddress {
    guard let address = IPAddress(text) else { throw NotAnAddress(text: text) }
    return address
}

/// `a.b.c.d:port` or `[v6]:port`.
public func endpoint(_ text: String) throws -> Endpoint {
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
        throw NotAnAddress(text: text)
    }
    let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
    return Endpoint(try address(host), port)
}

extension IPAddress {
    /// The address as it stands in a header: 4 or 16 bytes.
    public var headerBytes: [UInt8] {
        isV4 ? bigEndian(v4) : bigEndian(high) + bigEndian(low)
    }
}

/// `value` in network byte order.
public func bigEndian<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
    stride(from: Value.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> Value($0)) }
}
