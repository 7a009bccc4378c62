import Inspection
import Wire

/// Skinny: 608001 to 608005, and what `debug skinny` tells.
extension SyslogText {
    /// A line of `debug skinny`.
    func text(_ fact: SkinnyEvent) -> String { fact.text { names[$0] } }

    func message(_ fact: SkinnyEvent) -> Message {
        switch fact {
        case .channel(let message, let from, let side, let to, let other):
            asa(
                6, 608001,
                "Pre-allocate Skinny RTP secondary channel for \(names[side]):\(from) to \(names[other]):\(to) from "
                    + "\(message.id.label) message")
        case .violated(let message, let violation):
            asa(
                4, violation.number,
                "Dropping Skinny message for \(message.ends { names[$0] }), \(violation.text(message))")
        case .dropped, .refused, .acted, .noted: own(4, "SKINNY", text(fact))
        case .passed, .callBegan, .callAnswered, .callEnded: Self.debugTrace(text(fact))
        }
    }
}

extension SkinnyEvent.Violation {
    fileprivate var number: Int {
        switch self {
        case .tooShort: 608002
        case .tooLong: 608003
        case .notAllowed: 608004
        case .notRegistered: 608005
        }
    }
}
