import Wire

/// Which protocol something was said in, as `replay` names it.
public enum ObservedSignalling: String, Sendable {
    case sip, skinny
}

/// Who registered with whom.
public struct ObservedRegistration: Hashable, Sendable {
    public enum State: String, Sendable {
        case requested, registered, unregistered, refused
    }

    public var signalling = ObservedSignalling.sip
    /// `user@host`, or the device's name.
    public var device: String
    public var client: Endpoint
    public var server: Endpoint
    public var state: State
    /// Seconds.
    public var expires: Int?
}

/// A call, by its Call-ID or its reference.
public struct ObservedCall: Hashable, Sendable {
    public enum State: String, Sendable {
        case initiating, ringing, active, ended, cancelled, refused
    }

    public var signalling = ObservedSignalling.sip
    public var id: String
    public var from: String
    public var to: String
    public var state = State.initiating
    public var start: Timestamp
    public var end: Timestamp?
    /// As it was agreed on last, from the caller's side.
    public var media: [ObservedMedia] = []
    let callerTag: [UInt8]?

    init(id: String, from: String, to: String, start: Timestamp, callerTag: [UInt8]? = nil) {
        self.id = id
        self.from = from
        self.to = to
        self.start = start
        self.callerTag = callerTag
    }

    mutating func follow(_ facts: SIPFacts, at now: Timestamp) {
        if facts.isRequest, facts.method == .bye {
            end(.ended, at: now)
        } else if facts.isRequest, facts.method == .cancel, state == .initiating || state == .ringing {
            end(.cancelled, at: now)
        } else if facts.isRequest, facts.method == .invite, state == .refused {
            // Asked again, with what was missing.
            (state, end) = (.initiating, nil)
        } else if facts.method == .invite, let status = facts.status {
            follow(status, at: now)
        }
    }

    private mutating func follow(_ status: UInt16, at now: Timestamp) {
        guard state == .initiating || state == .ringing else { return }
        switch status {
        case ..<180: return
        case ..<200: state = .ringing
        case ..<300: state = .active
        default: end(.refused, at: now)
        }
    }

    private mutating func end(_ reason: State, at now: Timestamp) {
        guard end == nil else { return }
        state = reason
        end = now
    }
}

/// One `m=` line that both sides have agreed on.
public struct ObservedMedia: Hashable, Sendable {
    public var kind: String
    /// The caller's.
    public var local: Endpoint?
    public var remote: Endpoint?
    public var profile: String
    public var payloadTypes: [UInt8]

    init(kind: String, local: Endpoint?, remote: Endpoint?, profile: String, payloadTypes: [UInt8]) {
        self.kind = kind
        self.local = local
        self.remote = remote
        self.profile = profile
        self.payloadTypes = payloadTypes
    }

    init(local: MediaAnnouncement, remote: MediaAnnouncement) {
        kind = local.kind
        self.local = local.endpoint
        self.remote = remote.endpoint
        profile = remote.profile
        payloadTypes = remote.payloadTypes
    }
}

/// Where one side takes media, and how.
struct MediaAnnouncement: Hashable, Sendable {
    var kind: String
    var endpoint: Endpoint?
    var profile: String
    var isSecured: Bool
    var payloadTypes: [UInt8]
    var clockRates: [UInt8: UInt32]

    init(kind: String, _ endpoint: Endpoint, _ codec: SkinnyCodec, isSecured: Bool) {
        self.kind = kind
        self.endpoint = endpoint
        self.isSecured = isSecured
        profile = isSecured ? "RTP/SAVP" : "RTP/AVP"
        payloadTypes = codec.payloadType.map { [$0] } ?? []
        clockRates = codec.payloadType.map { [$0: codec.clockRate] } ?? [:]
    }

    init(_ media: SDPMedia, _ sdp: SDP) {
        kind = sdp.text(media.kindName)
        endpoint = media.port == 0 ? nil : sdp.connection(of: media)?.address.map { Endpoint($0, media.port) }
        profile = sdp.text(media.profileName)
        isSecured = media.profile.isSDES || media.profile == .udpTLSRTPSAVP || media.profile == .udpTLSRTPSAVPF
        payloadTypes = sdp.formats(of: media).compactMap { UInt8(sdp.text($0)) }.filter { $0 < 128 }
        clockRates = [:]
        for attribute in sdp.attributes(in: media.lines) where attribute.kind == .rtpMap {
            if let map = try? sdp.rtpMap(attribute) { clockRates[map.payloadType] = map.clockRate }
        }
    }
}
