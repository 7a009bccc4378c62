/// `policy-map type inspect skinny`, and what it names.
struct SkinnyDraft {
    /// By name.
    var maps: [String: SkinnyMapDraft] = [:]
    /// `class-map type inspect skinny`, by name.
    var classMaps: [String: SkinnyInspectionMap.ClassMap] = [:]
}

struct SkinnyMapDraft {
    struct Rule {
        enum Condition {
            case match(SkinnyInspectionMap.Match)
            case classMap(Located<String>)

            /// Says the same, wherever it stands.
            func isLike(_ other: Condition) -> Bool {
                switch (self, other) {
                case (.match(let one), .match(let other)): one == other
                case (.classMap(let one), .classMap(let other)): one.value == other.value
                default: false
                }
            }
        }

        var condition: Condition
        var action: SkinnyInspectionMap.Action?
        var logs = false
    }

    var name: Located<String>
    /// Without its rules, whose names are looked up.
    var value: SkinnyInspectionMap
    var rules: [Rule] = []
    /// The rule whose actions are being read.
    var current = 0

    init(name: Located<String>) {
        self.name = name
        value = SkinnyInspectionMap(name: name.value)
    }
}
