/// Keys, trustpoints and the names that phones trust.
extension CommandTable {
    static let trust: [Command] = [
        Command("crypto key generate rsa", KeyPairCommands.generate),
        // As Cisco's listings also have it.
        Command("crypto ca generate rsa", KeyPairCommands.generate),
        Command("crypto ca trustpoint", TrustpointCommands.trustpoint),
        Command("crypto ca enroll", EnrollmentCommands.enroll),
        Command("crypto ca authenticate", EnrollmentCommands.authenticate),
        Command("crypto ca export", EnrollmentCommands.export),
        Command("crypto ca import", EnrollmentCommands.import),
        Command("crypto ca certificate chain", EnrollmentCommands.certificateChain),
    ]

    static let trustpoint: [Command] = [
        Command("enrollment self", TrustpointCommands.enrollment(.selfSigned)),
        Command("enrollment terminal", TrustpointCommands.enrollment(.terminal)),
        .missing("enrollment url", [.text("URL")]),
        .missing("enrollment retry", [.choice(["count", "period"]), .number(0...100)], atMost: 2),
        Command("keypair", TrustpointCommands.keyPair),
        Command("fqdn", TrustpointCommands.fqdn),
        Command("subject-name", TrustpointCommands.subjectName),
        Command("serial-number", TrustpointCommands.flag(\.includesSerialNumber)),
        Command("proxy-ldc-issuer", alias: "proxy_ldc_issuer", TrustpointCommands.flag(\.isProxyLDCIssuer)),
        Command("signature-digest", TrustpointCommands.signatureDigest),
        .missing("ip-address", [.address]),
        .missing("email", [.word("address")]),
        .missing("password", [.word("challenge")]),
        Command("revocation-check", TrustpointCommands.revocationCheck),
        // Every trustpoint of a running configuration ends with it.
        Command("crl configure", TrustpointCommands.accepted),
        Command("crl nocheck", TrustpointCommands.accepted),
        .later("crl required"),
        .later("crl optional"),
        .missing("id-usage", [.choices(["ssl-ipsec", "code-signer"], upTo: 2)]),
        .missing("client-types", [.choices(["ipsec", "ssl"], upTo: 2)]),
        .missing("accept-subordinates"),
        .missing("id-cert-issuer"),
        .missing("no-validation-usage"),
    ]

    static let certificateChain: [Command] = [Command("certificate", EnrollmentCommands.certificate)]

    static let ctlFile: [Command] = [
        Command("record-entry", CTLFileCommands.recordEntry),
        Command("cluster-ctl-file", CTLFileCommands.clusterFile),
        Command("sast", CTLFileCommands.sast),
        Command("digest", CTLFileCommands.digest),
        Command("shutdown", CTLFileCommands.shutdown),
    ]
}
