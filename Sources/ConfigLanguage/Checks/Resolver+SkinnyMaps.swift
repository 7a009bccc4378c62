/// Skinny inspection maps: the class-maps that their rules name.
extension Resolver {
    mutating func resolveSkinnyMaps() {
        configuration.skinnyClassMaps = draft.skinny.classMaps
        for (name, draft) in draft.skinny.maps.sorted(by: { $0.key < $1.key }) {
            var map = draft.value
            for rule in draft.rules {
                if let resolved = self.rule(rule) { map.rules.append(resolved) }
            }
            configuration.skinnyInspectionMaps[name] = map
        }
    }

    private mutating func rule(_ rule: SkinnyMapDraft.Rule) -> SkinnyInspectionMap.Rule? {
        switch rule.condition {
        case .match(let match): return SkinnyInspectionMap.Rule(match, action: rule.action, logs: rule.logs)
        case .classMap(let name):
            guard let classMap = draft.skinny.classMaps[name.value] else {
                reportUnknown("class-map of type inspect skinny", name, among: draft.skinny.classMaps.keys)
                return nil
            }
            return SkinnyInspectionMap.Rule(classMap, action: rule.action, logs: rule.logs)
        }
    }
}
