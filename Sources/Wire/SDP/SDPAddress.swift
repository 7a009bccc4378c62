/// `IN IP4 address` as in `o=`, `c=` and `a=rtcp`.
public struct SDPAddress: Hashable, Sendable {
    /// `IP4` or `IP6`.
    public let addressType: Range<Int>
    public let isIPv6: Bool
    /// The address or name, without what may follow it behind a slash.
    public let range: Range<Int>
    /// `nil` for a name.
    public let address: IPAddress?
    /// Time to live and number of addresses of a multicast group.
    public let multicast: Range<Int>?

    /// The address that `range` is; `nil` when it is none of the Internet.
    static func read(_ text: Span<UInt8>, in range: Range<Int>) -> SDPAddress? {
        var fields = SDPFields(range)
        guard let network = fields.next(text), text.equals(network, ignoringCase: "in"), let type = fields.next(text),
            let place = fields.next(text), fields.next(text) == nil
        else { return nil }
        let isIPv6 = text.equals(type, ignoringCase: "ip6")
        guard isIPv6 || text.equals(type, ignoringCase: "ip4") else { return nil }
        let slash = text.first(SIPSyntax.slash, in: place)
        let name = place.lowerBound..<(slash ?? place.upperBound)
        guard !name.isEmpty else { return nil }
        return SDPAddress(
            addressType: type, isIPv6: isIPv6, range: name, address: IPAddress(text, name),
            multicast: slash.map { $0 + 1..<place.upperBound })
    }
}

/// The fields of a value, between blanks.
struct SDPFields {
    private(set) var position: Int
    let end: Int

    init(_ range: Range<Int>) {
        position = range.lowerBound
        end = range.upperBound
    }

    mutating func next(_ text: Span<UInt8>) -> Range<Int>? {
        position = SIPSyntax.skipBlanks(text, position, end)
        let start = position
        while position < end, !SIPSyntax.isBlank(text[position]) { position += 1 }
        return start < position ? start..<position : nil
    }

    /// All that is left, without blanks at its ends.
    func rest(_ text: Span<UInt8>) -> Range<Int> { text.trimmed(position..<end) }
}
