extension Resolver {
    mutating func resolveICMP() {
        for rule in draft.icmpRules where interface(rule.interface) != nil {
            configuration.icmpRules.append(
                ICMPRule(
                    action: rule.action, source: rule.source, type: rule.type, interface: rule.interface.value))
        }
    }
}
