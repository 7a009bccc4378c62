import ConfigLanguage
import Wire

/// What an inspection map demands of a message (cisco-facts 8.4).
extension Engine {
    /// Whether a message may go on. What the map wants told is told.
    mutating func admits(
        _ message: SkinnyMessage, _ summary: SkinnyMessageSummary, from side: StreamSide, of stream: SignallingStream,
        at now: Timestamp
    ) -> Bool {
        let policy = stream.service.skinnyPolicy
        if let violation = violation(of: policy, message, from: side, of: stream) {
            counters.skinny.dropped &+= 1
            events.append(.skinny(.violated(summary, violation)), at: now)
            return false
        }
        guard let rule = policy.rules.first(where: { $0.fits(message.id.rawValue) }) else { return true }
        return obey(rule, summary, of: stream, at: now)
    }

    private func violation(
        of policy: SkinnyInspectionMap, _ message: SkinnyMessage, from side: StreamSide, of stream: SignallingStream
    ) -> SkinnyEvent.Violation? {
        if message.length < policy.shortestLength { return .tooShort }
        if let longest = policy.longestLength, message.length > longest { return .tooLong }
        let number = Int(message.id.rawValue)
        if let limit = policy.messageLimit {
            if number > limit { return .notAllowed }
        } else if number > SkinnyInspectionMap.defaultMessageLimit, message.id.name == nil {
            return .notAllowed
        }
        guard policy.requiresRegistration, side == .phone, !stream.skinny.isRegistered,
            !Self.beforeRegistration.contains(message.id)
        else { return nil }
        return .notRegistered
    }

    /// What phones send before they are registered.
    private static let beforeRegistration: [SkinnyMessageID] = [
        .keepAlive, .register, .registerTokenReq, .spcpRegisterTokenReq, .alarm, .enhancedAlarm, .locationInfo,
        .callCountReq, .unregister,
    ]

    private mutating func obey(
        _ rule: SkinnyInspectionMap.Rule, _ summary: SkinnyMessageSummary, of stream: SignallingStream,
        at now: Timestamp
    ) -> Bool {
        switch rule.action {
        case .rateLimit(let rate):
            guard streams[stream.id]?.rate.admits(rate, at: now) == false else { return true }
            act("Dropped", summary, at: now)
        case .drop: act("Dropped", summary, at: now)
        case .dropConnection:
            act("Dropped connection for", summary, at: now)
            close(stream.id, .policy, at: now)
        case .reset:
            act("Reset connection for", summary, at: now)
            reset(stream.id, .policy, at: now)
        case .mask, nil:
            if rule.logs { events.append(.skinny(.noted(summary, "matched message-id")), at: now) }
            return true
        }
        return false
    }

    private mutating func act(_ what: String, _ summary: SkinnyMessageSummary, at now: Timestamp) {
        counters.skinny.dropped &+= 1
        events.append(.skinny(.acted(summary, what: what)), at: now)
    }
}
