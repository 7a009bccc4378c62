/// The headers that have a meaning here, by their full names (RFC 3261 section 20 and the RFCs that add to it).
public enum SIPHeaderName: String, CaseIterable, Sendable {
    case accept = "Accept"
    case acceptContact = "Accept-Contact"
    case alertInfo = "Alert-Info"
    case allow = "Allow"
    case allowEvents = "Allow-Events"
    case authorization = "Authorization"
    case callID = "Call-ID"
    case callInfo = "Call-Info"
    case contact = "Contact"
    case contentDisposition = "Content-Disposition"
    case contentEncoding = "Content-Encoding"
    case contentLength = "Content-Length"
    case contentType = "Content-Type"
    case cseq = "CSeq"
    case date = "Date"
    case diversion = "Diversion"
    case event = "Event"
    case expires = "Expires"
    case from = "From"
    case historyInfo = "History-Info"
    case identity = "Identity"
    case join = "Join"
    case maxForwards = "Max-Forwards"
    case mimeVersion = "MIME-Version"
    case minExpires = "Min-Expires"
    case minSE = "Min-SE"
    case organization = "Organization"
    case pAssertedIdentity = "P-Asserted-Identity"
    case pAssociatedURI = "P-Associated-URI"
    case pPreferredIdentity = "P-Preferred-Identity"
    case path = "Path"
    case proxyAuthenticate = "Proxy-Authenticate"
    case proxyAuthorization = "Proxy-Authorization"
    case proxyRequire = "Proxy-Require"
    case rack = "RAck"
    case reason = "Reason"
    case recordRoute = "Record-Route"
    case referTo = "Refer-To"
    case referredBy = "Referred-By"
    case remotePartyID = "Remote-Party-ID"
    case replaces = "Replaces"
    case require = "Require"
    case retryAfter = "Retry-After"
    case route = "Route"
    case rseq = "RSeq"
    case server = "Server"
    case serviceRoute = "Service-Route"
    case sessionExpires = "Session-Expires"
    case sipETag = "SIP-ETag"
    case sipIfMatch = "SIP-If-Match"
    case subject = "Subject"
    case subscriptionState = "Subscription-State"
    case supported = "Supported"
    case to = "To"
    case unsupported = "Unsupported"
    case userAgent = "User-Agent"
    case via = "Via"
    case warning = "Warning"
    case wwwAuthenticate = "WWW-Authenticate"
    /// Any other: kept and forwarded as it is.
    case other = ""

    /// The one-letter form, where there is one.
    public var compact: UInt8? {
        Self.compactForms.first { $0.name == self }?.letter
    }

    private static let compactForms: [(letter: UInt8, name: SIPHeaderName)] = [
        (UInt8(ascii: "a"), .acceptContact), (UInt8(ascii: "u"), .allowEvents), (UInt8(ascii: "i"), .callID),
        (UInt8(ascii: "m"), .contact), (UInt8(ascii: "e"), .contentEncoding),
        (UInt8(ascii: "l"), .contentLength), (UInt8(ascii: "c"), .contentType), (UInt8(ascii: "o"), .event),
        (UInt8(ascii: "f"), .from), (UInt8(ascii: "y"), .identity), (UInt8(ascii: "r"), .referTo),
        (UInt8(ascii: "b"), .referredBy), (UInt8(ascii: "x"), .sessionExpires), (UInt8(ascii: "s"), .subject),
        (UInt8(ascii: "k"), .supported), (UInt8(ascii: "t"), .to), (UInt8(ascii: "v"), .via),
    ]

    /// The names of each length in lower case.
    private static let byLength: [[(bytes: [UInt8], name: SIPHeaderName)]] = {
        let names = allCases.map { (bytes: Array($0.rawValue.lowercased().utf8), name: $0) }
        let longest = names.map(\.bytes.count).max() ?? 0
        return (0...longest).map { length in names.filter { $0.bytes.count == length && length > 0 } }
    }()

    /// Reads a name in any case, or its compact form.
    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        if range.count == 1 {
            let letter = text[range.lowerBound] | 0x20
            self = Self.compactForms.first { $0.letter == letter }?.name ?? .other
            return
        }
        guard range.count < Self.byLength.count else {
            self = .other
            return
        }
        for candidate in Self.byLength[range.count] where Self.isEqual(text, range, candidate.bytes) {
            self = candidate.name
            return
        }
        self = .other
    }

    private static func isEqual(_ text: Span<UInt8>, _ range: Range<Int>, _ name: [UInt8]) -> Bool {
        for index in 0..<name.count {
            let found = text[range.lowerBound + index]
            guard (0x41...0x5a ~= found ? found | 0x20 : found) == name[index] else { return false }
        }
        return true
    }
}
