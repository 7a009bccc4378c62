extension RunningConfiguration {
    func skinnyMap(_ map: SkinnyInspectionMap, all: Bool) -> [String] {
        ["policy-map type inspect skinny \(map.name)"] + parameters(map, all: all) + map.rules.flatMap(rule)
    }

    private func parameters(_ map: SkinnyInspectionMap, all: Bool) -> [String] {
        let unset = SkinnyInspectionMap(name: "")
        var lines: [String] = []
        if map.requiresRegistration { lines.append("  enforce-registration") }
        if map.messageLimit != nil || all {
            let limit = map.messageLimit ?? SkinnyInspectionMap.defaultMessageLimit
            lines.append("  message-id max 0x\(String(limit, radix: 16))")
        }
        if let version = map.versionLimit { lines.append("  protocol-version max \(version)") }
        if let conformance = map.rtpConformance {
            lines.append("  rtp-conformance\(conformance.enforcesPayloadType ? " enforce-payloadtype" : "")")
        }
        if let longest = map.longestLength { lines.append("  sccp-prefix-len max \(longest)") }
        if map.shortestLength != unset.shortestLength || all {
            lines.append("  sccp-prefix-len min \(map.shortestLength)")
        }
        if map.mediaTimeout != unset.mediaTimeout || all {
            lines.append("  timeout media \(Words.clock(map.mediaTimeout))")
        }
        if map.signallingTimeout != unset.signallingTimeout || all {
            lines.append("  timeout signaling \(Words.clock(map.signallingTimeout))")
        }
        return lines.isEmpty ? [] : [" parameters"] + lines
    }

    func skinnyClassMap(_ classMap: SkinnyInspectionMap.ClassMap) -> [String] {
        ["class-map type inspect skinny match-\(classMap.matchesAll ? "all" : "any") \(classMap.name)"]
            + classMap.matches.map { " \(match($0))" }
    }

    private func match(_ match: SkinnyInspectionMap.Match) -> String {
        let (low, high) = (hex(match.messages.lowerBound), hex(match.messages.upperBound))
        return "match \(match.isInverted ? "not " : "")message-id \(low == high ? low : "range \(low) \(high)")"
    }

    private func rule(_ rule: SkinnyInspectionMap.Rule) -> [String] {
        var lines = rule.classMap.map { [" class \($0)"] } ?? rule.matches.map { " \(match($0))" }
        let log = rule.logs ? " log" : ""
        switch rule.action {
        case .drop: lines.append("  drop\(log)")
        case .dropConnection: lines.append("  drop-connection\(log)")
        case .mask: lines.append("  mask\(log)")
        case .reset: lines.append("  reset\(log)")
        case .rateLimit(let rate):
            lines.append("  rate-limit \(rate)")
            if rule.logs { lines.append("  log") }
        case nil: if rule.logs { lines.append("  log") }
        }
        return lines
    }

    private func hex(_ value: Int) -> String { "0x" + String(value, radix: 16) }
}
