import ConfigLanguage
import Wire

/// One call as events and `show sip` tell it.
public struct CallSummary: Hashable, Sendable {
    public enum State: String, Hashable, Sendable {
        case initiating = "Call init"
        case early = "Call early"
        case active = "Active"
        case ending = "Call shutting down"
    }

    public var number: UInt64
    public var signalling: InspectionProtocol
    public var callID: String
    public var state: State
    /// `user@host`.
    public var from: String
    public var to: String
    public var phoneIsCaller: Bool
    public var device: DeviceName?
    public var phone: IPAddress
    public var interface: InterfaceIndex
    public var farInterface: InterfaceIndex
    public var stream: StreamID?
    public var started: Timestamp
    public var answered: Timestamp?
    public var lastSeen: Timestamp
    /// The media sessions that are open.
    public var sessions: [MediaSession]
    /// All media that is open, through the box or past it.
    public var media: [Media]

    /// Where the two ends of one line take it, each as its own side knows it; `nil`: nowhere yet.
    public struct Media: Hashable, Sendable {
        public var kind: MediaSession.Kind
        public var phone: Endpoint?
        public var far: Endpoint?
    }
}

/// A fact about media that ends in the box: what `debug phone-proxy media` tells.
public enum MediaEvent: Hashable, Sendable {
    case created(CallSummary?, MediaSession)
    case changed(CallSummary?, MediaSession)
    case closed(CallSummary?, MediaSession)
    case peerLearned(CallSummary?, MediaSessionID, Endpoint)
    case idle(CallSummary?, MediaSessionID)
    case failed(CallSummary?, MediaSessionID, String)
    /// An `m=` line that is no RTP, or not protected as it has to be.
    case lineRefused(CallSummary?, SDPProfile)

    public var isError: Bool {
        switch self {
        case .failed, .lineRefused: true
        case .created, .changed, .closed, .peerLearned, .idle: false
        }
    }
}

extension MediaEvent {
    /// A line of `debug phone-proxy media`; `name` gives an interface's `nameif`.
    public func text(_ name: (InterfaceIndex) -> String) -> String { "PP: " + body(name) }

    private func body(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .created(_, let session): "Created media session \(session.text(name))"
        case .changed(_, let session): "Changed media session \(session.text(name))"
        case .closed(_, let session): "Removed media session \(session.text(name))"
        case .peerLearned(_, let id, let peer): "media session \(id.rawValue): peer at \(peer.slashed)"
        case .idle(_, let id): "media session \(id.rawValue): idle"
        case .failed(_, let id, let reason): "media session \(id.rawValue): failed: \(reason)"
        case .lineRefused(let call, let profile):
            "media \(profile.rawValue.isEmpty ? "of an unknown kind" : profile.rawValue) refused"
                + (call.map { " in call \($0.callID)" } ?? "")
        }
    }
}

extension MediaSession {
    /// `7: outside 10.10.0.25/16384 SRTP to inside 192.0.2.25/16384 RTP`.
    public func text(_ name: (InterfaceIndex) -> String) -> String {
        "\(id.rawValue): \(phone.text(name)) to \(far.text(name))"
    }
}

extension MediaLeg {
    func text(_ name: (InterfaceIndex) -> String) -> String {
        "\(name(interface)) \(local.slashed) \(isProtected ? "SRTP" : "RTP")"
    }
}
