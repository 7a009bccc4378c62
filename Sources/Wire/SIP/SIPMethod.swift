/// What a request asks for (RFC 3261, 3262, 3265, 3311, 3428, 3515, 3903, 6086). Case matters.
public enum SIPMethod: String, CaseIterable, Sendable {
    case invite = "INVITE"
    case ack = "ACK"
    case bye = "BYE"
    case cancel = "CANCEL"
    case register = "REGISTER"
    case options = "OPTIONS"
    case prack = "PRACK"
    case update = "UPDATE"
    case refer = "REFER"
    case subscribe = "SUBSCRIBE"
    case notify = "NOTIFY"
    case message = "MESSAGE"
    case info = "INFO"
    case publish = "PUBLISH"
    /// Any other token.
    case other = ""

    private static let names = allCases.filter { $0 != .other }.map { (method: $0, bytes: Array($0.rawValue.utf8)) }

    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        self = .other
        for (method, bytes) in Self.names where text.equals(range, bytes) {
            self = method
            return
        }
    }
}
