import ConfigLanguage
import Wire

/// What a message came by.
enum SIPCarrier {
    case stream(SignallingStream, StreamSide)
    case packet(SIPPassage)
}

/// What an inspection map demands of a message (cisco-facts 8.2).
extension Engine {
    /// Whether a message may go on. What the map wants told is told.
    mutating func inspect(
        _ message: SIPMessage, _ summary: SIPMessageSummary, from carrier: SIPCarrier, at now: Timestamp
    ) -> Bool {
        let policy = policy(of: carrier)
        if let reaction = policy.strictHeaderValidation, let why = SIPChecks.headerDefect(message),
            !react(reaction, "strict-header-validation: \(why)", summary, carrier, at: now)
        {
            return false
        }
        if let reaction = policy.maxForwardsValidation, SIPChecks.hasNoForwards(message),
            !react(reaction, "max-forwards-validation: Max-Forwards is 0", summary, carrier, at: now)
        {
            return false
        }
        if let reaction = policy.stateChecking, let why = stateDefect(message, carrier),
            !react(reaction, "state-checking: \(why)", summary, carrier, at: now)
        {
            return false
        }
        if !policy.permitsInstantMessages, SIPChecks.isInstantMessage(message),
            !react(.init(.drop), "im: instant messages are not permitted", summary, carrier, at: now)
        {
            return false
        }
        return obey(policy.rules, message, summary, carrier, at: now)
    }

    private func policy(of carrier: SIPCarrier) -> SIPInspectionMap {
        switch carrier {
        case .stream(let stream, _): stream.service.policy
        case .packet(let passage): classifier.sipPolicies[Int(passage.policy)]
        }
    }

    /// Acts as a reaction says; whether the message goes on.
    private mutating func react(
        _ reaction: SIPInspectionMap.Reaction, _ why: String, _ summary: SIPMessageSummary, _ carrier: SIPCarrier,
        at now: Timestamp
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
            end(carrier, isReset: false, at: now)
        case .reset:
            counters.sip.dropped &+= 1
            events.append(.sip(.acted(summary, what: "Reset connection for", why: why)), at: now)
            end(carrier, isReset: true, at: now)
        }
        return false
    }

    /// `drop-connection` and `reset`.
    private mutating func end(_ carrier: SIPCarrier, isReset: Bool, at now: Timestamp) {
        switch carrier {
        case .stream(let stream, _):
            if isReset { reset(stream.id, .policy, at: now) } else { close(stream.id, .policy, at: now) }
        case .packet(let passage):
            if let place = passage.flow.flatMap({ flows.place($0) }) { end(place, .inspection, at: now) }
        }
    }

    /// What the dialog's state does not permit (the ASA's `state-checking`).
    private func stateDefect(_ message: SIPMessage, _ carrier: SIPCarrier) -> String? {
        guard let facts = SIPFacts(message), facts.isRequest else { return nil }
        let (isKnown, hasRefused): (Bool, Bool)
        switch carrier {
        case .stream(let stream, let side):
            hasRefused = !stream.refused.isEmpty
            isKnown = calls.calls(of: facts.callID).contains { id in
                calls[id]?.matches(phoneTag: facts.phoneTag(from: side), farTag: facts.farTag(from: side)) ?? false
            }
        case .packet(let passage):
            hasRefused = false
            isKnown = findPassing(facts, passage) != nil
        }
        switch facts.method {
        case .bye, .cancel, .prack, .update:
            return isKnown ? nil : "Message \(facts.method.rawValue) is not permitted to create a Dialog."
        case .ack:
            return isKnown || !calls.calls(of: facts.callID).isEmpty || hasRefused || facts.toTag != nil
                ? nil : "Message ACK is not permitted to create a Dialog."
        default: return nil
        }
    }

    /// The first `match` or `class` that a message fits decides.
    private mutating func obey(
        _ rules: [SIPInspectionMap.Rule], _ message: SIPMessage, _ summary: SIPMessageSummary, _ carrier: SIPCarrier,
        at now: Timestamp
    ) -> Bool {
        guard let rule = rules.first(where: { SIPChecks.fits($0, message) }) else { return true }
        let why = rule.classMap.map { "matched Class \($0)" } ?? "matched"
        switch rule.action {
        case .drop(let sendsError):
            refuseByRule(message, summary, sendsError, carrier, at: now)
            return react(.init(.drop), why, summary, carrier, at: now)
        case .dropConnection(let sendsError):
            refuseByRule(message, summary, sendsError, carrier, at: now)
            return react(.init(.dropConnection), why, summary, carrier, at: now)
        case .reset: return react(.init(.reset), why, summary, carrier, at: now)
        case .rateLimit(let rate):
            guard !admits(rate, carrier, at: now) else { return true }
            return react(.init(.drop), why + ", rate limit", summary, carrier, at: now)
        case .mask, nil:
            if rule.logs { events.append(.sip(.noted(summary, why: why)), at: now) }
            return true
        }
    }

    private mutating func admits(_ rate: Int, _ carrier: SIPCarrier, at now: Timestamp) -> Bool {
        switch carrier {
        case .stream(let stream, _): streams[stream.id]?.rate.admits(rate, at: now) ?? true
        case .packet(let passage): sipRates[Int(passage.policy)].admits(rate, at: now)
        }
    }

    /// `send-protocol-error`.
    private mutating func refuseByRule(
        _ message: SIPMessage, _ summary: SIPMessageSummary, _ sendsError: Bool, _ carrier: SIPCarrier,
        at now: Timestamp
    ) {
        guard sendsError, message.isRequest, message.method != .ack else { return }
        switch carrier {
        case .stream(let stream, let side): answer(message, with: .forbidden, summary, to: side, of: stream, at: now)
        case .packet(let passage): answer(message, with: .forbidden, summary, passage, at: now)
        }
    }

    /// The box answers in the name of whom a request over UDP was for.
    private mutating func answer(
        _ request: SIPMessage, with reply: SIPReply, _ summary: SIPMessageSummary, _ passage: SIPPassage,
        at now: Timestamp
    ) {
        guard passage.transport == .udp else { return }
        counters.sip.answered &+= 1
        repliesMade += 1
        inject(
            reply.message(to: request, tag: repliesMade)[...], from: passage.destination, to: passage.source,
            ingress: passage.egress, egress: passage.ingress)
        events.append(.sip(.answered(summary, status: reply.status)), at: now)
    }

    /// Takes out what a map wants hidden: `software-version` and `uri-non-sip`.
    mutating func mask(
        _ message: SIPMessage, _ summary: SIPMessageSummary, _ policy: SIPInspectionMap, _ editor: inout SIPEditor,
        at now: Timestamp
    ) {
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
