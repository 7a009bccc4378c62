/// The phone proxy and what it is put together from.
extension CommandTable {
    static let phoneProxies: [Command] = [
        Command("ctl-file", CTLFileCommands.ctlFile),
        .missing("tls-proxy", [.define(.tlsProxy), .optional(["noconfirm"])], opens: .tlsProxy, atMost: many),
        .missing("tls-proxy maximum-session", alias: "maximum-sessions", [.number(1...15000)]),
        .missing("media-termination", [.define(.mediaTermination)], opens: .mediaTermination, atMost: 1),
        Command("phone-proxy", PhoneProxyCommands.phoneProxy),
    ]

    static let phoneProxy: [Command] = [
        Command("media-termination", PhoneProxyCommands.name(\.mediaTermination, .mediaTermination)),
        Command("media-termination address", PhoneProxyCommands.mediaTerminationAddress),
        Command("rtp-min-port", PhoneProxyCommands.rtpPorts),
        Command("tftp-server address", PhoneProxyCommands.tftpServer),
        Command("tls-proxy", PhoneProxyCommands.name(\.tlsProxy, .tlsProxy)),
        Command("ctl-file", PhoneProxyCommands.name(\.ctlFile, .ctlFile)),
        Command("cluster-mode", PhoneProxyCommands.clusterMode),
        Command("proxy-server", PhoneProxyCommands.proxyServer),
        Command("cipc security-mode authenticated", PhoneProxyCommands.flag(\.authenticatesCIPC)),
        Command("disable service-settings", PhoneProxyCommands.flag(\.disablesServiceSettings)),
        Command("timeout secure-phones", PhoneProxyCommands.timeout),
    ]

    private static let clientCiphers = ["3des-sha1", "aes128-sha1", "aes256-sha1", "des-sha1", "null-sha1"]

    static let tlsProxy: [Command] = [
        .missing("server trust-point", [.use(.trustpoint)]),
        .missing("server authenticate-client"),
        .missing("client ldc issuer", [.use(.trustpoint)]),
        .missing("client ldc key-pair", alias: "keypair", [.use(.keyPair)]),
        .missing("client cipher-suite", [.choices(clientCiphers, upTo: clientCiphers.count)]),
        .missing("client trust-point", [.use(.trustpoint)]),
    ]

    static let mediaTermination: [Command] = [
        .missing("address", [.address, .optional(["interface", .use(.interface)])], atMost: many),
        .missing(
            "rtp-min-port",
            [.number(1024...16384), .keywordAlso("rtp-max-port", "rtp-maxport"), .number(32767...65535)]),
    ]

    static let dnsServerGroup: [Command] = [
        Command("name-server", DNSCommands.groupServers),
        Command("domain-name", DNSCommands.domainName),
        Command("timeout", DNSCommands.number(\.timeout, in: 1...30)),
        Command("retries", DNSCommands.number(\.retries, in: 0...10)),
    ]
}
