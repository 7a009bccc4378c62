/// `policy-map type inspect sip`, and what it names.
struct SIPDraft {
    /// By name.
    var maps: [String: SIPMapDraft] = [:]
    /// `class-map type inspect sip`, by name.
    var classMaps: [String: SIPClassMapDraft] = [:]
    /// `regex`, by name.
    var expressions: [String: RegularExpression] = [:]
    /// `class-map type regex`, by name.
    var expressionClasses: [String: RegexClassDraft] = [:]
}

struct SIPMapDraft {
    struct Rule {
        enum Condition: Hashable {
            case match(SIPMatchDraft)
            case classMap(Located<String>)
        }

        var condition: Condition
        var action: SIPInspectionMap.RuleAction?
        var logs = false
        /// The line that enters it.
        var site: Site
    }

    var name: Located<String>
    /// Without its rules, whose names are looked up.
    var value: SIPInspectionMap
    var rules: [Rule] = []
    /// The rule whose actions are being read.
    var current = 0

    init(name: Located<String>) {
        self.name = name
        value = SIPInspectionMap(name: name.value)
    }
}

struct SIPClassMapDraft {
    var name: Located<String>
    var matchesAll = true
    var matches: [Located<SIPMatchDraft>] = []

    init(name: Located<String>) { self.name = name }
}

struct SIPMatchDraft: Hashable {
    /// What a pattern is looked for in.
    enum Field: String, Hashable, CaseIterable {
        case calledParty = "called-party"
        case callingParty = "calling-party"
        case contentType = "content type"
        case instantMessageSubscriber = "im-subscriber"
        case messagePath = "message-path"
        case thirdPartyRegistration = "third-party-registration"
    }

    enum Criterion: Hashable {
        case text(Field, PatternUse)
        case contentLength(Int)
        case contentTypeSDP
        case requestMethod(SIPInspectionMap.Method)
        case uriLength(SIPInspectionMap.Scheme, Int)
    }

    /// `regex NAME` or `regex class NAME`.
    struct PatternUse: Hashable {
        var name: Located<String>
        var isClass: Bool
    }

    var isInverted: Bool
    var criterion: Criterion
}

struct RegexClassDraft {
    var name: Located<String>
    var members: [Located<String>] = []

    init(name: Located<String>) { self.name = name }
}
