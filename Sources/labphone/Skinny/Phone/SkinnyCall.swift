import Box
import Wire

/// One call as one phone knows it, by the server's number for it.
final class SkinnyCall {
    enum Purpose: Equatable {
        case call(String)
        case answer
        /// A second call beside the first, to whom the first is to be transferred, or who is to join it.
        case consult(String, SkinnySoftKey, first: UInt32)
    }

    let callReference: UInt32
    let purpose: Purpose
    let media: SkinnyCallMedia
    private(set) var report: CallReport
    private(set) var isHeld = false
    private var isConnected = false
    private var isOver = false
    private var isEnding = false
    /// So many streams have begun.
    private var begun = 0
    private unowned let phone: SkinnyPhone
    private let started: Timestamp

    /// Packets that are still on their way when the last was sent.
    private static let drainSeconds = 0.5

    init(_ phone: SkinnyPhone, _ callReference: UInt32, _ purpose: Purpose, since started: Timestamp) {
        self.phone = phone
        self.callReference = callReference
        self.purpose = purpose
        self.started = started
        var peer = ""
        if case .call(let number) = purpose { peer = number }
        if case .consult(let number, _, _) = purpose { peer = number }
        report = CallReport(
            callID: "\(phone.device)-\(callReference)", user: phone.user, peer: peer, isCaller: purpose != .answer)
        if case .call = purpose { report.isPlanned = true } else { report.isPlanned = false }
        media = SkinnyCallMedia(phone, isCaller: purpose != .answer)
        phone.loop.after(phone.callSettings.timeout) { [weak self] in self?.giveUp() }
    }

    private var settings: CallSettings { phone.callSettings }

    func changed(to state: SkinnyCallState) {
        switch state {
        case .offHook: dial()
        case .ringIn, .callWaiting:
            if report.ringSeconds == nil { ring() }
        case .ringOut: if report.ringSeconds == nil { report.ringSeconds = phone.loop.now.seconds(since: started) }
        case .connected: connected()
        case .hold: isHeld = true
        case .onHook: finish("completed")
        case .busy, .congestion, .invalidNumber:
            report.outcome = "\(state)"
            hangUp()
        default: break
        }
    }

    private func dial() {
        let number: String
        switch purpose {
        case .call(let called):
            guard !phone.settings.actions.dialsAtOnce else { return }
            number = called
        case .consult(let called, let key, let first):
            number = called
            if key == .transfer, phone.settings.actions.transfersBlindly {
                phone.press(key, in: callReference)
                phone.calls[first]?.isJoined(by: key)
            }
        case .answer: return
        }
        for digit in number {
            guard let button = SkinnyKeys.button(digit) else { continue }
            let body = phone.version < 10 ? SkinnyKeys.body(button) : SkinnyKeys.body(button, 1, callReference)
            phone.send(.keypadButton, body)
        }
    }

    private func ring() {
        report.ringSeconds = phone.loop.now.seconds(since: started)
        phone.loop.after(settings.ringSeconds) { [weak self] in
            guard let self, !isConnected, !isOver else { return }
            phone.press(.answer, in: callReference)
        }
    }

    private func giveUp() {
        guard !isConnected, !isOver else { return }
        report.outcome = "no answer"
        hangUp()
    }

    private func connected() {
        isHeld = false
        guard !isConnected else { return }
        isConnected = true
        report.setUpSeconds = phone.loop.now.seconds(since: started)
        if case .consult(_, let key, let first) = purpose {
            // The other one hears that something has changed, and so does the one who waits.
            phone.loop.after(1) { [weak self] in
                guard let self, !isOver else { return }
                phone.press(key, in: callReference)
                phone.calls[first]?.isJoined(by: key)
            }
        }
        if begun > 0 { streamBegan() }
        if begun == 0 { expectStream(within: settings.timeout, "no media") }
    }

    /// A call whose next stream does not come is over.
    private func expectStream(within seconds: Double, _ outcome: String) {
        let stream = begun
        guard purpose != .answer, stream == 0 || stream == 1 && hasMiddle else { return }
        phone.loop.after(seconds) { [weak self] in
            guard let self, !isOver, stream == begun else { return }
            report.outcome = outcome
            hangUp()
        }
    }

    /// Media goes out. A caller talks half its time over the first stream, then does what it is to do, and talks the rest of
    /// it over the next; one who was called may hang up.
    private func streamBegan() {
        guard isConnected else { return }
        switch purpose {
        case .answer:
            if let seconds = phone.settings.actions.calledHangsUpAfter {
                whileItLasts(seconds) { $0.hangUpAfterDraining() }
            }
        case .call where begun == 1 && hasMiddle: whileItLasts(settings.seconds / 2) { $0.middle() }
        case .call: whileItLasts(hasMiddle ? settings.seconds / 2 : settings.seconds) { $0.hangUpAfterDraining() }
        case .consult: break
        }
    }

    /// Later, if the stream that stands now still does.
    private func whileItLasts(_ seconds: Double, _ action: @escaping (SkinnyCall) -> Void) {
        let stream = begun
        phone.loop.after(seconds) { [weak self] in
            guard let self, !isOver, !isEnding, !isHeld, stream == begun else { return }
            action(self)
        }
    }

    private var hasMiddle: Bool {
        let actions = phone.settings.actions
        return settings.holdSeconds > 0 || actions.transferTo != nil || actions.conferenceWith != nil
    }

    private func middle() {
        let actions = phone.settings.actions
        expectStream(within: settings.timeout + settings.holdSeconds, "no media afterwards")
        if settings.holdSeconds > 0 { hold() }
        if let number = actions.transferTo { consult(number, .transfer) }
        if let number = actions.conferenceWith { consult(number, .conference) }
    }

    private func afterDraining(_ action: @escaping () -> Void) {
        media.fallSilent()
        phone.loop.after(Self.drainSeconds) { [weak self] in
            guard let self, !isOver else { return }
            action()
        }
    }

    private func hold() {
        afterDraining { [unowned self] in
            phone.press(.hold, in: callReference)
            phone.loop.after(settings.holdSeconds) { [weak self] in
                guard let self, !isOver else { return }
                phone.press(.resume, in: callReference)
            }
        }
    }

    private func consult(_ number: String, _ key: SkinnySoftKey) {
        afterDraining { [unowned self] in
            phone.wanted = .consult(number, key, first: callReference)
            phone.press(key, in: callReference)
        }
    }

    private func isJoined(by key: SkinnySoftKey) {
        if key == .transfer { isEnding = true }
    }

    private func hangUpAfterDraining() {
        guard !isOver, !isEnding else { return }
        isEnding = true
        afterDraining { [unowned self] in hangUp() }
    }

    func hangUp() {
        guard !isOver else { return }
        isEnding = true
        phone.press(.endCall, in: callReference)
        phone.loop.after(settings.timeout) { [weak self] in self?.finish("the server does not end the call") }
    }

    func finish(_ outcome: String) {
        guard !isOver else { return }
        isOver = true
        media.end()
        report = reportSoFar
        if report.outcome == "completed" { report.outcome = outcome }
        if outcome == "completed", report.outcome == "completed" {
            if !isConnected { report.outcome = purpose == .answer ? "not answered" : "ended before it was answered" }
            if phone.settings.demandsKeys, media.withoutKey > 0 { report.outcome = "not encrypted" }
        }
        phone.ended(self)
    }

    func open(_ message: OpenReceiveChannel) { media.open(message) }

    func transmit(_ message: StartMediaTransmission) {
        media.transmit(message)
        guard message.part == .call else { return }
        begun += 1
        if report.mediaSeconds == nil { report.mediaSeconds = phone.loop.now.seconds(since: started) }
        streamBegan()
    }

    /// With what its streams have come to until now.
    var reportSoFar: CallReport {
        var report = report
        for stream in media.streams { report.add(stream.media, isReturned: stream.isReturned) }
        report.suite = media.keyed > 0 && media.withoutKey == 0 ? SkinnyKey.suite.rawValue : nil
        report.details = [
            ("version", .integer(Int64(phone.version))), ("streams", .integer(Int64(media.streams.count))),
            ("silent", .integer(Int64(media.streams.count { $0.isSilent }))),
            ("recorded", .integer(Int64(media.copies))), ("keyed", .integer(Int64(media.keyed))),
            ("withoutKey", .integer(Int64(media.withoutKey))),
        ]
        return report
    }
}
