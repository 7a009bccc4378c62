import Inspection

/// What `debug` has switched on.
struct Debugging: Hashable, Sendable {
    /// What can be debugged, as the commands name it (cisco-facts 1.4).
    enum Topic: String, Hashable, Sendable, CaseIterable {
        case phoneFiles = "phone-proxy tftp"
        case media = "phone-proxy media"
        case signalling = "phone-proxy signaling"
        case sip = "sip"
        case skinny = "skinny"
        case tlsProxy = "inspect tls-proxy"
    }

    /// `debug TOPIC [events | errors]`: both without a word behind it.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case events, errors
    }

    enum Change: Hashable, Sendable {
        case on(Topic, Set<Kind>)
        case off(Topic, Set<Kind>)
        case allOff
    }

    private var kinds: [Topic: Set<Kind>] = [:]

    mutating func apply(_ change: Change) {
        switch change {
        case .on(let topic, let added): kinds[topic, default: []].formUnion(added)
        case .off(let topic, let removed): kinds[topic]?.subtract(removed)
        case .allOff: kinds = [:]
        }
    }

    var isOn: Bool { kinds.values.contains { !$0.isEmpty } }

    func shows(_ kind: Kind, of topic: Topic) -> Bool { kinds[topic]?.contains(kind) ?? false }

    /// `show debug`.
    var text: String {
        Topic.allCases.flatMap { topic in
            Kind.allCases.filter { shows($0, of: topic) }.map { "debug \(topic.rawValue) \($0.rawValue) enabled" }
        }.joined(separator: "\n")
    }
}

extension Event.Kind {
    /// Under which `debug` command a fact is told, and as what; `nil`: under none.
    var debugging: (topic: Debugging.Topic, kind: Debugging.Kind)? {
        switch self {
        case .phoneProxy(let fact): (.phoneFiles, fact.severity == .error ? .errors : .events)
        case .signalling(let fact):
            (fact.plain == .skinny ? .skinny : .signalling, fact.isError ? .errors : .events)
        case .media(let fact): (.media, fact.isError ? .errors : .events)
        case .sip(let fact): (.sip, fact.isError ? .errors : .events)
        case .skinny(let fact): (.skinny, fact.isTold ? .errors : .events)
        default: nil
        }
    }
}

extension SIPEvent {
    /// Told in the log in any case: something did not go on.
    var isError: Bool {
        switch self {
        case .dropped, .acted, .noted: true
        case .passed, .answered, .callBegan, .callAnswered, .callEnded: false
        }
    }
}

extension SkinnyEvent {
    /// Told in the log in any case: something did not go on, or 608001, or what is worth a word.
    var isTold: Bool {
        switch self {
        case .channel, .noted: true
        default: isError
        }
    }
}
