extension RunningConfiguration {
    func regex(_ name: String, _ expression: RegularExpression) -> String { "regex \(name) \(expression.pattern)" }

    func regexClass(_ name: String, _ members: [String]) -> [String] {
        ["class-map type regex match-any \(name)"] + members.map { " match regex \($0)" }
    }

    func sipClassMap(_ classMap: SIPInspectionMap.ClassMap) -> [String] {
        ["class-map type inspect sip match-\(classMap.matchesAll ? "all" : "any") \(classMap.name)"]
            + classMap.matches.map { " \(match($0))" }
    }

    func sipMap(_ map: SIPInspectionMap, all: Bool) -> [String] {
        ["policy-map type inspect sip \(map.name)"] + parameters(map, all: all) + map.rules.flatMap(rule)
    }

    private func parameters(_ map: SIPInspectionMap, all: Bool) -> [String] {
        var lines: [String] = []
        func flag(_ name: String, _ isOn: Bool, normally: Bool) {
            if all || isOn != normally { lines.append("  \(isOn ? "" : "no ")\(name)") }
        }
        func reaction(_ name: String, _ reaction: SIPInspectionMap.Reaction?) {
            if let reaction {
                lines.append("  \(name) action \(reaction.action.rawValue)\(reaction.logs ? " log" : "")")
            } else if all {
                lines.append("  no \(name)")
            }
        }
        flag("im", map.permitsInstantMessages, normally: true)
        flag("ip-address-privacy", map.hidesAddresses, normally: false)
        reaction("max-forwards-validation", map.maxForwardsValidation)
        if let conformance = map.rtpConformance {
            lines.append("  rtp-conformance\(conformance.enforcesPayloadType ? " enforce-payloadtype" : "")")
        } else if all {
            lines.append("  no rtp-conformance")
        }
        reaction("software-version", map.softwareVersion)
        reaction("state-checking", map.stateChecking)
        reaction("strict-header-validation", map.strictHeaderValidation)
        flag("traffic-non-sip", map.permitsNonSIP, normally: true)
        reaction("uri-non-sip", map.nonSIPURIs)
        return lines.isEmpty ? [] : [" parameters"] + lines
    }

    // MARK: Rules

    private func rule(_ rule: SIPInspectionMap.Rule) -> [String] {
        let condition = rule.classMap.map { "class \($0)" } ?? rule.matches.first.map(match) ?? ""
        var lines = [" \(condition)"]
        let log = rule.logs ? " log" : ""
        switch rule.action {
        case .drop(let sendsError): lines.append("  drop\(sendsError ? " send-protocol-error" : "")\(log)")
        case .dropConnection(let sendsError):
            lines.append("  drop-connection\(sendsError ? " send-protocol-error" : "")\(log)")
        case .reset: lines.append("  reset\(log)")
        case .mask: lines.append("  mask\(log)")
        case .rateLimit(let rate):
            lines.append("  rate-limit \(rate)")
            if rule.logs { lines.append("  log") }
        case nil: if rule.logs { lines.append("  log") }
        }
        return lines
    }

    private func match(_ match: SIPInspectionMap.Match) -> String {
        "match \(match.isInverted ? "not " : "")\(criterion(match.criterion))"
    }

    private func criterion(_ criterion: SIPInspectionMap.Criterion) -> String {
        switch criterion {
        case .calledParty(let pattern): "called-party \(text(pattern))"
        case .callingParty(let pattern): "calling-party \(text(pattern))"
        case .contentLength(let bytes): "content length gt \(bytes)"
        case .contentTypeSDP: "content type sdp"
        case .contentType(let pattern): "content type \(text(pattern))"
        case .instantMessageSubscriber(let pattern): "im-subscriber \(text(pattern))"
        case .messagePath(let pattern): "message-path \(text(pattern))"
        case .requestMethod(let method): "request-method \(method.rawValue)"
        case .thirdPartyRegistration(let pattern): "third-party-registration \(text(pattern))"
        case .uriLength(let scheme, let bytes): "uri \(scheme.rawValue) length gt \(bytes)"
        }
    }

    private func text(_ pattern: SIPInspectionMap.TextPattern) -> String {
        "regex \(pattern.isClass ? "class " : "")\(pattern.name)"
    }
}
