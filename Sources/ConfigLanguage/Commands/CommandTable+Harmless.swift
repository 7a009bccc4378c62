/// The commands that this box reads past with a warning, and those it refuses by name.
extension CommandTable {
    private static let noEffect = "has no effect on this box"
    private static let asaOnly = "is about the ASA itself"
    private static let linuxLogin = "is ignored: whoever may log in is Linux's business"

    static let harmless: [Command] =
        [
            .harmless("ASA Version", asaOnly),
            .harmless("Cryptochecksum", asaOnly),
            .harmless("boot", asaOnly),
            .harmless("names", "is always on"),
            .harmless("banner", noEffect),
            .harmless("pager", noEffect),
            .harmless("prompt", noEffect),
            .harmless("terminal", noEffect),
            .harmless("console timeout", noEffect),
            .harmless("mtu", "is Linux's business (ip link)"),
            .harmless("arp timeout", noEffect),
            .harmless("arp permit-nonconnected", noEffect),
            .harmless("clock", "is Linux's business"),
            .harmless("ftp mode", noEffect),
            .harmless("asdm", noEffect),
            .harmless("snmp-server", "has no effect: this box has no SNMP agent"),
            .harmless("telnet timeout", noEffect),
            .harmless("ssh timeout", noEffect),
            .harmless("ssh version", noEffect),
            .harmless("ssh key-exchange", noEffect),
            .harmless("ssh stricthostkeycheck", noEffect),
            .harmless("enable password", linuxLogin),
            .harmless("passwd", linuxLogin),
            .harmless("aaa", linuxLogin),
            .harmless("user-identity", linuxLogin),
            .harmless("dynamic-access-policy-record", noEffect),
            .harmless("threat-detection", noEffect),
            .harmless("icmp unreachable", noEffect),
            .harmless("logging asdm", noEffect),
            .harmless("logging asdm-buffer-size", noEffect),
            .harmless("logging trap", "has no effect without a logging host"),
            .harmless("logging monitor", noEffect),
            .harmless("logging history", noEffect),
            .harmless("logging facility", noEffect),
            .harmless("logging queue", noEffect),
            .harmless("logging device-id", noEffect),
            .harmless("logging standby", noEffect),
            .harmless("logging permit-hostdown", noEffect),
            .harmless("logging debug-trace", noEffect),
        ] + otherInspectionMaps

    /// Maps of protocols that are not inspected.
    private static let otherInspectionMaps: [Command] = [
        "dcerpc", "dns", "esmtp", "ftp", "gtp", "h323", "http", "im", "ip-options", "ipsec-pass-thru", "ipv6", "mgcp",
        "netbios", "radius-accounting", "rtsp", "scansafe", "snmp",
    ].map { .harmless("policy-map type inspect \($0)", "is not inspected by this box") }

    static let unsupported: [Command] = [
        "call-home", "crypto ca trustpool", "crypto dynamic-map", "crypto ikev1", "crypto ikev2", "crypto ipsec",
        "crypto isakmp",
        "crypto map", "dhcpd", "failover", "group-policy", "http", "ip local", "monitor-interface", "ntp",
        "object service", "object-group", "priority-queue", "router", "sla", "tunnel-group", "uc-ime", "username",
        "virtual", "vpdn", "vpn", "webvpn", "alias", "aaa-server", "url-server", "xlate", "ssh", "telnet", "console",
    ].map { .unsupported($0) }
}

extension Configuration {
    /// The commands that are known to be harmless and have no effect here, in the order of a printed list.
    public static let harmlessCommands: [String] =
        (CommandTable.harmless + CommandTable.interface).compactMap { command in
            if case .harmless = command.effect { return command.keywords.joined(separator: " ") }
            return nil
        }.sorted()
}
