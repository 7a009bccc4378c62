import Box
import Wire

/// Many phones in one thread: they register, call and are called, stay, and leave.
final class CallFleet<Phone: CallingPhone> {
    struct Settings {
        var calls: CallSettings
        /// New registrations a second.
        var registrationRate = 100.0
        /// So many that have begun to register may not be done with it.
        var registeringAtOnce = 1000
        /// Who is called: one after the other, from the first on.
        var firstTarget: UInt64 = 2000
        var targets = 1
        /// So many phones, the first ones, call; `nil`: all.
        var callers: Int?
        /// The phones stand in pairs: the first of each calls the second.
        var areInPairs = false
        /// Seconds that registered phones stay when they have no more calls to make.
        var staySeconds = 0.0
        /// Seconds after which the run ends, whatever is under way.
        var limitSeconds = 600.0
        /// Calls are made when a line from this descriptor says so; its end is the run's. `nil`: without being told.
        var ordersFrom: Int32?
    }

    /// What a phone tells its fleet.
    struct Ears {
        /// It has registered for the first time, or is gone.
        var changed: (Phone) -> Void
        var reported: (CallReport) -> Void
    }

    let loop: EventLoop
    private let settings: Settings
    private var plan: CallPlan
    private var phones: [(phone: Phone, user: UInt64)] = []
    private var nextToStart = 0
    private var nextToCall = 0
    private var settled = 0
    private var gone = 0
    private var registered = 0
    private var registrationSeconds: [Double] = []
    private(set) var summary = CallSummary()
    private var orders: CallOrders?
    /// The calls of the last order; `nil`: all are over.
    private var round: CallSummary?
    private var isAnnounced = false
    private let print: (JSONValue) -> Void
    private var stayUntil: Timestamp?
    /// Calls of these phones to others that are not over.
    private var callsOut = 0
    /// Looking at every phone takes time; it is done so often.
    private var nextLook = Timestamp.zero

    init(_ settings: Settings, _ plan: CallPlan, print: @escaping (JSONValue) -> Void) throws(LabError) {
        loop = try EventLoop()
        self.settings = settings
        self.plan = plan
        self.print = print
    }

    /// What a phone needs to be one of this fleet.
    var ears: Ears { Ears(changed: { [unowned self] in changed($0) }, reported: { [unowned self] in reported($0) }) }

    func add(_ phone: Phone, user: String) { phones.append((phone, UInt64(user) ?? 0)) }

    private func changed(_ phone: Phone) {
        switch phone.standing {
        case .registered:
            settled += 1
            registered += 1
            if let seconds = phone.seconds { registrationSeconds.append(seconds) }
        case .gone:
            gone += 1
            if phone.seconds == nil { settled += 1 }
            print(phone.json)
        case .notYet: break
        }
    }

    private func reported(_ report: CallReport) {
        if report.isPlanned { callsOut -= 1 }
        summary.add(report)
        round?.add(report)
        print(report.json)
    }

    /// Does it all; whether every phone registered and every call went as it should.
    /// - Parameter members: what the summary tells about the phones beside.
    func run(members: ([Phone]) -> [(String, JSONValue)] = { _ in [] }) throws(LabError) -> Bool {
        if let descriptor = settings.ordersFrom { try takeOrders(from: descriptor) }
        startMore()
        let end = loop.now.adding(fraction: settings.limitSeconds)
        try loop.run { [self] in loop.now > end || isFinished() }
        for (phone, _) in phones { phone.stop() }
        let last = loop.now.adding(fraction: settings.calls.timeout)
        try loop.run { [self] in gone == phones.count || loop.now > last }
        let own = phoneMembers + members(phones.map(\.phone))
        print(.object([("summary", .object(own + summary.members))]))
        let failed = phones.count { $0.phone.failure != nil }
        return failed == 0 && summary.completed == summary.calls && plan.isExhausted
            && (settings.calls.media == .none || summary.whole == summary.calls)
    }

    /// Registrations begin at their rate; those that are due together begin together.
    private func startMore() {
        let due = Int(loop.now.seconds(since: .zero) * settings.registrationRate) + 1
        while nextToStart < min(due, settled + settings.registeringAtOnce, phones.count) {
            phones[nextToStart].phone.start()
            nextToStart += 1
        }
        if nextToStart < phones.count { loop.after(0.01) { [unowned self] in startMore() } }
    }

    private func isFinished() -> Bool {
        guard settled == phones.count, loop.now >= nextLook else { return false }
        nextLook = loop.now.adding(fraction: 0.01)
        if gone == phones.count { return true }
        if let done = followOrders() { return done }
        guard hasCalled() else { return false }
        if stayUntil == nil { stayUntil = loop.now.adding(fraction: settings.staySeconds) }
        return stayUntil.map { loop.now >= $0 } ?? true
    }

    private func takeOrders(from descriptor: Int32) throws(LabError) {
        orders = CallOrders()
        if !plan.isExhausted { round = CallSummary() }
        _ = try loop.watch(descriptor) { [unowned self] in orders?.read(from: descriptor) }
    }

    /// Whether nothing is ordered any more; `nil` when nobody orders anything.
    private func followOrders() -> Bool? {
        guard orders != nil else { return nil }
        if !isAnnounced { print(.object([("settled", .object(phoneMembers))])) }
        isAnnounced = true
        if let more = orders?.takeCalls(), more > 0 {
            plan.add(more)
            if round == nil { round = CallSummary() }
        }
        if round != nil, hasCalled(), let ended = round {
            print(.object([("round", .object(ended.members))]))
            round = nil
        }
        return round == nil && orders?.hasEnded == true
    }

    /// Begins what is due; whether all calls are over.
    private func hasCalled() -> Bool {
        beginCalls()
        return plan.isExhausted && phones.allSatisfy { $0.phone.openCalls == 0 }
    }

    private func beginCalls() {
        guard !plan.isExhausted else { return }
        // Nothing else may happen meanwhile that would wake the loop.
        loop.at(nextLook) {}
        var count = plan.mayBegin(underWay: callsOut, at: loop.now.seconds(since: .zero))
        let callers = min(phones.count, settings.callers ?? phones.count)
        var looked = 0
        while count > 0, looked < callers {
            let (phone, user) = phones[nextToCall % callers]
            let isCaller = !settings.areInPairs || nextToCall % callers % 2 == 0
            nextToCall += 1
            looked += 1
            guard isCaller, phone.isIdle else { continue }
            phone.call(String(settings.areInPairs ? user + 1 : nextTarget))
            plan.hasBegun()
            callsOut += 1
            count -= 1
        }
    }

    private var nextTarget: UInt64 { settings.firstTarget + UInt64(plan.begun % settings.targets) }

    private var phoneMembers: [(String, JSONValue)] {
        let times = registrationSeconds.sorted()
        return [
            ("phones", .integer(Int64(phones.count))), ("registered", .integer(Int64(registered))),
            ("registrations", .integer(Int64(phones.reduce(0) { $0 + $1.phone.registrations }))),
            ("registrationSecondsMedian", times.isEmpty ? .null : .decimal(times[times.count / 2])),
            ("registrationSecondsLongest", times.last.map { .decimal($0) } ?? .null),
        ]
    }
}
