/// What carries a message, as a Via or a `transport` parameter says (RFC 3261, RFC 4168, RFC 7118).
public enum SIPTransport: String, CaseIterable, Sendable {
    case udp, tcp, tls, sctp
    case tlsSCTP = "tls-sctp"
    case ws, wss
    case other = ""

    private static let names = allCases.filter { $0 != .other }

    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        self = Self.names.first { text.equals(range, ignoringCase: $0.rawValue) } ?? .other
    }

    /// As in a Via: `TLS`.
    public var viaName: String { rawValue.uppercased() }
}
