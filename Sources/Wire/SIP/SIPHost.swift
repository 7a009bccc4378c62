/// A host in a URI or a Via: a name, an IPv4 address or an IPv6 reference (RFC 3261 section 25.1, RFC 5118).
public struct SIPHost: Hashable, Sendable {
    public enum Form: Hashable, Sendable {
        case name
        case ipv4
        /// In brackets, or without them where a parameter may leave them out.
        case ipv6
    }

    /// With the brackets of an IPv6 reference.
    public let range: Range<Int>
    public let form: Form
    /// `nil` for a name. A mapped IPv4 address in brackets is the IPv4 address it maps, with the form ``Form/ipv6``.
    public let address: IPAddress?

    /// An address as a URI or a Via has it, IPv6 in brackets.
    public static func text(of address: IPAddress) -> String {
        address.isV4 ? address.description : "[\(address)]"
    }

    /// The host at the start of `range`.
    static func read(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName?
    ) throws(SIPError) -> SIPHost {
        let start = range.lowerBound
        guard start < range.upperBound else { throw SIPError(.hostMalformed, header, at: start) }
        if text[start] == UInt8(ascii: "[") { return try readReference(text, in: range, header) }
        var end = start
        while end < range.upperBound, isNameByte(text[end]) { end += 1 }
        guard end > start else { throw SIPError(.hostMalformed, header, at: start) }
        let address = IPAddress(dottedQuad: text, start..<end)
        return SIPHost(range: start..<end, form: address == nil ? .name : .ipv4, address: address)
    }

    private static func readReference(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName?
    ) throws(SIPError) -> SIPHost {
        let start = range.lowerBound
        guard let end = text.first(UInt8(ascii: "]"), in: start..<min(start + longestReference, range.upperBound)),
            let address = IPAddress(v6: text, start + 1..<end)
        else { throw SIPError(.hostMalformed, header, at: start) }
        return SIPHost(range: start..<end + 1, form: .ipv6, address: address)
    }

    /// `[` and the longest form of an address (RFC 4291 section 2.2), 45 characters, and `]`.
    private static let longestReference = 47

    /// The whole of `range`, as a parameter's value: an IPv6 address may come without brackets (RFC 5118 section 4.5).
    static func read(parameter range: Range<Int>, _ text: Span<UInt8>) -> SIPHost? {
        if let address = IPAddress(v6: text, range) { return SIPHost(range: range, form: .ipv6, address: address) }
        guard let host = try? read(text, in: range, nil), host.range == range else { return nil }
        return host
    }

    /// An underscore is no part of a host name, and yet of many.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        SIPSyntax.isAlphanumeric(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }
}
