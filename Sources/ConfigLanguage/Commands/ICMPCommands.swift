import Wire

/// `icmp {permit|deny} SOURCE MASK [TYPE] INTERFACE`.
enum ICMPCommands {
    static func rule(_ action: AccessEntry.Action) -> Command.Handler {
        { words throws(Problem) in
            let source = try words.icmpSource()
            let type = try words.icmpType()
            let interface = try words.name("interface")
            let rule = ICMPRuleDraft(
                action: action, source: source, type: type, interface: interface, site: words.readSite)
            let isNegated = words.isNegated
            return { reading throws(Problem) in
                let index = reading.draft.icmpRules.firstIndex { $0.means(the: rule) }
                if isNegated {
                    guard let index else { return reading.warnNothingToRemove("icmp rule", at: rule.site) }
                    reading.draft.icmpRules.remove(at: index)
                } else if index == nil {
                    try Limit.check(
                        reading.draft.icmpRules.count, below: Limit.icmpRules, "icmp rules", at: rule.site)
                    reading.draft.icmpRules.append(rule)
                }
            }
        }
    }
}

struct ICMPRuleDraft {
    var action: AccessEntry.Action
    var source: AddressMatch
    var type: UInt8?
    var interface: Located<String>
    var site: Site

    func means(the other: ICMPRuleDraft) -> Bool {
        action == other.action && source == other.source && type == other.type && interface == other.interface
    }
}

extension Words {
    /// `any`, `host ADDRESS`, `ADDRESS MASK`, or an IPv6 prefix.
    fileprivate mutating func icmpSource() throws(Problem) -> AddressMatch {
        let keywords = ["any", "host"]
        if !isAtAddress(ratherThan: keywords), let keyword = try optionalKeyword(keywords) {
            return keyword == "any" ? .any : .range(AddressRange(host: try address()))
        }
        if isAtPrefixV6 { return .range(AddressRange(try networkV6())) }
        let network = try networkV4(zeros: true)
        return network == .anyV4 ? .anyV4 : .range(AddressRange(network))
    }

    /// An interface may stand here as well, whose name is no abbreviation of a type.
    fileprivate mutating func icmpType() throws(Problem) -> UInt8? {
        ask(oneOf: ICMPTypeNames.names(.icmp))
        ask("<0-255>")
        guard let token = next,
            Self.decimal(token.text) != nil || ICMPTypeNames.names(.icmp).contains(token.text)
        else { return nil }
        return try optionalICMPType(of: .icmp, besides: [])
    }
}
