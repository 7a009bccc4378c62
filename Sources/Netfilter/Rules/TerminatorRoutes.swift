/// Where packets go that the terminator's sockets own, whatever address they are for: to this host. A table of our own
/// that holds nothing else, and a rule that sends marked packets there; both carry our protocol number.
enum TerminatorRoutes {
    static let table = 5080
    /// Before the main table; what others have here looks at other bits.
    static let preference = 80

    private static let families = ["-4", "-6"]
    private static let ownProtocol = String(MappedAddress.routeProtocol)

    /// IPv6 only where it is used: not every host has it.
    static func install(withIPv6: Bool) throws(RuleInstallError) {
        // A rule that stood there would stand twice.
        try remove()
        let mark = "\(QueueMark.text(QueueMark.terminated))/\(QueueMark.text(QueueMark.kindMask))"
        for family in withIPv6 ? families : ["-4"] {
            let route = ["route", "replace", "local", "default", "dev", "lo", "table", "\(table)"]
            let rule = ["rule", "add", "pref", "\(preference)", "fwmark", mark, "lookup", "\(table)"]
            try RuleInstaller.run("ip", [family] + route + ["proto", ownProtocol])
            try RuleInstaller.run("ip", [family] + rule + ["protocol", ownProtocol])
        }
    }

    static func remove() throws(RuleInstallError) {
        for family in families {
            try RuleInstaller.run("ip", [family, "rule", "flush", "protocol", ownProtocol])
            // A table that never held a route can not be flushed.
            let routes = try RuleInstaller.run("ip", [family, "route", "show", "table", "all", "proto", ownProtocol])
            guard routes.contains("table \(table)") else { continue }
            try RuleInstaller.run("ip", [family, "route", "flush", "table", "\(table)", "proto", ownProtocol])
        }
    }
}
