import Wire

/// A fact about Skinny: what `debug skinny` tells, and ASA 608001 to 608005.
public enum SkinnyEvent: Hashable, Sendable {
    /// Why an inspection map lets a message go no further.
    public enum Violation: Hashable, Sendable {
        /// 608002, 608003: `sccp-prefix-len`.
        case tooShort, tooLong
        /// 608004: `message-id max`.
        case notAllowed
        /// 608005: `enforce-registration`.
        case notRegistered
    }

    case passed(SkinnyMessageSummary)
    /// Not passed on, in words.
    case dropped(SkinnyMessageSummary, String)
    /// Not passed on, and answered by the box in the receiver's place.
    case refused(SkinnyMessageSummary, String)
    case violated(SkinnyMessageSummary, Violation)
    /// A rule of an inspection map did something about it: `Dropped`, `Dropped connection for`, `Reset connection for`.
    case acted(SkinnyMessageSummary, what: String)
    /// Passed, and worth a word.
    case noted(SkinnyMessageSummary, String)
    /// 608001: where media of a channel goes, from one side to the other.
    case channel(SkinnyMessageSummary, from: IPAddress, InterfaceIndex, to: IPAddress, InterfaceIndex)
    case callBegan(CallSummary)
    case callAnswered(CallSummary)
    case callEnded(CallSummary, CallEnd)
}

extension SkinnyEvent {
    /// Told in the log in any case: something did not go on.
    public var isError: Bool {
        switch self {
        case .dropped, .refused, .violated, .acted: true
        case .passed, .noted, .channel, .callBegan, .callAnswered, .callEnded: false
        }
    }

    /// A line of `debug skinny`; `name` gives an interface's `nameif`.
    public func text(_ name: (InterfaceIndex) -> String) -> String { "SKINNY: " + body(name) }

    private func body(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .passed(let message): message.text(name)
        case .dropped(let message, let why): "dropped \(message.text(name)): \(why)"
        case .refused(let message, let why): "refused \(message.text(name)): \(why)"
        case .violated(let message, let violation): "dropped \(message.text(name)): \(violation.text(message))"
        case .acted(let message, let what): "\(what) \(message.text(name))"
        case .noted(let message, let what): "\(message.text(name)): \(what)"
        case .channel(let message, let from, let side, let to, let other):
            "media for \(name(side)):\(from) to \(name(other)):\(to) from \(message.id.label)"
        case .callBegan(let call): "call \(call.callID) begins"
        case .callAnswered(let call): "call \(call.callID) from \(call.from) to \(call.to) is answered"
        case .callEnded(let call, let end): "call \(call.callID) ends: \(end.rawValue)"
        }
    }
}

extension SkinnyEvent.Violation {
    /// The words of 608002 to 608005.
    public func text(_ message: SkinnyMessageSummary) -> String {
        let number = "0x" + String(message.id.rawValue, radix: 16)
        return switch self {
        case .tooShort: "SCCPPrefix length \(message.length) too small"
        case .tooLong: "SCCPPrefix length \(message.length) too large"
        case .notAllowed: "message id \(number) not allowed"
        case .notRegistered: "message id \(number) registration not complete"
        }
    }
}
