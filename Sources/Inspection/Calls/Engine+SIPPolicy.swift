import ConfigLanguage
import Wire

/// What an inspection map demands of a message (cisco-facts 8.2).
extension Engine {
    /// Whether a message may go on. What the map wants told is told.
    mutating func inspect(
        _ message: SIPMessage, _ summary: SIPMessageSummary, from side: StreamSide, of stream: SignallingStream,
        at now: Timestamp
    ) -> Bool {
        let policy = services.services[stream.service].policy
        if let reaction = policy.strictHeaderValidation, let why = SIPChecks.headerDefect(message),
            !react(reaction, "strict-header-validation: \(why)", summary, of: stream, at: now)
        {
            return false
        }
        if let reaction = policy.maxForwardsValidation, SIPChecks.hasNoForwards(message),
            !react(reaction, "max-forwards-validation: Max-Forwards is 0", summary, of: stream, at: now)
        {
            return false
        }
        if let reaction = policy.stateChecking, let why = stateDefect(message, from: side, of: stream),
            !react(reaction, "state-checking: \(why)", summary, of: stream, at: now)
        {
            return false
        }
        if !policy.permitsInstantMessages, SIPChecks.isInstantMessage(message),
            !react(.init(.drop), "im: instant messages are not permitted", summary, of: stream, at: now)
        {
            return false
        }
        return obey(policy.rules, message, summary, from: side, of: stream, at: now)
    }

    /// Acts as a reaction says; whether the message goes on.
    private mutating func react(
        _ reaction: SIPInspectionMap.Reaction, _ why: String, _ summary: SIPMessageSummary,
        of stream: SignallingStream, at now: Timestamp
    ) -> Bool {
        switch reaction.action {
        case .log, .mask:
            events.append(.sip(.noted(summary, why: why)), at: now)
            return true
        case .drop:
            counters.sip.dropped &+= 1
            events.append(.sip(.acted(summary, what: "Dropped", why: why)), at: now)
        case .dropConnection:
            counters.sip.dropped &+= 1
            events.append(.sip(.acted(summary, what: "Dropped connection for", why: why)), at: now)
            close(stream.id, .policy, at: now)
        case .reset:
            counters.sip.dropped &+= 1
            events.append(.sip(.acted(summary, what: "Reset connection for", why: why)), at: now)
            reset(stream.id, .policy, at: now)
        }
        return false
    }

    /// What the dialog's state does not permit (the ASA's `state-checking`).
    private func stateDefect(_ message: SIPMessage, from side: StreamSide, of stream: SignallingStream) -> String? {
        guard let facts = SIPFacts(message), facts.isRequest else { return nil }
        let isKnown = calls.calls(of: facts.callID).contains { id in
            calls[id]?.matches(phoneTag: facts.phoneTag(from: side), farTag: facts.farTag(from: side)) ?? false
        }
        switch facts.method {
        case .bye, .cancel, .prack, .update:
            return isKnown ? nil : "Message \(facts.method.rawValue) is not permitted to create a Dialog."
        case .ack:
            return isKnown || !calls.calls(of: facts.callID).isEmpty || !stream.refused.isEmpty || facts.toTag != nil
                ? nil : "Message ACK is not permitted to create a Dialog."
        default: return nil
        }
    }

    /// The first `match` or `class` that a message fits decides.
    private mutating func obey(
        _ rules: [SIPInspectionMap.Rule], _ message: SIPMessage, _ summary: SIPMessageSummary, from side: StreamSide,
        of stream: SignallingStream, at now: Timestamp
    ) -> Bool {
        guard let rule = rules.first(where: { SIPChecks.fits($0, message) }) else { return true }
        let why = rule.classMap.map { "matched Class \($0)" } ?? "matched"
        switch rule.action {
        case .drop(let sendsError):
            refuseByRule(message, summary, sendsError, from: side, of: stream, at: now)
            return react(.init(.drop), why, summary, of: stream, at: now)
        case .dropConnection(let sendsError):
            refuseByRule(message, summary, sendsError, from: side, of: stream, at: now)
            return react(.init(.dropConnection), why, summary, of: stream, at: now)
        case .reset: return react(.init(.reset), why, summary, of: stream, at: now)
        case .rateLimit(let rate):
            guard streams[stream.id]?.rate.admits(rate, at: now) == false else { return true }
            return react(.init(.drop), why + ", rate limit", summary, of: stream, at: now)
        case .mask, nil:
            if rule.logs { events.append(.sip(.noted(summary, why: why)), at: now) }
            return true
        }
    }

    /// `send-protocol-error`.
    private mutating func refuseByRule(
        _ message: SIPMessage, _ summary: SIPMessageSummary, _ sendsError: Bool, from side: StreamSide,
        of stream: SignallingStream, at now: Timestamp
    ) {
        guard sendsError, message.isRequest, message.method != .ack else { return }
        answer(message, with: .forbidden, summary, to: side, of: stream, at: now)
    }

    /// Takes out what a map wants hidden: `software-version` and `uri-non-sip`.
    mutating func mask(
        _ message: SIPMessage, _ summary: SIPMessageSummary, from side: StreamSide, of stream: SignallingStream,
        _ editor: inout SIPEditor, at now: Timestamp
    ) {
        let policy = services.services[stream.service].policy
        if let reaction = policy.softwareVersion {
            for index in message.headers.indices
            where [.server, .userAgent].contains(message.headers[index].name) && !message.headers[index].value.isEmpty {
                apply(reaction, "software-version", to: index, summary, &editor, at: now)
            }
        }
        if let reaction = policy.nonSIPURIs {
            for index in message.headers.indices
            where [.alertInfo, .callInfo].contains(message.headers[index].name) && SIPChecks.isNonSIP(message, index) {
                apply(reaction, "uri-non-sip", to: index, summary, &editor, at: now)
            }
        }
    }

    private mutating func apply(
        _ reaction: SIPInspectionMap.Reaction, _ why: String, to index: Int, _ summary: SIPMessageSummary,
        _ editor: inout SIPEditor, at now: Timestamp
    ) {
        if reaction.action == .mask {
            editor.edits.replace(
                editor.message.headers[index].value,
                with: [UInt8](repeating: UInt8(ascii: "X"), count: editor.message.headers[index].value.count))
            if reaction.logs {
                events.append(.sip(.acted(summary, what: "Masked header flags for", why: why)), at: now)
            }
        } else {
            events.append(.sip(.noted(summary, why: why)), at: now)
        }
    }
}
