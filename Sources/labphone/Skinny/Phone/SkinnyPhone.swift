import Box
import Wire

/// A phone that registers with one of its servers, calls and is called.
final class SkinnyPhone: CallingPhone {
    struct Settings {
        /// In order of preference.
        var servers: [Endpoint]
        var address: IPAddress
        /// `nil`: TCP without TLS.
        var tls: TLSContext?
        /// The newest version that it speaks.
        var version: UInt8 = 17
        /// A call without keys is not as it should be.
        var demandsKeys = false
        /// Keeps a connection to a second server, and comes back to the first.
        var keepsStandby = false
        /// Seconds until a server that is gone is tried again.
        var retrySeconds = 2.0
        var actions = SkinnyActions()
    }

    enum State { case idle, registering, registered, leaving, gone }

    let user: String
    let device: String
    let settings: Settings
    let callSettings: CallSettings
    let loop: EventLoop
    let ports: MediaPorts
    var state = State.idle
    var failure: String?
    var registrations = 0
    var seconds: Double?
    var started = Timestamp.zero
    let changed: (SkinnyPhone) -> Void
    let reported: (CallReport) -> Void

    /// The server that it is registered with, or tries to be.
    var active: SkinnyConnection?
    var standby: SkinnyConnection?
    /// Servers that were tried in vain, one after the other.
    var failures = 0
    /// The server has told a version, and what it is asked at the start is answered.
    var serverVersion: UInt8 = 0
    var standbySeconds: UInt32 = 60
    var failOvers = 0
    var keepAlives = 0
    var tokensRejected = 0

    var calls: [UInt32: SkinnyCall] = [:]
    /// What the next call is for that the server gives a number to.
    var wanted: SkinnyCall.Purpose? {
        didSet { wantedSince = loop.now }
    }
    private(set) var wantedSince = Timestamp.zero
    var dialled = 0
    /// Every key that a server has given, to see that none comes twice.
    var keys: Set<[UInt8]> = []
    var keysRepeated = 0

    init(
        _ loop: EventLoop, user: String, device: String, _ settings: Settings, _ calls: CallSettings,
        _ ears: CallFleet<SkinnyPhone>.Ears
    ) {
        self.loop = loop
        self.user = user
        self.device = device
        self.settings = settings
        callSettings = calls
        ports = MediaPorts(settings.address)
        changed = ears.changed
        reported = ears.reported
    }

    var standing: PhoneStanding {
        switch state {
        case .registered: .registered
        case .gone: .gone
        // A server that is gone does not make it another phone.
        default: seconds == nil ? .notYet : .registered
        }
    }

    var openCalls: Int { calls.count + (wanted == nil ? 0 : 1) }
    var isIdle: Bool { state == .registered && openCalls == 0 }

    /// The negotiated version.
    var version: UInt32 { active?.version ?? 0 }

    func send(_ kind: SkinnyKind, _ body: [UInt8] = []) { active?.send(kind, body) }

    func press(_ key: SkinnySoftKey, in callReference: UInt32) {
        send(.softKeyEvent, SkinnyKeys.body(key.rawValue, 1, callReference))
    }

    func start() {
        started = loop.now
        register(with: 0)
    }

    func stop() {
        switch state {
        case .gone, .leaving: return
        case .idle, .registering: return leave()
        case .registered: state = .leaving
        }
        for call in calls.values { call.hangUp() }
        // Calls that end are heard of before the phone is gone.
        loop.after(calls.isEmpty ? 0 : 0.3) { [weak self] in
            guard let self, state == .leaving else { return }
            send(.unregister, version < 10 ? [] : SkinnyKeys.body(0))
            loop.after(min(2, callSettings.timeout / 2)) { [weak self] in self?.leave() }
        }
    }

    func leave() {
        guard state != .gone else { return }
        state = .gone
        endCalls("connection lost")
        for connection in [active, standby] {
            guard let connection, connection.state != .ended else { continue }
            keepAlives += connection.keepAlivesAnswered
            connection.close()
        }
        changed(self)
    }

    func fail(_ reason: String) {
        failure = reason
        leave()
    }

    var json: JSONValue {
        .object([
            ("phone", .string(user)), ("device", .string(device)), ("registered", .bool(failure == nil)),
            ("outcome", .string(failure ?? "registered")), ("version", .integer(Int64(version))),
            ("serverVersion", .integer(Int64(serverVersion))), ("registrations", .integer(Int64(registrations))),
            ("failOvers", .integer(Int64(failOvers))), ("tokensRejected", .integer(Int64(tokensRejected))),
            ("keepAlives", .integer(Int64(keepAlives))), ("keys", .integer(Int64(keys.count))),
            ("keysRepeated", .integer(Int64(keysRepeated))), ("seconds", seconds.map { .decimal($0) } ?? .null),
        ])
    }
}
