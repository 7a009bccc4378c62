/// `timeout` and `fragment`.
enum TimerCommands {
    private struct Timer: Sendable {
        var name: String
        var field: WritableKeyPath<Timeouts, Int> & Sendable
        /// Seconds.
        var range: ClosedRange<Int>
    }

    /// 1193:00:00, the ASA's longest.
    private static let longest = 1193 * 3600

    private static let timers = [
        Timer(name: "conn", field: \.connection, range: 300...longest),
        Timer(name: "half-closed", field: \.halfClosed, range: 30...longest),
        Timer(name: "embryonic", field: \.embryonic, range: 5...longest),
        Timer(name: "udp", field: \.udp, range: 1...longest),
        Timer(name: "icmp", field: \.icmp, range: 2...longest),
        Timer(name: "xlate", field: \.translation, range: 60...longest),
        Timer(name: "sip", field: \.sip, range: 300...longest),
        Timer(name: "sip_media", field: \.sipMedia, range: 60...longest),
        Timer(name: "sip-invite", field: \.sipInvite, range: 60...1800),
        Timer(name: "sip-disconnect", field: \.sipDisconnect, range: 1...600),
        Timer(name: "sip-provisional-media", field: \.sipProvisionalMedia, range: 60...1800),
    ]

    /// What the ASA also times, and this box has not.
    private static let unused = [
        "conn-holddown", "floating-conn", "h225", "h323", "igp", "mgcp", "mgcp-pat", "pat-xlate", "sctp", "sunrpc",
        "tcp-proxy-reassembly", "uauth",
    ]

    /// `timeout NAME h:mm:ss` and more of the same in one line.
    static func timeout(_ words: inout Words) throws(Problem) -> Command.Change {
        var changes: [(field: WritableKeyPath<Timeouts, Int>, seconds: Int)] = []
        repeat {
            let site = words.site
            let name = try words.keyword(timers.map(\.name) + unused)
            guard let timer = timers.first(where: { $0.name == name }) else {
                try skipUnused(name, site, &words)
                continue
            }
            if words.isNegated {
                if !words.isAtEnd { _ = try words.duration(in: timer.range) }
                changes.append((timer.field, Timeouts()[keyPath: timer.field]))
            } else {
                changes.append((timer.field, try words.duration(in: timer.range)))
            }
        } while !words.isAtEnd
        let read = changes
        return { reading in
            for change in read { reading.draft.timeouts[keyPath: change.field] = change.seconds }
        }
    }

    private static func skipUnused(_ name: String, _ site: Site, _ words: inout Words) throws(Problem) {
        _ = try words.name("h:mm:ss")
        if name == "uauth" { _ = try words.optionalKeyword(["absolute", "inactivity"]) }
        if name == "igp" { _ = try words.name("h:mm:ss") }
        words.warn("'timeout \(name)' has no effect on this box", at: site)
    }

    /// `fragment {size|chain|timeout} N [IFC]`.
    static func fragment(_ words: inout Words) throws(Problem) -> Command.Change {
        let fields: [String: (WritableKeyPath<FragmentLimits, Int>, ClosedRange<Int>)] = [
            "size": (\.size, 1...30000), "chain": (\.chain, 1...8200), "timeout": (\.timeout, 1...30),
        ]
        let keyword = try words.keyword(["size", "chain", "timeout", "reassembly"])
        guard let (field, range) = fields[keyword] else {
            throw Problem(site: words.readSite, message: "'fragment \(keyword)' is not supported by this box")
        }
        let value = try words.isNegated ? words.optionalNumber(in: range) : words.number(in: range)
        var interface: Located<String>?
        if !words.isAtEnd {
            let name = try words.name("interface name")
            words.warn("reassembly is one for the whole box: the value counts on every interface", at: name.site)
            interface = name
        }
        let applied = words.isNegated ? FragmentLimits()[keyPath: field] : value ?? FragmentLimits()[keyPath: field]
        let place = interface
        return { reading in
            reading.draft.fragments[keyPath: field] = applied
            if let place { reading.draft.interfaceNames.append(place) }
        }
    }
}
