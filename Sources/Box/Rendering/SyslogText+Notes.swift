import Inspection

extension SyslogText {
    /// What is written of what the hands of phones' calls have told.
    func messages(_ note: CallHands.Note, _ ciphers: StreamCiphers) -> [Message] {
        switch note {
        case .stream(let event, let parties): messages(event, parties, ciphers)
        case .media(let fact, let session): message(fact, session).map { [$0] } ?? []
        }
    }

    /// What `debug` prints of a fact that has a topic there.
    func debugText(_ fact: Event.Kind) -> String {
        switch fact {
        case .phoneProxy(let fact): text(fact)
        case .signalling(let fact): text(fact)
        case .media(let fact): text(fact)
        case .sip(let fact): text(fact)
        case .skinny(let fact): text(fact)
        default: ""
        }
    }
}
