/// A media section: `m=audio 49170 RTP/AVP 0 8` and the lines up to the next (RFC 8866 section 5.14).
public struct SDPMedia: Hashable, Sendable {
    public enum Kind: String, CaseIterable, Sendable {
        case audio, video, image, application, text, message
        case other = ""
    }

    /// From its `m=` on, as indices in ``SDP/lines``.
    public internal(set) var lines: Range<Int>
    public let kind: Kind
    public let kindName: Range<Int>
    /// 0: refused, or switched off.
    public let port: UInt16
    public let portRange: Range<Int>
    /// Behind a slash: how many ports; `nil`: one.
    public let portCount: Range<Int>?
    public let profile: SDPProfile
    public let profileName: Range<Int>
    /// Payload types, or whatever the profile has, with blanks between them.
    public let formats: Range<Int>
    /// Its `c=` lines; one as a rule, or none.
    public internal(set) var connections: [SDPAddress] = []

    static func read(_ text: Span<UInt8>, in value: Range<Int>, line: Int) throws(SDPError) -> SDPMedia {
        var fields = SDPFields(value)
        guard let kind = fields.next(text), let ports = fields.next(text), let profile = fields.next(text) else {
            throw SDPError(.mediaMalformed, at: value.lowerBound)
        }
        let slash = text.first(SIPSyntax.slash, in: ports)
        let portRange = ports.lowerBound..<(slash ?? ports.upperBound)
        guard portRange.allSatisfy({ 0x30...0x39 ~= text[$0] }), !portRange.isEmpty else {
            throw SDPError(.mediaMalformed, at: ports.lowerBound)
        }
        guard let port = text.decimal(portRange, upTo: 65_535) else {
            throw SDPError(.portOutOfRange, at: ports.lowerBound)
        }
        return SDPMedia(
            lines: line..<line + 1,
            kind: Kind.allCases.first { $0 != .other && text.equals(kind, ignoringCase: $0.rawValue) } ?? .other,
            kindName: kind, port: UInt16(truncatingIfNeeded: port), portRange: portRange,
            portCount: slash.map { $0 + 1..<ports.upperBound }, profile: SDPProfile(text, profile),
            profileName: profile, formats: fields.rest(text))
    }
}

/// What carries media: the third field of `m=`.
public enum SDPProfile: String, CaseIterable, Sendable {
    case rtpAVP = "RTP/AVP"
    /// RFC 3711.
    case rtpSAVP = "RTP/SAVP"
    /// RFC 4585.
    case rtpAVPF = "RTP/AVPF"
    /// RFC 5124.
    case rtpSAVPF = "RTP/SAVPF"
    /// RFC 5764.
    case udpTLSRTPSAVP = "UDP/TLS/RTP/SAVP"
    case udpTLSRTPSAVPF = "UDP/TLS/RTP/SAVPF"
    /// RFC 4571.
    case tcpRTPAVP = "TCP/RTP/AVP"
    case tcpRTPSAVP = "TCP/RTP/SAVP"
    /// T.38.
    case udptl
    case udpTLSUDPTL = "UDP/TLS/UDPTL"
    case udp
    case tcp = "TCP"
    case tcpTLS = "TCP/TLS"
    case tcpMSRP = "TCP/MSRP"
    case tcpTLSMSRP = "TCP/TLS/MSRP"
    case tcpBFCP = "TCP/BFCP"
    case udpBFCP = "UDP/BFCP"
    case udpDTLSSCTP = "UDP/DTLS/SCTP"
    case other = ""

    private static let names = allCases.filter { $0 != .other }.map { (profile: $0, name: $0.rawValue.lowercased()) }

    init(_ text: Span<UInt8>, _ range: Range<Int>) {
        self = Self.names.first { text.equals(range, ignoringCase: $0.name) }?.profile ?? .other
    }

    /// Keys come with `a=crypto`.
    public var isSDES: Bool { self == .rtpSAVP || self == .rtpSAVPF }

    /// RTP over UDP without protection.
    public var isPlainRTP: Bool { self == .rtpAVP || self == .rtpAVPF }

    /// The same with SRTP and `a=crypto`; `nil` where there is none.
    public var secured: SDPProfile? {
        switch self {
        case .rtpAVP, .rtpSAVP: .rtpSAVP
        case .rtpAVPF, .rtpSAVPF: .rtpSAVPF
        default: nil
        }
    }

    /// The same without protection; `nil` where there is none.
    public var plain: SDPProfile? {
        switch self {
        case .rtpAVP, .rtpSAVP: .rtpAVP
        case .rtpAVPF, .rtpSAVPF: .rtpAVPF
        default: nil
        }
    }
}

extension SDP {
    /// The formats of `media`, in order of preference.
    public func formats(of media: SDPMedia) -> [Range<Int>] {
        var formats: [Range<Int>] = []
        var fields = SDPFields(media.formats)
        while let format = fields.next(bytes.span) { formats.append(format) }
        return formats
    }
}
