/// The phone proxy and what it is put together from.
extension CommandTable {
    static let phoneProxies: [Command] = [
        Command("ctl-file", CTLFileCommands.ctlFile),
        Command("tls-proxy", TLSProxyCommands.tlsProxy),
        Command("tls-proxy maximum-session", alias: "maximum-sessions", TLSProxyCommands.maximumSessions),
        Command("media-termination", MediaTerminationCommands.mediaTermination),
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
        Command("secure-phones require-file-request", PhoneProxyCommands.flag(\.requiresFileRequest)),
    ]

    static let tlsProxy: [Command] = [
        Command("server trust-point", TLSProxyCommands.name(\.serverTrustpoint, .trustpoint)),
        Command("server authenticate-client", TLSProxyCommands.authenticateClient),
        Command("client ldc issuer", TLSProxyCommands.name(\.ldcIssuer, .trustpoint)),
        Command("client ldc key-pair", alias: "keypair", TLSProxyCommands.name(\.ldcKeyPair, .keyPair)),
        Command("client cipher-suite", TLSProxyCommands.cipherSuite),
        Command("client trust-point", TLSProxyCommands.name(\.clientTrustpoint, .trustpoint)),
    ]

    static let mediaTermination: [Command] = [
        Command("address", MediaTerminationCommands.address),
        Command("rtp-min-port", MediaTerminationCommands.ports),
    ]

    static let dnsServerGroup: [Command] = [
        Command("name-server", DNSCommands.groupServers),
        Command("domain-name", DNSCommands.domainName),
        Command("timeout", DNSCommands.number(\.timeout, in: 1...30)),
        Command("retries", DNSCommands.number(\.retries, in: 0...10)),
    ]
}
