import Testing

@testable import ConfigLanguage

@Suite("Keys, trustpoints and CTL files")
struct TrustTests {
    // MARK: Key pairs

    @Test(arguments: [
        ("crypto key generate rsa label pair modulus 2048", "pair", 2048),
        ("crypto key generate rsa modulus 2048 label pair", "pair", 2048),
        ("crypto key generate rsa general-keys label pair noconfirm", "pair", 1024),
        ("crypto ca generate rsa label pair modulus 1024", "pair", 1024),
        ("cry key gen rsa lab pair mod 4096", "pair", 4096),
        ("crypto key generate rsa", "<Default-RSA-Key>", 1024),
        ("crypto key generate rsa label pair modulus 2048\ncrypto key generate rsa label pair", "pair", 1024),
    ])
    func aKeyPairIsDeclared(line: String, label: String, modulus: Int) {
        #expect(valid(line).keyPairs == [label: KeyPairDeclaration(label: label, modulus: modulus)])
    }

    // MARK: Trustpoints

    /// Lines under `crypto ca trustpoint t`, and what they change.
    @Test(arguments: [
        (["enrollment self"], "self"), (["enr sel"], "self"), (["enrollment terminal"], "terminal"),
        (["enrollment self", "enrollment terminal"], "terminal"), (["enrollment self", "no enrollment self"], ""),
        (["keypair pair"], "pair"), (["keypair other", "keypair pair"], "pair"), (["keypair pair", "no keypair"], ""),
        (["fqdn my_tftp.example.com"], "fqdn"), (["fqdn a", "no fqdn"], ""), (["fqdn a", "fqdn none"], ""),
        (["subject-name cn=FW_LDC_SIGNER, o=Example"], "subject"),
        (["subject cn=a", "no subject-name cn=a"], ""),
        (["serial-number"], "serial"), (["serial-number", "no serial-number"], ""),
        (["proxy-ldc-issuer"], "ldc"), (["proxy_ldc_issuer"], "ldc"), (["proxy-ldc-issuer", "no proxy-l"], ""),
        (["signature-digest sha1"], "sha1"), (["signature-digest sha512", "sig sha1"], "sha1"),
        (["signature-digest sha1", "no signature-digest"], ""),
        (["revocation-check none", "crl configure"], ""),
    ])
    func aSettingOfATrustpointFillsTheModel(lines: [String], what: String) {
        var expected = Trustpoint(name: "t")
        switch what {
        case "self": expected.enrollment = .selfSigned
        case "terminal": expected.enrollment = .terminal
        case "pair": expected.keyPair = "pair"
        case "fqdn": expected.fqdn = "my_tftp.example.com"
        case "subject": expected.subjectName = "cn=FW_LDC_SIGNER, o=Example"
        case "serial": expected.includesSerialNumber = true
        case "ldc": expected.isProxyLDCIssuer = true
        case "sha1": expected.digest = .sha1
        default: break
        }
        let text = "crypto ca trustpoint t\n" + lines.map { " \($0)" }.joined(separator: "\n")
        #expect(valid(text).trustpoints == ["t": expected])
    }

    @Test(arguments: ["crypto ca enroll t", "crypto ca enr t noconfirm", "crypto ca enroll t\ncrypto ca enroll t"])
    func aTrustpointIsEnrolled(line: String) {
        let start = "crypto ca trustpoint t\n enrollment self\n"
        #expect(valid(start + line).trustpoints["t"]?.isEnrolled == true)
        #expect(valid(start + line + "\nno crypto ca enroll t").trustpoints["t"]?.isEnrolled == false)
    }

    @Test func aTrustpointThatIsNamedTwiceIsOne() {
        let configuration = valid("crypto ca trustpoint t\n fqdn a\ncrypto ca trustpoint t\n serial-number")
        #expect(configuration.trustpoints["t"]?.fqdn == "a")
        #expect(configuration.trustpoints["t"]?.includesSerialNumber == true)
    }

    @Test func aTrustpointCanBeTakenBackWithAllThatBelongsToIt() {
        let result = read(
            "crypto ca trustpoint t\n enrollment terminal\n crl required\ncrypto ca enroll t\ncrypto ca authenticate t\n"
                + "no crypto ca trustpoint t\ncrypto ca trustpoint t")
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
        #expect(result.configuration.trustpoints == ["t": Trustpoint(name: "t")])
    }

    /// What is done once is no part of a configuration.
    @Test(arguments: [
        "crypto ca export t pkcs12 S3CRET", "crypto ca export t identity-certificate",
        "crypto ca import t pkcs12 S3CRET nointeractive\n-----BEGIN PKCS12-----\nMIIB\n-----END PKCS12-----\nquit",
        "crypto ca import t pkcs12 S3CRET\nMIIBszCCAVmgAwIBAgIUQAAAAAAAAAAAAAAAAAAAAAAAAAAA\nhostname AAAA\nquit",
        "crypto ca import t certificate\n-----BEGIN CERTIFICATE-----\nhostname\n-----END CERTIFICATE-----",
    ])
    func anActionIsWarnedOfAndItsTextNotKept(text: String) {
        let result = read(text + "\nhostname after")
        #expect(result.isInForce)
        #expect(result.messages(.warning).count == 1)
        #expect(result.messages(.warning).first?.contains("give it as 'phoneproxy crypto ca ") == true)
        #expect(result.configuration.hostname == "after")
        #expect(!"\(result)".contains("S3CRET") && !"\(result)".contains("MIIB"))
    }

    @Test(arguments: ["crl", "ocsp", "crl none"])
    func withoutRevocationListsTheBoxDoesNotRunWhereOneIsWanted(methods: String) {
        let result = read("crypto ca trustpoint t\n revocation-check \(methods)")
        #expect(result.messages(.notInForce) == ["revocation-check"])
        #expect(read("crypto ca trustpoint t\n revocation-check crl\n revocation-check none").diagnostics.isEmpty)
    }

    // MARK: CTL files

    private static let list =
        twoInterfaces
        + "crypto ca trustpoint s\n enrollment self\ncrypto ca enroll s\ncrypto ca trustpoint capf\n enrollment self\n"
        + "crypto ca enroll capf\nctl-file list\n "

    @Test(
        arguments: [
            ("record-entry cucm-tftp trustpoint s address 10.10.0.24", CTLFileDefinition.Role.cucmTFTP, nil),
            ("record-entry cucm trustpoint s address 10.10.0.24 domain-name example.com", .cucm, "example.com"),
            ("record-entry tftp trustpoint s address 10.10.0.24", .tftp, nil),
            ("rec capf tr s add 10.10.0.24 dom example.com", .capf, "example.com"),
        ] as [(String, CTLFileDefinition.Role, String?)])
    func aRecordEntryFillsTheModel(line: String, role: CTLFileDefinition.Role, domain: String?) {
        #expect(
            valid(Self.list + line).ctlFiles["list"]?.entries == [
                .init(role: role, trustpoint: "s", address: address("10.10.0.24"), domainName: domain)
            ])
    }

    @Test(arguments: [
        ("sast 5", "sast"), ("sast 5\n no sast", ""), ("digest sha512", "digest"), ("digest sha512\n digest sha1", ""),
        ("digest sha512\n no digest", ""), ("no shutdown", "up"), ("no shutdown\n shutdown", ""),
        ("cluster-ctl-file disk0:/old.tlv", "cluster"), ("cluster-ctl-file a.tlv\n no cluster-ctl-file", ""),
    ])
    func aSettingOfACTLFileFillsTheModel(line: String, what: String) {
        var expected = CTLFileDefinition(name: "list")
        switch what {
        case "sast": expected.sastCount = 5
        case "digest": expected.digest = .sha512
        case "up": expected.isShutdown = false
        case "cluster": expected.clusterFile = "disk0:/old.tlv"
        default: break
        }
        #expect(valid(Self.list + line).ctlFiles == ["list": expected])
    }

    @Test func entriesKeepTheirOrderAndOneSaidTwiceIsOne() {
        let entries = [
            "record-entry tftp trustpoint s address 10.10.0.24", "record-entry cucm trustpoint s address 192.0.2.24",
        ]
        let lines = (entries + entries).joined(separator: "\n ")
        #expect(valid(Self.list + lines).ctlFiles["list"]?.entries.map(\.role) == [.tftp, .cucm])
    }

    @Test(arguments: [
        "no record-entry cucm", "no record-entry cucm trustpoint s",
        "no record-entry cucm trustpoint s address 10.10.0.24",
        "no record-entry cucm trustpoint s address 10.10.0.24 domain-name example.com",
    ])
    func aRecordEntryIsTakenBackByAsMuchAsIsSaid(line: String) {
        let entries =
            "record-entry tftp trustpoint s address 10.10.0.24\n "
            + "record-entry cucm trustpoint s address 10.10.0.24 domain-name example.com\n "
        #expect(valid(Self.list + entries + line).ctlFiles["list"]?.entries.map(\.role) == [.tftp])
    }

    @Test func theTrustpointsThatAListMakesMayBeNamed() {
        let result = read("ctl-file list\n sast 5\ntls-proxy p\n server trust-point _internal_PP_list")
        #expect(result.messages(.error).isEmpty)
        let file = CTLFileDefinition(name: "list")
        #expect([file.sastTrustpoint(0), file.proxyTrustpoint] == ["_internal_list_SAST_0", "_internal_PP_list"])
    }

    /// As the ASA's running configuration shows them.
    @Test func theTrustpointsThatAListMakesMayBeSpelledOut() {
        let result = read(
            """
            crypto ca trustpoint _internal_list_SAST_0
             enrollment self
             fqdn none
             subject-name cn="_internal_list_SAST_0";ou="STG";o="Cisco Inc"
             keypair _internal_list_SAST_0
             crl configure
            ctl-file list
             sast 2
            """)
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    }

    // MARK: DNS

    @Test(arguments: [
        "dns domain-lookup inside\ndns name-server 192.0.2.53 2001:db8::53",
        "dns domain inside\ndns name-server 192.0.2.53\ndns name 2001:db8::53",
        "dns domain-lookup inside\ndns server-group DefaultDNS\n name-server 192.0.2.53 2001:db8::53",
        "dns domain-lookup inside\ndns domain-lookup inside\ndns name-server 192.0.2.53 192.0.2.53 2001:db8::53",
        "dns domain-lookup inside\ndns name-server 192.0.2.1 192.0.2.53 2001:db8::53\nno dns name-server 192.0.2.1",
    ])
    func nameServersStandInTheOrderInWhichTheyAreAsked(text: String) {
        let result = read(twoInterfaces + text)
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
        #expect(result.configuration.dns.servers == [address("192.0.2.53"), address("2001:db8::53")])
        #expect(result.configuration.dns.lookupInterfaces == ["inside"])
    }

    @Test func theDefaultGroupHasItsSettings() {
        let group = "dns server-group DefaultDNS\n domain-name example.com\n timeout 5\n retries 0\n"
        let dns = valid(group).dns
        #expect((dns.domainName, dns.timeout, dns.retries) == ("example.com", 5, 0))
        #expect(valid(group + " no domain-name\n no timeout\n no retries 0").dns == DNSSettings())
        #expect(valid(group + "no dns server-group DefaultDNS").dns == DNSSettings())
    }

    @Test func anotherGroupHasNoEffectAndIsWarnedOf() {
        let result = read("dns server-group other\n name-server 192.0.2.53\n timeout 5")
        #expect(result.messages(.warning) == ["only the group DefaultDNS is asked: this one has no effect"])
        #expect(result.configuration.dns == DNSSettings())
    }
}
