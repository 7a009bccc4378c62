/// `a=name:value` or `a=name` (RFC 8866 section 5.13).
public struct SDPAttribute: Hashable, Sendable {
    /// The attributes that have a meaning here, by their names.
    public enum Kind: String, CaseIterable, Sendable {
        case sendrecv, sendonly, recvonly, inactive
        case rtpMap = "rtpmap"
        case fmtp, ptime, maxptime
        /// RFC 3605.
        case rtcp
        /// RFC 5761.
        case rtcpMux = "rtcp-mux"
        case rtcpMuxOnly = "rtcp-mux-only"
        case rtcpFeedback = "rtcp-fb"
        /// RFC 4568.
        case crypto
        /// RFC 8122, RFC 4145.
        case fingerprint, setup
        case tlsID = "tls-id"
        case connection
        /// RFC 8839.
        case candidate
        case remoteCandidates = "remote-candidates"
        case iceUfrag = "ice-ufrag"
        case icePwd = "ice-pwd"
        case iceOptions = "ice-options"
        case iceLite = "ice-lite"
        case iceMismatch = "ice-mismatch"
        case mid, group, ssrc, label
        /// RFC 6230 and T.38.
        case t38FaxVersion = "t38faxversion"
        case other = ""

        private static let names = allCases.filter { $0 != .other }

        init(_ text: Span<UInt8>, _ range: Range<Int>) {
            self = Self.names.first { text.equals(range, ignoringCase: $0.rawValue) } ?? .other
        }

        /// Belongs to ICE.
        public var isICE: Bool {
            switch self {
            case .candidate, .remoteCandidates, .iceUfrag, .icePwd, .iceOptions, .iceLite, .iceMismatch: true
            default: false
            }
        }
    }

    /// Index in ``SDP/lines``.
    public let line: Int
    public let kind: Kind
    public let name: Range<Int>
    /// Behind the colon.
    public let value: Range<Int>?
}

extension SDP {
    /// The attributes among `lines`: ``SDPMedia/lines`` or ``sessionLines``.
    public func attributes(in lines: Range<Int>) -> [SDPAttribute] { lines.compactMap { attribute(at: $0) } }

    /// The first of `kind` among `lines`.
    public func attribute(_ kind: SDPAttribute.Kind, in lines: Range<Int>) -> SDPAttribute? {
        for index in lines {
            if let attribute = attribute(at: index), attribute.kind == kind { return attribute }
        }
        return nil
    }

    /// `nil` where the line at `index` is none.
    func attribute(at index: Int) -> SDPAttribute? {
        let line = lines[index]
        guard line.type == UInt8(ascii: "a") else { return nil }
        let text = bytes.span
        let colon = text.first(SIPSyntax.colon, in: line.value)
        let name = line.value.lowerBound..<(colon ?? line.value.upperBound)
        return SDPAttribute(
            line: index, kind: SDPAttribute.Kind(text, name), name: name,
            value: colon.map { $0 + 1..<line.value.upperBound })
    }
}
