import Box

/// What one benchmark found: our figures, those of the floor (the least that this machine can do it with) and of a peer
/// (another program that does it), all from one run.
struct Report {
    enum Section: String, CaseIterable {
        case ours, floor, peer
    }

    let name: String
    var figures: [Section: Figures] = [:]
    /// Each is written so that more is better, and held against the target of the same name.
    private(set) var ratios = Figures()
    private(set) var targets = Figures()
    /// By the name of a figure or a section: why it could not be measured.
    private(set) var reasons: [(subject: String, why: String)] = []

    init(_ name: String) { self.name = name }

    subscript(_ section: Section, _ key: String) -> Double? {
        get { figures[section]?[key] }
        set { figures[section, default: Figures()].note(key, newValue) }
    }

    /// Notes a ratio and what it should at least be.
    mutating func judge(_ key: String, _ ratio: Double?, atLeast target: Double) {
        ratios.note(key, ratio)
        targets.note(key, target)
    }

    mutating func explain(_ subject: String, _ why: String) { reasons.append((subject, why)) }

    /// Every ratio was measured and reaches its target. A benchmark without a ratio promises nothing, and fails.
    var isMet: Bool {
        !ratios.entries.isEmpty
            && ratios.entries.allSatisfy { ratio in
                guard let value = ratio.value, let target = targets[ratio.key] else { return false }
                return value >= target
            }
    }

    /// The object that `tools/bench` prints last.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [("name", .string(name))]
        members += Section.allCases.map { ($0.rawValue, figures[$0]?.json ?? .null) }
        members += [("ratio", ratios.json), ("target", targets.json), ("met", .bool(isMet))]
        if !reasons.isEmpty { members.append(("why", .object(reasons.map { ($0.subject, .string($0.why)) }))) }
        return .object(members)
    }
}
