import Box
import Wire

/// Two phones that talk, or a phone and a port of the manager's, or three phones over a bridge.
///
/// The bridge does not mix: in a ring each phone hears the one before it, which is enough to know a tone by.
final class Conversation {
    enum State { case dialling, ringing, connected, over }

    /// What is no phone: a number that answers by itself, or the way out over SIP.
    enum Outside {
        case port(ManagerPort)
        case trunk(ManagerTrunkLeg)
    }

    let number: Int
    private(set) var state = State.dialling
    var legs: [ManagerLeg] = []
    var outside: Outside?
    private var paths: [ManagerPath] = []
    private var recorders: [(part: StartMediaTransmission.Part, port: ManagerPort)] = []
    private unowned let manager: CallManager
    private var outcome = "completed"
    private var caller = ""
    private var called = ""
    private var started: Timestamp
    private var setUpSeconds: Double?
    private var connections = 0
    private var holds = 0
    private(set) var isConference = false

    init(_ manager: CallManager, number: Int, _ first: ManagerLeg) {
        self.manager = manager
        self.number = number
        started = manager.loop.now
        add(first)
        caller = first.number
    }

    private func add(_ leg: ManagerLeg) {
        leg.conversation = self
        legs.append(leg)
    }

    /// The called phone rings.
    func ring(_ leg: ManagerLeg, calling number: String) {
        called = number
        add(leg)
        state = .ringing
        leg.inform(calling: caller, called: number, isIncoming: true)
        leg.show(.ringIn)
        leg.ring(2)
        leg.keys(3)
        ringBack(number)
    }

    func ringBack(_ number: String) {
        called = number
        state = .ringing
        guard let first = legs.first else { return }
        first.stopTone()
        first.show(.proceed)
        first.inform(calling: caller, called: number, isIncoming: false)
        first.show(.ringOut)
        first.tone(0x24)
    }

    /// Somebody has answered.
    func answer() {
        guard state == .ringing || state == .dialling else { return }
        state = .connected
        setUpSeconds = manager.loop.now.seconds(since: started)
        for leg in legs {
            leg.ring(1)
            leg.stopTone()
            leg.show(.connected)
            leg.keys(1)
        }
        connect()
    }

    /// Puts the media up, with new channels and new keys.
    func connect() {
        guard state == .connected, !legs.contains(where: \.isHeld) else { return }
        connections += 1
        paths = isConference ? bridge() : direct()
        for path in paths { path.connect(withKeys: manager.settings.givesKeys) }
        record()
    }

    private func direct() -> [ManagerPath] {
        switch outside {
        case .port(let port): legs.first.map { [ManagerPath($0, port)] } ?? []
        case .trunk(let trunk): legs.first.map { [ManagerPath($0, trunk.port)] } ?? []
        case nil: legs.count == 2 ? [ManagerPath(legs[0], legs[1])] : []
        }
    }

    private func bridge() -> [ManagerPath] {
        let ports = legs.map { _ in manager.port(.bridge) }
        for (index, port) in ports.enumerated() {
            let next = ports[(index + 1) % ports.count]
            port.hears = { [weak next] in next?.send($0, of: $1, $2) }
        }
        return zip(legs, ports).map { ManagerPath($0, $1) }
    }

    /// What the first phone says and hears goes to a recorder, too.
    private func record() {
        guard manager.settings.records, let first = legs.first else { return }
        if recorders.isEmpty { recorders = [.near, .far].map { ($0, manager.port(.listener)) } }
        for (part, port) in recorders { first.record(part, at: port, withKeys: manager.settings.givesKeys) }
    }

    func disconnect() {
        for path in paths { path.disconnect() }
        paths = []
    }

    func hold(_ leg: ManagerLeg) {
        guard state == .connected, !leg.isHeld else { return }
        holds += 1
        disconnect()
        leg.isHeld = true
        leg.show(.hold)
        leg.keys(2)
    }

    func resume(_ leg: ManagerLeg) {
        guard leg.isHeld else { return }
        leg.isHeld = false
        leg.show(.connected)
        leg.keys(1)
        connect()
    }

    /// The others' conversation goes on without the one that has put them together.
    func transfer(_ first: ManagerLeg, to other: Conversation, _ second: ManagerLeg) {
        disconnect()
        other.disconnect()
        legs.removeAll { $0 === first }
        other.legs.removeAll { $0 === second }
        first.end()
        second.end()
        takeOver(other)
        connect()
    }

    /// The others join the first one's conversation, over a bridge.
    func confer(_ first: ManagerLeg, with other: Conversation, _ second: ManagerLeg) {
        disconnect()
        other.disconnect()
        other.legs.removeAll { $0 === second }
        second.end()
        first.isHeld = false
        takeOver(other)
        isConference = true
        first.show(.connected)
        connect()
    }

    private func takeOver(_ other: Conversation) {
        for leg in other.legs {
            add(leg)
            for shown in legs { shown.inform(calling: caller, called: leg.number, isIncoming: shown === leg) }
        }
        if outside == nil { outside = other.outside }
        other.legs = []
        other.outside = nil
        other.finish("taken over")
    }

    /// One leaves: of two the conversation is over, of three the others go on.
    func leave(_ leg: ManagerLeg) {
        guard state != .over else { return }
        if isConference, legs.count > 2 {
            disconnect()
            legs.removeAll { $0 === leg }
            leg.end()
            return connect()
        }
        finish(state == .connected ? "completed" : outcome == "completed" ? "not answered" : outcome)
    }

    func refuse(_ state: SkinnyCallState) {
        outcome = "\(state)"
        legs.first?.stopTone()
        legs.first?.show(state)
        legs.first?.tone(0x23)
    }

    func finish(_ outcome: String) {
        guard state != .over else { return }
        state = .over
        disconnect()
        for leg in legs { leg.end() }
        if case .trunk(let trunk) = outside { trunk.hangUp() }
        if self.outcome == "completed" { self.outcome = outcome }
        // What recorders have on its way still gets there.
        manager.loop.after(0.4) { [self] in manager.ended(self) }
    }

    var isCompleted: Bool { outcome == "completed" || outcome == "taken over" }
    /// What the recorders got is whole.
    var isRecorded: Bool { !recorders.isEmpty && recorders.allSatisfy(\.port.hasTone) }

    var json: JSONValue {
        .object([
            ("conversation", .integer(Int64(number))), ("caller", .string(caller)), ("called", .string(called)),
            ("outcome", .string(outcome)), ("setUpSeconds", setUpSeconds.map { .decimal($0) } ?? .null),
            ("connections", .integer(Int64(connections))), ("holds", .integer(Int64(holds))),
            ("conference", .bool(isConference)), ("near", heard(.near)), ("far", heard(.far)),
            ("recorded", .bool(isRecorded)),
        ])
    }

    private func heard(_ part: StartMediaTransmission.Part) -> JSONValue {
        guard let port = recorders.first(where: { $0.part == part })?.port else { return .null }
        return .array(port.heard.sorted().map { .integer(Int64($0)) })
    }
}
