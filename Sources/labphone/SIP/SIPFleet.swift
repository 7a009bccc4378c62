import Box
import Wire

/// Many phones in one thread: they register, call and are called, stay, and leave.
final class SIPFleet {
    struct Settings {
        var phone: SIPPhone.Settings
        var calls: SIPCallSettings
        /// New registrations a second.
        var registrationRate = 100.0
        /// Who is called: one after the other, from the first on.
        var firstTarget: UInt64 = 2000
        var targets = 1
        /// Seconds that registered phones stay when they have no more calls to make.
        var staySeconds = 0.0
        /// Seconds after which the run ends, whatever is under way.
        var limitSeconds = 600.0
    }

    private let loop: EventLoop
    private let settings: Settings
    private var plan: CallPlan
    private var phones: [SIPPhone] = []
    private var nextToStart = 0
    private var nextToCall = 0
    private var settled = 0
    private var gone = 0
    private var registered = 0
    private var registrationSeconds: [Double] = []
    private(set) var summary = SIPSummary()
    private let print: (JSONValue) -> Void
    private var stayUntil: Timestamp?
    /// Calls of these phones to others that are not over.
    private var callsOut = 0
    /// Looking at every phone takes time; it is done so often.
    private var nextLook = Timestamp.zero
    private static let lookSeconds = 0.01

    /// - Parameter phones: user and device of each.
    init(
        _ phones: [(user: String, device: String)], _ settings: Settings, _ plan: CallPlan,
        print: @escaping (JSONValue) -> Void
    ) throws(LabError) {
        loop = try EventLoop()
        self.settings = settings
        self.plan = plan
        self.print = print
        self.phones = phones.map { [unowned self] phone in
            SIPPhone(
                loop, user: phone.user, device: phone.device, settings.phone, settings.calls,
                changed: { self.changed($0) }, reported: { self.reported($0) })
        }
    }

    private func changed(_ phone: SIPPhone) {
        switch phone.state {
        case .registered:
            settled += 1
            registered += 1
            if let seconds = phone.seconds { registrationSeconds.append(seconds) }
        case .gone:
            gone += 1
            if phone.seconds == nil { settled += 1 }
            print(phone.json)
        default: break
        }
    }

    private func reported(_ report: SIPCallReport) {
        if report.isCaller { callsOut -= 1 }
        summary.add(report)
        print(report.json)
    }

    /// Does it all; whether every phone registered and every call went as it should.
    func run() throws(LabError) -> Bool {
        startMore()
        let end = loop.now.adding(fraction: settings.limitSeconds)
        try loop.run { [self] in loop.now > end || isFinished() }
        for phone in phones { phone.stop() }
        let last = loop.now.adding(fraction: settings.calls.timeout)
        try loop.run { [self] in gone == phones.count || loop.now > last }
        print(.object([("summary", .object(phoneMembers + summary.members))]))
        let failed = phones.count { $0.failure != nil }
        return failed == 0 && summary.completed == summary.calls && plan.isExhausted
            && (settings.calls.media == .none || summary.whole == summary.calls)
    }

    /// Registrations begin at their rate; those that are due together begin together.
    private func startMore() {
        let due = Int(loop.now.seconds(since: .zero) * settings.registrationRate) + 1
        while nextToStart < min(due, phones.count) {
            phones[nextToStart].start()
            nextToStart += 1
        }
        if nextToStart < phones.count { loop.after(0.01) { [unowned self] in startMore() } }
    }

    private func isFinished() -> Bool {
        guard settled == phones.count, loop.now >= nextLook else { return false }
        nextLook = loop.now.adding(fraction: Self.lookSeconds)
        if gone == phones.count { return true }
        beginCalls()
        guard plan.isExhausted, phones.allSatisfy({ $0.openCalls == 0 }) else { return false }
        if stayUntil == nil { stayUntil = loop.now.adding(fraction: settings.staySeconds) }
        return stayUntil.map { loop.now >= $0 } ?? true
    }

    private func beginCalls() {
        guard !plan.isExhausted else { return }
        var count = plan.mayBegin(underWay: callsOut, at: loop.now.seconds(since: .zero))
        var looked = 0
        while count > 0, looked < phones.count {
            let phone = phones[nextToCall % phones.count]
            nextToCall += 1
            looked += 1
            guard phone.isIdle else { continue }
            phone.call(String(settings.firstTarget + UInt64(plan.begun % settings.targets)))
            plan.hasBegun()
            callsOut += 1
            count -= 1
        }
    }

    private var phoneMembers: [(String, JSONValue)] {
        let times = registrationSeconds.sorted()
        return [
            ("phones", .integer(Int64(phones.count))), ("registered", .integer(Int64(registered))),
            ("registrations", .integer(Int64(phones.reduce(0) { $0 + $1.registrations }))),
            ("registrationSecondsMedian", times.isEmpty ? .null : .decimal(times[times.count / 2])),
            ("registrationSecondsLongest", times.last.map { .decimal($0) } ?? .null),
        ]
    }
}
