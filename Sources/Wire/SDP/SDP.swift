/// A session description (RFC 8866): places in the text it was read out of, which may be a whole SIP message.
///
/// * **Reading**: ``read(_:in:)``; with ``SIPMessage/bytes`` and the content of ``SIPMessage/sdpPart()``, edits of the
///   description are edits of the message.
/// * **Session**: ``origin``, ``connection``, ``sessionLines``.
/// * **Media**: ``media``, each with its kind, port, profile, formats, connections and lines; ``connection(of:)`` and
///   ``direction(of:)`` say what holds for one, its own or the session's.
/// * **Attributes**: ``attributes(in:)``, ``attribute(_:in:)`` with ``SDPMedia/lines`` or ``sessionLines``; as values:
///   ``rtpMap(_:)``, ``formatParameters(_:)``, ``rtcp(_:)``, ``candidate(_:)``, ``fingerprint(_:)``, ``setup(_:)``,
///   ``crypto(_:)``, ``cryptos(of:)``.
/// * **Changing**: ``EditList`` — `setAddress(of:to:)`, `setPort(of:to:)`, `setProfile(of:to:)`,
///   `insert(line:behind:of:)`, `append(line:to:of:)`, `remove(line:of:)`.
public struct SDP: Sendable {
    /// What it was read out of; all ranges are in these.
    public let bytes: [UInt8]
    public let range: Range<Int>
    public let lines: [SDPLine]
    public let origin: SDPOrigin?
    /// The session's `c=`.
    public let connection: SDPAddress?
    public let media: [SDPMedia]

    /// Those before the first `m=`, as indices in ``lines``.
    public var sessionLines: Range<Int> { 0..<(media.first?.lines.lowerBound ?? lines.count) }

    /// Reads the description in `range` of `bytes`. What is not understood is no error; lines may be in any order, as they
    /// are in practice, within the session and within each media section.
    public static func read(_ bytes: [UInt8], in range: Range<Int>) throws(SDPError) -> SDP {
        var reader = SDPReader()
        try reader.read(bytes.span, range)
        return SDP(
            bytes: bytes, range: range, lines: reader.lines, origin: reader.origin,
            connection: reader.sessionConnection, media: reader.media)
    }

    public static func read(_ bytes: [UInt8]) throws(SDPError) -> SDP { try read(bytes, in: 0..<bytes.count) }

    /// What stands in `range`; bytes that are not UTF-8 are replaced.
    public func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether `range` holds `word`, a lower-case one, in any case.
    public func equals(_ range: Range<Int>, _ word: String) -> Bool { bytes.span.equals(range, ignoringCase: word) }

    /// What ends its lines.
    public var lineEnd: String {
        guard let end = lines.first?.value.upperBound, end < range.upperBound, bytes[end] == SIPSyntax.lineFeed else {
            return "\r\n"
        }
        return "\n"
    }

    /// The address media goes to: the media's own first `c=`, or the session's.
    public func connection(of media: SDPMedia) -> SDPAddress? { media.connections.first ?? connection }

    /// The media's own direction, or the session's, or both ways (RFC 8866 section 6.7).
    public func direction(of media: SDPMedia) -> SDPDirection {
        direction(in: media.lines) ?? direction(in: sessionLines) ?? .sendrecv
    }

    private func direction(in lines: Range<Int>) -> SDPDirection? {
        for index in lines {
            if let attribute = attribute(at: index), let direction = SDPDirection(attribute.kind) { return direction }
        }
        return nil
    }
}

/// A description may hold keys: only its size is ever printed.
extension SDP: CustomStringConvertible, CustomReflectable {
    /// For example `sdp, 2 media, 312 bytes`.
    public var description: String { "sdp, \(media.count) media, \(range.count) bytes" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

/// `a=value`
public struct SDPLine: Hashable, Sendable {
    /// The letter.
    public let type: UInt8
    public let value: Range<Int>
    /// With the line's end.
    public let range: Range<Int>
}

/// Which way media flows (RFC 8866 section 6.7).
public enum SDPDirection: String, Sendable {
    case sendrecv, sendonly, recvonly, inactive

    init?(_ kind: SDPAttribute.Kind) {
        switch kind {
        case .sendrecv: self = .sendrecv
        case .sendonly: self = .sendonly
        case .recvonly: self = .recvonly
        case .inactive: self = .inactive
        default: return nil
        }
    }
}

/// `o=user id version IN IP4 address`
public struct SDPOrigin: Hashable, Sendable {
    public let username: Range<Int>
    public let sessionID: Range<Int>
    public let version: Range<Int>
    public let address: SDPAddress
}
