import Testing
import Wire

@testable import ConfigLanguage

@Suite("What phones reach by TLS")
struct SecureServiceTests {
    /// A phone proxy for whatever stands in front of it.
    private static func phones(_ before: String, classes: String = classes, on place: String = "interface outside")
        -> [String]
    {
        let text =
            twoInterfaces + before + """
                \nphone-proxy pp
                 tftp-server address 192.0.2.101 interface inside
                \(classes)
                policy-map p
                 class sec_sccp
                  inspect skinny phone-proxy pp
                 class sec_sip
                  inspect sip phone-proxy pp
                service-policy p \(place)
                """
        return valid(text).secureServices.map { service in
            "\(service.signalling) \(service.interface) \(service.mapped) \(service.clear) \(service.secure) "
                + "\(service.serverInterface) \(service.classMap)"
        }
    }

    private static let classes = """
        class-map sec_sccp
         match port tcp eq 2443
        class-map sec_sip
         match port tcp eq 5061
        """

    private static let both = [
        "skinny outside 10.10.0.26:2443 192.0.2.101:2000 192.0.2.101:2443 inside sec_sccp",
        "sip outside 10.10.0.26:5061 192.0.2.101:5060 192.0.2.101:5061 inside sec_sip",
    ]

    @Test(arguments: [
        "object network o\n host 192.0.2.101\n nat (inside,outside) static 10.10.0.26",
        "static (inside,outside) 10.10.0.26 192.0.2.101",
        // A whole network that the server is in.
        "static (inside,outside) 10.10.0.16 192.0.2.91 netmask 255.255.255.255\n"
            + "static (inside,outside) 10.10.0.26 192.0.2.101 netmask 255.255.255.255",
    ])
    func aServerIsFoundAtItsMappedAddress(translation: String) {
        #expect(Self.phones(translation).suffix(5).contains(Self.both[0]))
        #expect(Self.phones(translation).contains(Self.both[1]))
    }

    @Test func aGlobalPolicyIsForEverySideButTheServers() {
        let dmz =
            "interface eth2\n nameif dmz\n ip address 192.168.1.1 255.255.255.0\n"
            + "static (inside,outside) 10.10.0.26 192.0.2.101\nstatic (inside,dmz) 192.168.1.2 192.0.2.101"
        // The factory's global policy gives way.
        let found = Self.phones(dmz, on: "global")
        #expect(
            found == [
                Self.both[0],
                "skinny dmz 192.168.1.2:2443 192.0.2.101:2000 192.0.2.101:2443 inside sec_sccp",
                Self.both[1],
                "sip dmz 192.168.1.2:5061 192.0.2.101:5060 192.0.2.101:5061 inside sec_sip",
            ])
    }

    @Test func withoutTranslationPhonesConnectToTheServerItself() {
        #expect(
            Self.phones("") == [
                "skinny outside 192.0.2.101:2443 192.0.2.101:2000 192.0.2.101:2443 inside sec_sccp",
                "sip outside 192.0.2.101:5061 192.0.2.101:5060 192.0.2.101:5061 inside sec_sip",
            ])
    }

    /// The chapter's example of two call servers behind one address, in both dialects.
    @Test(arguments: [
        """
        static (inside,outside) tcp interface 2000 192.0.2.1 2000 netmask 255.255.255.255
        static (inside,outside) tcp interface 2443 192.0.2.1 2443 netmask 255.255.255.255
        static (inside,outside) tcp interface 7000 192.0.2.2 2000 netmask 255.255.255.255
        static (inside,outside) tcp interface 7443 192.0.2.2 2443 netmask 255.255.255.255
        static (inside,outside) udp interface 69 192.0.2.101 69
        """,
        """
        object network a
         host 192.0.2.1
         nat (inside,outside) static interface service tcp 2000 2000
        object network b
         host 192.0.2.1
         nat (inside,outside) static interface service tcp 2443 2443
        object network c
         host 192.0.2.2
         nat (inside,outside) static interface service tcp 2000 7000
        object network d
         host 192.0.2.2
         nat (inside,outside) static interface service tcp 2443 7443
        object network e
         host 192.0.2.101
         nat (inside,outside) static interface service udp 69 69
        """,
    ])
    func severalServersStandBehindOneAddress(translations: String) {
        #expect(
            Self.phones(translations) == [
                "skinny outside 10.10.0.24:2443 192.0.2.1:2000 192.0.2.1:2443 inside sec_sccp",
                "skinny outside 10.10.0.24:7443 192.0.2.2:2000 192.0.2.2:2443 inside sec_sccp",
            ])
    }

    /// A class may speak of the port that phones see, or of the server's own.
    @Test(arguments: ["15061", "5061"])
    func aPortOfItsOwnIsTakenByEitherOfItsNumbers(port: String) {
        let classes = "class-map sec_sccp\nclass-map sec_sip\n match port tcp eq \(port)"
        let found = Self.phones("static (inside,outside) tcp interface 15061 192.0.2.9 5061", classes: classes)
        #expect(found.contains("sip outside 10.10.0.24:15061 192.0.2.9:5060 192.0.2.9:5061 inside sec_sip"))
    }

    /// The box ends TLS, so a phone's secure port may be mapped to the clear one; the clear port itself is none.
    @Test func aSecurePortMayBeMappedToTheClearOne() {
        let translations =
            "static (inside,outside) tcp interface 5061 192.0.2.9 5060\n"
            + "static (inside,outside) tcp interface 5060 192.0.2.8 5060\nstatic (inside,outside) 10.10.0.99 192.0.2.101"
        let found = Self.phones(translations)
        #expect(found.contains("sip outside 10.10.0.24:5061 192.0.2.9:5060 192.0.2.9:5061 inside sec_sip"))
        #expect(!found.contains { $0.contains("192.0.2.8") })
    }

    @Test func anAccessListNarrowsAClassToItsServers() {
        let translations =
            "static (inside,outside) 10.10.0.26 192.0.2.101\nstatic (inside,outside) 10.10.0.27 192.0.2.102\n"
            + "static (inside,outside) 10.10.0.28 192.0.2.103\naccess-list s extended permit tcp any host 10.10.0.26 eq 5061\n"
            + "access-list s extended deny tcp any host 10.10.0.27\naccess-list s extended permit tcp any host 192.0.2.103"
        let classes = "class-map sec_sccp\nclass-map sec_sip\n match access-list s"
        #expect(
            Self.phones(translations, classes: classes) == [
                Self.both[1], "sip outside 10.10.0.28:5061 192.0.2.103:5060 192.0.2.103:5061 inside sec_sip",
            ])
    }

    @Test func aRangeTakesItsPortsButNotTheClearOne() {
        let classes = "class-map sec_sccp\nclass-map sec_sip\n match port tcp range 5060 5062"
        let found = Self.phones("static (inside,outside) 10.10.0.26 192.0.2.101", classes: classes)
        #expect(
            found == [
                Self.both[1], "sip outside 10.10.0.26:5062 192.0.2.101:5061 192.0.2.101:5062 inside sec_sip",
            ])
    }

    /// With whole networks translated, the servers that the phones' trust list names are looked for.
    @Test func aTrustListNamesTheServersOfATranslatedNetwork() {
        let before = """
            static (inside,outside) 10.20.0.0 192.0.2.0 netmask 255.255.255.0
            crypto ca trustpoint s
             enrollment self
            crypto ca enroll s
            ctl-file c
             record-entry cucm trustpoint s address 10.20.0.105
             no shutdown
            """
        let text = Self.phones(before)
        #expect(text.contains("sip outside 10.20.0.101:5061 192.0.2.101:5060 192.0.2.101:5061 inside sec_sip"))
        let configuration = valid(
            twoInterfaces + before + "\nphone-proxy pp\n tftp-server address 192.0.2.101 interface inside\n"
                + " ctl-file c\nclass-map c\n match port tcp eq 5061\npolicy-map p\n class c\n  inspect sip phone-proxy pp\n"
                + "service-policy p interface outside")
        #expect(
            configuration.secureServices.map(\.mapped.description) == ["10.20.0.101:5061", "10.20.0.105:5061"])
    }

    @Test func noPolicyNoService() {
        let configuration = valid(
            twoInterfaces + "phone-proxy pp\n tftp-server address 192.0.2.101 interface inside")
        #expect(configuration.secureServices.isEmpty)
    }

    @Test func aMissingHalfOfAPairOfPortsIsNamed() {
        let text =
            twoInterfaces + "static (inside,outside) tcp interface 7000 192.0.2.2 2000\nphone-proxy pp\n"
            + " tftp-server address 192.0.2.101 interface inside\n\(Self.classes)\npolicy-map p\n class sec_sccp\n"
            + "  inspect skinny phone-proxy pp\nservice-policy p interface outside"
        let said = read(text).diagnostics.filter { $0.message.contains("7443 (7000 + 443)") }
        #expect(said.map(\.line) == [9])
    }
}
