import Testing

@testable import ConfigLanguage

@Suite("`no` takes a command back")
struct NegationTests {
    /// A command, and what takes it back.
    static let pairs = [
        ("hostname other", "no hostname"),
        ("name 10.0.0.1 server", "no name 10.0.0.1 server"),
        ("interface eth2\n nameif dmz", "no interface eth2"),
        ("interface eth0\n ipv6 address 2001:db8::1/64", "interface eth0\n no ipv6 address 2001:db8::1/64"),
        ("interface eth0\n inspection fail-open", "interface eth0\n no inspection fail-open"),
        ("interface eth0\n shutdown", "interface eth0\n no shutdown"),
        ("interface eth1\n security-level 70", "interface eth1\n no security-level 70"),
        ("object network o\n host 10.0.0.1", "no object network o"),
        (
            "static (inside,outside) 10.10.0.26 192.0.2.101",
            "no static (inside,outside) 10.10.0.26 192.0.2.101 netmask 255.255.255.255"
        ),
        ("access-list a permit udp any any eq 69", "no access-list a extended permit udp any any eq tftp"),
        ("access-list a remark one", "no access-list a remark one"),
        ("route outside 0 0 10.10.0.1", "no route outside 0.0.0.0 0.0.0.0 10.10.0.1 1"),
        ("class-map c\n match any", "no class-map c"),
        ("policy-map p\n class class-default", "no policy-map p"),
        ("timeout udp 0:09:00", "no timeout udp"),
        ("fragment size 400", "no fragment size"),
        ("same-security-traffic permit inter-interface", "no same-security-traffic permit inter-interface"),
        ("capture c interface inside", "no capture c"),
        ("logging enable\nlogging buffered 6", "no logging enable\nno logging buffered"),
        (
            "logging timestamp\nlogging console 1\nlogging buffer-size 8192",
            "no logging timestamp\nno logging console\nno logging buffer-size"
        ),
        ("crypto key generate rsa label k modulus 2048", "no crypto key generate rsa label k"),
        ("crypto ca trustpoint t\n keypair k", "no crypto ca trustpoint t"),
        ("ctl-file c\n sast 3", "no ctl-file c noconfirm"),
        ("phone-proxy p\n tftp-server address 192.0.2.101 interface inside", "no phone-proxy p"),
        ("dns domain-lookup inside\ndns name-server 192.0.2.53", "no dns domain inside\nno dns name-server 192.0.2.53"),
        ("tls-proxy t\n client cipher-suite aes128-sha1", "no tls-proxy t noconfirm"),
        ("tls-proxy maximum-sessions 7", "no tls-proxy maximum-session"),
        ("media-termination m\n address 10.10.0.25", "no media-termination m"),
        ("ssl encryption aes128-sha1 3des-sha1", "no ssl encryption"),
        ("ssl server-version any\nssl client-version tlsv1", "no ssl server-version\nno ssl client-version tlsv1"),
        ("icmp deny any echo outside", "no icmp deny any echo outside"),
        ("regex r a+b", "no regex r"),
        ("regex r a\nclass-map type regex match-any c\n match regex r", "no class-map type regex c\nno regex r"),
        ("class-map type inspect sip match-any c\n match request-method bye", "no class-map type inspect sip c"),
        ("policy-map type inspect sip m\n parameters\n  no im", "no policy-map type inspect sip m"),
    ]

    @Test(arguments: pairs)
    func andLeavesNoTrace(command: String, negation: String) {
        let isChange = valid(twoInterfaces + command) != valid(twoInterfaces)
        #expect(isChange)
        let isTakenBack = valid(twoInterfaces + command + "\n" + negation) == valid(twoInterfaces)
        #expect(isTakenBack)
    }

    static let parts = [
        (
            "object network o\n host 192.0.2.1\n nat (inside,outside) static 10.10.0.26",
            "object network o\n no nat (inside,outside) static 10.10.0.26", "object network o\n host 192.0.2.1"
        ),
        ("object network o\n host 192.0.2.1", "object network o\n no host 192.0.2.1", "object network o"),
        ("class-map c\n match any", "class-map c\n no match any", "class-map c"),
        (
            "policy-map p\n class class-default\n  inspect tftp",
            "policy-map p\n class class-default\n  no inspect tftp", "policy-map p\n class class-default"
        ),
        ("policy-map p\n class class-default", "policy-map p\n no class class-default", "policy-map p"),
        (
            "policy-map p\nservice-policy p interface inside", "no service-policy p interface inside", "policy-map p"
        ),
        (
            "access-list a permit ip any any\naccess-group a in interface inside",
            "no access-group a in interface inside", "access-list a permit ip any any"
        ),
        (
            "capture c interface inside buffer 2000 headers-only",
            "no capture c interface inside buffer 2000 headers-only", "capture c"
        ),
    ]

    /// A line in a block, and what takes it back.
    static let inBlocks = [
        ("tls-proxy t", "server trust-point LOCAL-CA-SERVER", "no server trust-point"),
        ("tls-proxy t", "no server authenticate-client", "server authenticate-client"),
        ("tls-proxy t", "client ldc key-pair k", "no client ldc keypair k"),
        ("tls-proxy t", "client cipher-suite aes128-sha1 null-sha1", "no client cipher-suite"),
        ("media-termination m", "address 10.10.0.25 interface outside", "no address 10.10.0.25 interface outside"),
        ("media-termination m", "rtp-min-port 2000 rtp-maxport 40000", "no rtp-min-port 2000 rtp-max-port 40000"),
        ("class-map type inspect sip c", "match not uri sip length gt 300", "no match not uri sip length gt 300"),
        (
            "policy-map type inspect sip m", "match request-method bye\n  log",
            "no match request-method bye"
        ),
        ("policy-map type inspect sip m", "parameters\n  ip-address-privacy", "no parameters"),
        ("policy-map type inspect sip m\n parameters", "no im", "im"),
        ("policy-map type inspect sip m\n parameters", "rtp-conformance enforce-payloadtype", "no rtp-conformance"),
        (
            "policy-map type inspect sip m\n parameters", "state-checking action drop log",
            "no state-checking action drop log"
        ),
        ("policy-map type inspect sip m\n parameters", "software-version action mask", "no software-version"),
        ("policy-map type inspect sip m\n match request-method bye", "drop", "no drop"),
        ("policy-map type inspect sip m\n match request-method bye", "reset log", "no reset log"),
        ("policy-map type inspect sip m\n match request-method bye", "rate-limit 5", "no rate-limit"),
    ].map { block, line, negation in ("\(block)\n \(line)", "\(block)\n \(negation)", block) }

    private static let phoneProxy = "phone-proxy p\n tftp-server address 192.0.2.101 interface inside"

    /// A line under `phone-proxy`, and what takes it back.
    static let underPhoneProxy = [
        ("tftp-server address 192.0.2.9 70 interface inside", "no tftp-server address 192.0.2.9"),
        ("tftp-server address 192.0.2.9 interface inside", "no tftp-server address 192.0.2.9 69 interface inside"),
        ("proxy-server 192.0.2.30 interface inside", "no proxy-server address 192.0.2.30 8080 interface inside"),
        ("cipc security-mode authenticated", "no cipc security-mode authenticated"),
        ("no disable service-settings", "disable service-settings"),
        ("secure-phones require-file-request", "no secure-phones require-file-request"),
        ("timeout secure-phones 1:00:00", "no timeout secure-phones"),
        ("media-termination address 10.10.0.25", "no media-termination address 10.10.0.25"),
        ("rtp-min-port 2000 rtp-max-port 40000", "no rtp-min-port"),
        ("ctl-file c", "no ctl-file"), ("tls-proxy t", "no tls-proxy t"),
        ("media-termination m", "no media-termination"),
    ].map { line, negation in
        let start = "ctl-file c\ntls-proxy t\nmedia-termination m\n\(phoneProxy)"
        return ("\(start)\n \(line)", "phone-proxy p\n \(negation)", start)
    }

    @Test(arguments: parts + underPhoneProxy + inBlocks)
    func ofAPartLeavesTheRest(command: String, negation: String, rest: String) {
        let isChange = valid(twoInterfaces + command) != valid(twoInterfaces + rest)
        #expect(isChange)
        let isTakenBack = valid(twoInterfaces + command + "\n" + negation) == valid(twoInterfaces + rest)
        #expect(isTakenBack)
    }

    @Test(arguments: [
        "no name 10.0.0.1 server", "no object network o", "no static (inside,outside) 10.10.0.26 192.0.2.101",
        "no access-list a permit ip any any", "no access-group a in interface outside", "no interface eth7",
        "no route outside 0 0 10.10.0.1", "no class-map c", "no policy-map p", "no service-policy p global",
        "no capture c", "no crypto ca trustpoint t", "no phone-proxy p", "no failover", "no ctl-file c",
        "no crypto ca enroll t", "no crypto ca authenticate t", "no crypto ca certificate chain t",
        "no tls-proxy t", "no media-termination m", "no icmp deny any inside", "no regex r",
        "no class-map type regex c", "no class-map type inspect sip c", "no policy-map type inspect sip m",
        "no crypto key generate rsa", "no dns domain-lookup inside", "no dns name-server 192.0.2.53",
    ])
    func ofWhatIsNotThereWarns(command: String) {
        let result = read(twoInterfaces + command)
        #expect(result.diagnostics.map(\.severity) == [.warning])
        #expect(result.messages(.warning).first?.contains("nothing to remove") == true)
    }

    @Test func ofASettingStatesItsDefaultAndIsNotWarnedOf() {
        let result = read(
            twoInterfaces + "interface eth5\n no nameif\n no security-level\n no ip address\n no shutdown")
        #expect(result.diagnostics.isEmpty)
    }

    @Test func ofABlockTakesItsContentsAlong() {
        let result = read(
            "crypto ca trustpoint t\n keypair k\ntls-proxy p\n server trust-point nobody\n no server auth\n"
                + "no tls-proxy p\nno crypto ca trustpoint t")
        #expect(result.diagnostics.isEmpty, "\(result.diagnostics)")
    }
}
