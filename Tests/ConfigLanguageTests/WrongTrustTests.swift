import Testing

@testable import ConfigLanguage

@Suite("A wrong phone proxy or trust list: one diagnostic, at the word at fault, that says what is wrong")
struct WrongTrustTests {
    /// A trustpoint with all that it needs.
    private static let server =
        "crypto key generate rsa label pair modulus 1024\ncrypto ca trustpoint s\n enrollment self\n keypair pair\n"
        + "crypto ca enroll s\n"
    private static let entry = " record-entry cucm-tftp trustpoint s address 10.10.0.24\n"
    private static let list = server + "ctl-file list\n" + entry + " no shutdown\n"
    private static let tftp = " tftp-server address 192.0.2.101 interface inside\n"
    private static let proxy = list + "phone-proxy p\n ctl-file list\n" + tftp

    static let trust = [
        Wrong("crypto key generate rsa modulus «1000»", "not one of 512, 768, 1024, 2048, 4096"),
        Wrong("crypto key generate rsa label«»", "incomplete command"),
        Wrong("crypto key generate rsa label a «label» b", "unexpected 'label'"),
        Wrong("crypto key generate rsa general-keys «usage-keys»", "unexpected 'usage-keys'"),
        Wrong("crypto key generate «dsa»", "unexpected 'dsa'"),
        Wrong("crypto ca trustpoint«»", "incomplete command"),
        Wrong("crypto ca trustpoint t\n enrollment «auto»", "unexpected 'auto'"),
        Wrong("crypto ca trustpoint t\n fqdn «a..b»", "not a domain name"),
        Wrong("crypto ca trustpoint t\n fqdn «host/name»", "not a domain name"),
        Wrong("crypto ca trustpoint t\n subject-name «FW_LDC_SIGNER»", "not an X.500 name"),
        Wrong("crypto ca trustpoint t\n subject-name «cn=a,,o=b»", "not an X.500 name"),
        Wrong("crypto ca trustpoint t\n subject-name «cn=\"a»", "not an X.500 name"),
        Wrong("crypto ca trustpoint t\n subject-name«»", "incomplete command"),
        Wrong(
            "crypto ca trustpoint t\n subject-name «cn=\(String(repeating: "x", count: 498))»",
            "at most 500 characters"),
        Wrong("crypto ca trustpoint t\n signature-digest «md5»", "unexpected 'md5'"),
        Wrong("crypto ca trustpoint t\n keypair pair «two»", "unexpected 'two'"),
        Wrong("crypto ca trustpoint t\n proxy-ldc-issuer\n «enrollment terminal»", "of its own making"),
        Wrong("crypto ca trustpoint t\n revocation-check «never»", "unexpected 'never'"),
        Wrong("crypto ca enroll «nobody»", "no trustpoint 'nobody'"),
        Wrong("crypto ca trustpoint server\ncrypto ca enroll «sevrer»", "did you mean 'server'?"),
        Wrong("crypto ca export t «pkcs7»", "unexpected 'pkcs7'"),
        Wrong("crypto ca import t certificate «now»", "unexpected 'now'"),
    ]

    static let lists = [
        Wrong("ctl-file c\n sast «6»", "not in 1-5"),
        Wrong("ctl-file c\n sast «0»", "not in 1-5"),
        Wrong("ctl-file c\n digest «sha256»", "unexpected 'sha256'"),
        Wrong("ctl-file c\n cluster-ctl-file «disk0:/CTLFile.tlv»", "is no name for an existing list"),
        Wrong("ctl-file c\n cluster-ctl-file «ctlfile.tlv»", "is no name for an existing list"),
        Wrong("ctl-file c\n record-entry «cucmtftp» trustpoint t address 10.10.0.26", "did you mean 'cucm-tftp'?"),
        Wrong("ctl-file c\n record-entry «cuc» trustpoint t address 10.10.0.26", "'cuc' is ambiguous"),
        Wrong("ctl-file c\n record-entry cucm trustpoint «t» address 10.10.0.26", "no trustpoint 't'"),
        Wrong(server + "ctl-file c\n record-entry cucm «address» 10.10.0.24", "unexpected 'address'"),
        Wrong(server + "ctl-file c\n record-entry cucm trustpoint s address «ucm»", "neither an address nor a name"),
        Wrong(server + "ctl-file c\n record-entry cucm trustpoint s«»", "incomplete command"),
        Wrong(server + "ctl-file c\n record-entry tftp trustpoint s address 10.10.0.24 «port» 69", "unexpected 'port'"),
        Wrong(
            server + "ctl-file c\n record-entry tftp trustpoint s address 10.10.0.24 domain-name a «b»",
            "unexpected 'b'"),
        Wrong(
            server + "ctl-file c\n record-entry capf trustpoint s address 10.10.0.24\n"
                + " «record-entry capf trustpoint s address 192.0.2.24»",
            "more than 1 of 'record-entry capf' (line 15 has the first)"),
    ]

    static let proxies = [
        Wrong("phone-proxy «p»", "has no TFTP server"),
        Wrong("phone-proxy p\n" + tftp + " media-termination «m»", "no media-termination 'm'"),
        Wrong("phone-proxy p\n" + tftp + " ctl-file «c»", "no ctl-file 'c'"),
        Wrong("phone-proxy p\n" + tftp + " tls-proxy «t»", "no tls-proxy 't'"),
        Wrong("phone-proxy p\n" + tftp + "phone-proxy «q»", "more than 1 of 'phone-proxy' (line 9 has the first)"),
        Wrong(
            "tls-proxy t\nphone-proxy p\n" + tftp + " tls-proxy t\n «cluster-mode mixed»", "has no 'client ldc issuer'"),
        Wrong("phone-proxy p\n" + tftp + " «cluster-mode mixed»", "needs a tls-proxy with 'client ldc issuer'"),
        Wrong("phone-proxy p\n" + tftp + " cluster-mode «secure»", "unexpected 'secure'"),
        Wrong("phone-proxy p\n tftp-server address 192.0.2.101«»\n" + tftp, "incomplete command"),
        Wrong("phone-proxy p\n tftp-server «192.0.2.101» interface inside\n" + tftp, "unexpected '192.0.2.101'"),
        Wrong("phone-proxy p\n tftp-server address «ucm» interface inside\n" + tftp, "neither an address nor a name"),
        Wrong("phone-proxy p\n tftp-server address 192.0.2.101 «0» interface inside\n" + tftp, "port 0 is not in"),
        Wrong("phone-proxy p\n tftp-server address 192.0.2.101 interface «dmz»", "no interface 'dmz'"),
        Wrong("phone-proxy p\n tftp-server address 192.0.2.101 interface «outside»", "is behind interface 'inside'"),
        Wrong(
            "route inside 172.16.0.0 255.240.0.0 192.0.2.1\nroute outside 0 0 10.10.0.1\n"
                + "phone-proxy p\n tftp-server address 172.16.0.5 interface «outside»", "is behind interface 'inside'"),
        Wrong(
            "phone-proxy p\n" + tftp + " proxy-server address 192.0.2.30 interface «outside»",
            "is behind interface 'inside'"),
        Wrong("phone-proxy p\n" + tftp + " proxy-server address 192.0.2.30 8080«»", "incomplete command"),
        Wrong("phone-proxy p\n" + tftp + " timeout secure-phones «0»", "every wait of this box has an end"),
        Wrong("phone-proxy p\n" + tftp + " timeout secure-phones «300»", "is not a time"),
        Wrong("phone-proxy p\n" + tftp + " cipc security-mode «encrypted»", "unexpected 'encrypted'"),
        Wrong("phone-proxy p\n" + tftp + " rtp-min-port «1023» rtp-max-port 32767", "not in 1024-16384"),
        Wrong("phone-proxy p\n" + tftp + " media-termination address 10.10.0.25 interface «dmz»", "no interface 'dmz'"),
        Wrong(
            "phone-proxy p\n" + tftp + " media-termination address 10.10.0.25\n"
                + " «media-termination address 192.0.2.25 interface inside»", "excludes"),
        Wrong(
            "media-termination m\nphone-proxy p\n" + tftp
                + " media-termination m\n «media-termination address 10.10.0.25»", "has media-termination 'm' already"),
        Wrong("dns domain-lookup «dmz»", "no interface 'dmz'"),
        Wrong(
            "dns domain-lookup inside\ndns name-server 192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6\n"
                + "dns name-server «192.0.2.7»", "more than 6 name servers"),
        Wrong("dns server-group DefaultDNS\n timeout «31»", "not in 1-30"),
        Wrong("dns server-group DefaultDNS\n retries «11»", "not in 0-10"),
    ]

    @Test(arguments: trust + lists + proxies)
    func isAnError(_ wrong: Wrong) throws { try wrong.expectOnly(.error) }

    static let doubtful = [
        Wrong("crypto key generate rsa label a modulus «512»", "too short to be trusted"),
        Wrong("crypto key generate rsa label a modulus «768»", "too short to be trusted"),
        Wrong("crypto key generate rsa «usage-keys» label a", "one pair is made"),
        Wrong("crypto ca trustpoint t\n keypair «pair»", "key pair 'pair' is not declared"),
        Wrong("crypto key generate rsa label pair\ncrypto ca trustpoint t\n keypair «piar»", "did you mean 'pair'?"),
        Wrong("crypto ca trustpoint t\n enrollment terminal\ncrypto ca enroll «t»", "makes no certificate"),
        Wrong("crypto ca trustpoint t\n enrollment terminal\ncrypto ca authenticate «t»", "no certificate stands here"),
        Wrong(
            "crypto ca trustpoint t\ncrypto ca authenticate t «fingerprint» 0a\n-----BEGIN CERTIFICATE-----\nMAA=\n"
                + "-----END CERTIFICATE-----", "the fingerprint is not compared"),
        Wrong("crypto ca trustpoint t\n «enrollment url http://192.0.2.1»", "not acted upon yet: enrollment url"),
        Wrong(
            server + "crypto ca trustpoint t\n enrollment self\n keypair «pair»",
            "trustpoint 's' (line 10) has the same key pair and the same subject"),
        Wrong("«crypto ca export t identity-certificate»", "no part of a configuration"),
        Wrong(
            "crypto ca trustpoint t\n enrollment self\nctl-file c\n record-entry tftp trustpoint «t» address 10.10.0.24",
            "is not enrolled"),
        Wrong(
            "crypto ca trustpoint t\n enrollment terminal\nctl-file c\n"
                + " record-entry capf trustpoint «t» address 10.10.0.24", "has no certificate here"),
        Wrong(
            "crypto ca trustpoint t\nctl-file c\n record-entry capf trustpoint «t» address 10.10.0.24",
            "has no certificate here"),
        Wrong(
            "crypto key generate rsa label t modulus «4096»\ncrypto ca trustpoint t\n enrollment self\n"
                + "crypto ca enroll t\nctl-file c\n record-entry tftp trustpoint t address 10.10.0.24",
            "keys of up to 2048 bits"),
        Wrong(
            server + "ctl-file c\n record-entry tftp trustpoint s address «10.10.0.99»",
            "neither a mapped address nor that of an interface"),
        Wrong(
            "object network o\n host 192.0.2.101\n nat (inside,outside) static 10.10.0.26\n" + server
                + "ctl-file c\n record-entry tftp trustpoint s address «192.0.2.101»",
            "a real one, which phones see as 10.10.0.26"),
        Wrong(
            "object network o\n subnet 192.168.1.0 255.255.255.0\n nat (inside,outside) static 10.20.0.0\n" + server
                + "ctl-file c\n record-entry tftp trustpoint s address «192.168.1.7»",
            "a real one, which phones see as 10.20.0.7"),
        Wrong(
            server + "ctl-file c\n" + entry + " «record-entry tftp trustpoint s address 10.10.0.24»",
            "has a record entry as cucm-tftp already (line 15)"),
        Wrong("ctl-file «c»\n no shutdown", "names no server"),
        Wrong("phone-proxy «p»\n" + tftp, "has no ctl-file"),
        Wrong(server + "ctl-file c\n" + entry + "phone-proxy p\n ctl-file «c»\n" + tftp, "is shut down"),
        Wrong(
            server + "ctl-file c\n" + entry + " no shutdown\n cluster-ctl-file «old.tlv»\nphone-proxy p\n ctl-file c\n"
                + tftp, "in mixed mode only"),
        Wrong("dns domain-lookup «inside»", "no server to look names up with"),
        Wrong("dns name-server «192.0.2.53»", "on no interface"),
        Wrong("no ctl-file «c»", "nothing to remove"),
        Wrong(list + "ctl-file list\n no «record-entry capf»", "nothing to remove"),
        Wrong(proxy + " no «tftp-server address 192.0.2.9»", "nothing to remove"),
    ]

    @Test(arguments: doubtful)
    func isAWarning(_ wrong: Wrong) throws { try wrong.expectOnly(.warning) }

    /// Against checks that fire where nothing is wrong.
    @Test(arguments: [
        proxy,
        proxy + " proxy-server 192.0.2.30 interface inside\n tftp-server address 192.0.2.102 tftp interface inside\n",
        // Without translation phones see the server's own address.
        server + "ctl-file c\n record-entry cucm-tftp trustpoint s address 192.0.2.101\n no shutdown\nphone-proxy p\n"
            + " ctl-file c\n" + tftp,
        // One key pair for several, told apart by their subjects.
        server + "crypto ca trustpoint t\n enrollment self\n keypair pair\n serial-number\ncrypto ca enroll t\n"
            + "crypto ca trustpoint u\n enrollment self\n keypair pair\n fqdn u.example.com\ncrypto ca enroll u\n",
        // The same address for servers of different kinds.
        server + "ctl-file c\n record-entry cucm trustpoint s address 10.10.0.24\n"
            + " record-entry tftp trustpoint s address 10.10.0.24\n"
            + " record-entry capf trustpoint s address 10.10.0.24\n no shutdown\n",
        // A server that a route leads to, and one that nothing leads to.
        "route inside 172.16.0.0 255.240.0.0 192.0.2.1\n" + list + "phone-proxy p\n ctl-file list\n"
            + " tftp-server address 172.16.0.5 interface inside\n tftp-server address 203.0.113.9 interface inside\n",
    ])
    func nothingIsSaidOfWhatIsRight(text: String) {
        let diagnostics = read(twoInterfaces + text).diagnostics
        #expect(diagnostics.isEmpty, "\(diagnostics)")
    }
}
