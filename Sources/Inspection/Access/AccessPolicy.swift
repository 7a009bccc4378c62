import ConfigLanguage
import Wire

/// The access lists in force, and where: what `access-group` and the security levels come to.
struct AccessPolicy {
    /// What a new flow is asked about. Both destinations count in a rule: the one the initiator sees and the real one
    /// (the chapter's access lists name the mapped address, the ASA's own since 8.3 the real one).
    struct Question {
        var transport: IPProtocol
        var source: Endpoint
        /// The source as the other side sees it.
        var mappedSource: IPAddress
        var destination: Endpoint
        var realDestination: Endpoint
        var icmpType: UInt8?
    }

    struct Answer {
        var isPermitted: Bool
        /// `nil` where no access list was asked: the security levels decided.
        var entry: AccessEntryIndex?
    }

    private let lists: [AccessList]
    /// Per list and entry; the last one is the implicit deny's.
    private(set) var hits: [[UInt64]]
    /// Per interface, which list stands there.
    private let inbound: [Int?]
    private let outbound: [Int?]
    private let global: Int?
    private let securityLevels: [Int]
    private let permitsSameSecurity: Bool
    /// Without any interface there is no boundary to guard: everything passes.
    private let permitsAll: Bool

    init(_ configuration: Configuration) {
        // A group whose list does not exist denies, as an empty list does.
        let missing = Set(configuration.accessGroups.map(\.list)).subtracting(configuration.accessLists.keys)
        let all = configuration.accessLists.merging(missing.map { ($0, AccessList(name: $0)) }) { known, _ in known }
        let names = all.keys.sorted()
        let sorted = names.compactMap { all[$0] }
        let numbers = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
        func list(_ interface: String?, _ direction: AccessGroup.Direction) -> Int? {
            configuration.accessGroups
                .first { $0.interface == interface && $0.direction == direction }
                .flatMap { numbers[$0.list] }
        }
        lists = sorted
        hits = sorted.map { [UInt64](repeating: 0, count: $0.entries.count + 1) }
        inbound = configuration.interfaces.map { list($0.name, .inbound) }
        outbound = configuration.interfaces.map { list($0.name, .outbound) }
        global = list(nil, .inbound)
        securityLevels = configuration.interfaces.map(\.securityLevel)
        permitsSameSecurity = configuration.permitsSameSecurityTraffic
        permitsAll = configuration.interfaces.isEmpty
    }

    /// Whether a flow may come in on `ingress`, to leave by `egress` (`nil`: to the box itself).
    mutating func admits(
        _ question: Question, from ingress: InterfaceIndex, to egress: InterfaceIndex?
    ) -> Answer {
        if permitsAll { return Answer(isPermitted: true, entry: nil) }
        let place = Int(ingress.rawValue)
        guard inbound.indices.contains(place), levelsMayTalk(place, egress) else {
            return Answer(isPermitted: false, entry: nil)
        }
        // An interface's own list is asked before the global one, which then speaks for what the first left open.
        if let own = inbound[place], let answer = ask(own, question) { return answer }
        if let global, let answer = ask(global, question) { return answer }
        if let last = global ?? inbound[place] { return denyImplicitly(last) }
        return Answer(isPermitted: levelsPermit(place, egress), entry: nil)
    }

    /// Whether a flow that came in may leave by `egress`.
    mutating func releases(_ question: Question, to egress: InterfaceIndex) -> Answer {
        guard !permitsAll, let list = outbound[Int(egress.rawValue)] else {
            return Answer(isPermitted: true, entry: nil)
        }
        return ask(list, question) ?? denyImplicitly(list)
    }

    /// Interfaces of one security level do not talk unless `same-security-traffic` lets them, and none talks to itself;
    /// no list changes that.
    private func levelsMayTalk(_ ingress: Int, _ egress: InterfaceIndex?) -> Bool {
        guard let egress = egress.map({ Int($0.rawValue) }) else { return true }
        return ingress != egress && (securityLevels[ingress] != securityLevels[egress] || permitsSameSecurity)
    }

    /// From the more trusted side to the less trusted one, unless a list says otherwise.
    private func levelsPermit(_ ingress: Int, _ egress: InterfaceIndex?) -> Bool {
        guard let egress else { return true }
        return securityLevels[ingress] >= securityLevels[Int(egress.rawValue)]
    }

    /// What the list's first matching entry says; `nil` when none matches.
    private mutating func ask(_ list: Int, _ question: Question) -> Answer? {
        let entries = lists[list].entries
        for index in entries.indices where Self.matches(entries[index], question) {
            hits[list][index] += 1
            return Answer(
                isPermitted: entries[index].action == .permit,
                entry: AccessEntryIndex(list: UInt16(list), entry: UInt32(index)))
        }
        return nil
    }

    /// What no entry matches is denied.
    private mutating func denyImplicitly(_ list: Int) -> Answer {
        hits[list][lists[list].entries.count] += 1
        return Answer(isPermitted: false, entry: AccessEntryIndex(list: UInt16(list), entry: nil))
    }

    static func matches(_ entry: AccessEntry, _ question: Question) -> Bool {
        if entry.isInactive { return false }
        if let transport = entry.transport, transport != question.transport { return false }
        if let type = entry.icmpType, type != question.icmpType { return false }
        guard entry.source.matches(question.source.address) || entry.source.matches(question.mappedSource) else {
            return false
        }
        guard entry.sourcePorts.matches(question.source.port) else { return false }
        return matches(entry, destination: question.destination)
            || matches(entry, destination: question.realDestination)
    }

    private static func matches(_ entry: AccessEntry, destination: Endpoint) -> Bool {
        entry.destination.matches(destination.address) && entry.destinationPorts.matches(destination.port)
    }
}

// MARK: What show access-list needs

extension AccessPolicy {
    var allLists: [AccessList] { lists }

    func listName(_ index: AccessEntryIndex) -> String { lists[Int(index.list)].name }

    /// The command of an entry; `nil` for the implicit deny.
    func entryText(_ index: AccessEntryIndex) -> String? {
        index.entry.map { lists[Int(index.list)].entries[Int($0)].text }
    }

    /// Whether the entry has `log`.
    func logs(_ index: AccessEntryIndex) -> Bool {
        index.entry.map { lists[Int(index.list)].entries[Int($0)].logs } ?? false
    }

    mutating func clearHits() {
        hits = hits.map { [UInt64](repeating: 0, count: $0.count) }
    }

    /// A list by itself, for what is not a flow: `capture … access-list`.
    func permits(list name: String, _ question: Question) -> Bool? {
        guard let list = lists.first(where: { $0.name == name }) else { return nil }
        return list.entries.first { Self.matches($0, question) }?.action == .permit
    }
}
