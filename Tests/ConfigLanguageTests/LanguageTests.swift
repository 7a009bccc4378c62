import Testing
import Wire

@testable import ConfigLanguage

@Suite("How a file is written")
struct LanguageTests {
    @Test(arguments: [
        ("int eth9", "interface eth9"),
        ("access-l a ext perm ip any any", "access-list a extended permit ip any any"),
        ("ACCESS-LIST a PERMIT UDP any any EQ TFTP", "access-list a permit udp any any eq tftp"),
        ("host box", "hostname box"),
        ("object net o\n ho 10.0.0.1", "object network o\n host 10.0.0.1"),
        ("tim ud 0:05:00", "timeout udp 0:05:00"),
        ("class-m c\n ma po tc e 2000", "class-map c\n match port tcp eq 2000"),
        ("log en\nlog buffere deb", "logging enable\nlogging buffered debugging"),
        ("same-security p intra", "same-security-traffic permit intra-interface"),
        ("same-s p inter", "same-security-traffic permit inter-interface"),
        (
            "interface eth2\n name dmz\n sec 50\n ip add 10.1.0.1 255.255.0.0\n shut",
            "interface eth2\n nameif dmz\n security-level 50\n ip address 10.1.0.1 255.255.0.0\n shutdown"
        ),
    ])
    func keywordsMayBeCutShortAsFarAsOneFits(short: String, full: String) {
        let isSame = valid(twoInterfaces + short) == valid(twoInterfaces + full)
        #expect(isSame)
    }

    @Test(arguments: [
        ("c", ["capture", "class-map"]),
        ("tls-proxy t\n client c", []),
        ("access-list a p ip any any", []),
        ("interface eth2\n i", ["ip", "ipv6", "inspection"]),
        ("timeout sip- 0:05:00", ["sip-invite", "sip-disconnect", "sip-provisional-media"]),
    ])
    func anAbbreviationOfSeveralNamesThemAll(text: String, candidates: [String]) {
        let ambiguous = read(text).diagnostics.filter { $0.message.contains("is ambiguous") }
        for candidate in candidates { #expect(ambiguous.first?.expected.contains(candidate) == true) }
        #expect(ambiguous.isEmpty == candidates.isEmpty)
    }

    @Test func aKeywordInFullWinsOverLongerOnes() {
        #expect(valid("timeout sip 0:06:00").timeouts.sip == 360)
        #expect(valid("access-list a permit ip any any4").accessLists["a"]?.entries.first?.source == .any)
    }

    @Test(arguments: [
        ("margins are free", twoInterfaces.replacing("\n ", with: "\n")),
        ("all indented", "  " + twoInterfaces.replacing("\n", with: "\n  ")),
        ("tabs", twoInterfaces.replacing("\n ", with: "\n\t\t").replacing(" 255", with: "\t255")),
        ("CR LF", twoInterfaces.replacing("\n", with: "\r\n")),
        ("CR", twoInterfaces.replacing("\n", with: "\r")),
        ("trailing blanks", twoInterfaces.replacing("\n", with: "  \t\n")),
        ("byte order mark", "\u{feff}" + twoInterfaces),
        ("comments", ": Saved\n:\n" + twoInterfaces.replacing("\n ", with: "\n ! or so\n! note\n ") + ": end"),
        ("exit", twoInterfaces.replacing("interface eth1", with: "exit\ninterface eth1") + "exit\nend\nquit"),
        ("NUL", twoInterfaces.replacing(" 255", with: " \0 255")),
    ])
    func layoutDoesNotMatter(_ name: String, text: String) {
        let isSame = valid(text) == valid(twoInterfaces)
        #expect(isSame)
    }

    @Test func aLoneExclamationMarkLeavesTheSubMode() {
        #expect(!read("interface eth0\n!\n nameif outside").isValid)
        #expect(read("interface eth0\n !\n nameif outside").isValid)
        #expect(read("interface eth0\n! outside\n nameif outside").isValid)
    }

    @Test func oneMistakeIsOneError() {
        let result = read("interfaze eth0\n nameif outside\n ip address 10.0.0.1 255.255.255.0\nhostname b\n")
        #expect(result.diagnostics.count == 1)
        #expect(result.configuration.hostname == "b")
    }

    @Test func everyMistakeOfAFileIsFoundInOneRunInFileOrder() {
        let result = read(
            """
            access-group nobody in interface outside
            interface eth0
             nameif outside
             ip address 10.0.0.1 255.0.255.0
             security-level 101
            hostname -x
            route dmz 0 0 10.0.0.1
            """)
        #expect(result.diagnostics.map(\.line) == [1, 4, 5, 6, 7])
    }

    @Test func whatDoesNotMatterToThisBoxOnlyWarns() {
        let result = read(
            """
            ASA Version 9.2(4)
            names
            banner motd hostname of the rising sun
            pager lines 24
            prompt hostname context
            terminal width 80
            mtu outside 1500
            ftp mode passive
            no asdm history enable
            arp timeout 14400
            no snmp-server location
            telnet timeout 5
            ssh timeout 5
            threat-detection basic-threat
            dynamic-access-policy-record DfltAccessPolicy
            user-identity default-domain LOCAL
            aaa authentication ssh console LOCAL
            clock timezone CET 1
            icmp unreachable rate-limit 1 burst-size 1
            policy-map type inspect dns preset_dns_map
             parameters
              message-length maximum client auto
            interface eth0
             speed 100
             duplex full
             management-only
            no failover
            Cryptochecksum:d41d8cd98f00b204e9800998ecf8427e
            """)
        #expect(result.isInForce)
        #expect(result.diagnostics.count == 25)
        #expect(Configuration.harmlessCommands.contains("pager"))
    }
}
