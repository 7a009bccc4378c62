import Testing

@testable import ConfigLanguage

/// A configuration with one fault, marked where the diagnostic must point, and a part of what it must say.
struct Wrong: CustomTestStringConvertible {
    var text: String
    var message: String
    /// Whether it is read after ``twoInterfaces``.
    var isBoxed: Bool

    init(_ text: String, _ message: String, boxed: Bool = true) {
        self.text = text
        self.message = message
        isBoxed = boxed
    }

    var testDescription: String { text }

    /// Expects one diagnostic of `severity`, at the mark, that says `message`.
    func expectOnly(_ severity: Diagnostic.Severity, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let marked = try #require(MarkedText((isBoxed ? twoInterfaces : "") + text), sourceLocation: sourceLocation)
        let found = read(marked.text).diagnostics.filter { $0.severity == severity }
        let first = try #require(found.first, "no \(severity) at all", sourceLocation: sourceLocation)
        #expect(first.message.contains(message), sourceLocation: sourceLocation)
        #expect(
            (first.line, first.column, first.length) == (marked.line, marked.column, marked.length), "\(first)",
            sourceLocation: sourceLocation)
        #expect(
            found.count == 1, "\(found.map(\.description).joined(separator: "\n"))", sourceLocation: sourceLocation)
    }
}

@Suite("A wrong configuration: one error, at the word at fault, that says what is wrong")
struct WrongConfigurationTests {
    static let commands = [
        Wrong("«acess-list» pp permit ip any any", "did you mean 'access-list'?"),
        Wrong("«frobnicate» 1", "unknown command 'frobnicate'"),
        Wrong("«nameif» dmz", "it belongs under 'interface'"),
        Wrong("no «frobnicate»", "unknown command 'frobnicate'"),
        Wrong("«a»", "'a' is ambiguous"),
        Wrong("«object-group» network phones\n network-object host 10.0.0.1", "not supported"),
        Wrong("«failover» lan unit primary", "not supported"),
        Wrong("hostname«»", "incomplete command"),
        Wrong("hostname «-box»", "not a host name"),
        Wrong("hostname box «two»", "unexpected 'two'"),
        Wrong("same-security-traffic permit «all»", "unexpected 'all'"),
    ]

    static let interfaces = [
        Wrong("interface «GigabitEthernet0/1»", "not a Linux interface name"),
        Wrong("interface eth2\n nameif «inside»", "already names another interface (line 6)"),
        Wrong(
            "interface eth2\n nameif dmz\n ip address «10.10.0.99 255.255.0.0»", "two interfaces cannot be in the same"),
        Wrong("interface eth2\n ip address 10.1.1.1 «255.0.255.0»", "not contiguous"),
        Wrong("interface eth2\n ip address 10.1.1.1 «0.0.0.255»", "wildcard mask"),
        Wrong("interface eth2\n ip address «10.1.1.0 255.255.255.0»", "not a host address"),
        Wrong("interface eth2\n ip address «10.1.1.255 255.255.255.0»", "not a host address"),
        Wrong("interface eth2\n ip address «10.1.1.300» 255.255.255.0", "neither an address nor a name"),
        Wrong("interface eth2\n ip address 10.1.1.1«»", "incomplete command"),
        Wrong("interface eth2\n ip address «dhcp» setroute", "not supported"),
        Wrong("interface eth2\n ipv6 address «2001:db8::1/129»", "more than 128"),
        Wrong("interface eth2\n ipv6 address «10.0.0.1/24»", "address and mask"),
        Wrong("interface eth2\n security-level «101»", "not in 0-100"),
        Wrong("interface eth2\n security-level «high»", "not a number"),
        Wrong("interface eth2\n inspection «fail-maybe»", "unexpected"),
        Wrong("interface eth2\n nameif «any»", "can not name an interface"),
    ]

    static let translations = [
        Wrong("object network a\n host 192.0.2.1\n nat (inside,«dmz») static 10.10.0.26", "no interface 'dmz'"),
        Wrong("object network a\n host 192.0.2.1\n nat («insde»,outside) static 10.10.0.26", "did you mean 'inside'?"),
        Wrong("object network a\n host 192.0.2.1\n nat (inside,«any») static 10.10.0.26", "'any' is not supported"),
        Wrong("object network a\n host 192.0.2.1\n nat (inside,«inside») static 10.10.0.26", "the same one"),
        Wrong("object network a\n host 192.0.2.1\n nat (inside,outside) static «b»", "no network object 'b'"),
        Wrong(
            "object network a\n host 192.0.2.1\n nat (inside,outside) static «10.10.0.24»", "interface 'outside' itself"
        ),
        Wrong(
            "object network b\n subnet 10.9.0.0 255.255.255.0\nobject network a\n host 192.0.2.1\n"
                + " nat (inside,outside) static «b»", "differ in number"),
        Wrong("object network a\n «nat (inside,outside) static 10.10.0.26»", "has no address"),
        Wrong("object network a\n host 192.0.2.1\n nat «inside,outside» static 10.10.0.26", "not a pair of interfaces"),
        Wrong(
            "object network a\n host 192.0.2.1\n nat (inside,outside) static interface service tcp «tftp» 69",
            "a port of udp, not of tcp"),
        Wrong(
            "object network a\n host 192.0.2.1\n nat (inside,outside) static interface service udp 69 «70000»",
            "more than 65535"),
        Wrong(
            "object network a\n subnet 192.0.2.0 255.255.255.0\n «nat (inside,outside) static 10.9.9.9 service udp 69 69»",
            "the port of one host"),
        Wrong(
            "object network a\n subnet 192.0.2.0 255.255.255.0\n nat (inside,outside) static «10.9.9.9»",
            "does not begin a network"),
        Wrong(
            "object network a\n range 192.0.2.1 192.0.2.5\n «nat (inside,outside) static 10.9.9.9»",
            "static NAT of a range"),
        Wrong("nat «(inside,outside)» source static a b", "only supported under 'object network'"),
        Wrong(
            "object network a\n host 192.0.2.1\n nat (inside,outside) static «192.0.2.24»",
            "192.0.2.24 is the address of interface 'inside' itself"),
        Wrong("object network a\n subnet «192.0.2.1 255.255.255.0»", "do not pair"),
        Wrong("object network a\n range «192.0.2.9 192.0.2.1»", "ends before it begins"),
        Wrong(
            "static (inside,outside) 10.10.0.26 192.0.2.101\n«static (inside,outside) 10.10.0.26 192.0.2.102»",
            "conflicts with another static translation"),
        Wrong(
            "static (inside,outside) udp interface 69 192.0.2.101 69\n"
                + "object network a\n host 192.0.2.102\n «nat (inside,outside) static interface service udp 69 69»",
            "udp port 69 is taken (line 9)"),
        Wrong("static (inside,outside) 10.10.0.26 «access-list» pp", "not supported"),
    ]

    static let accessLists = [
        Wrong("access-list pp extended permit udp any host 10.10.0.26 eq «tftpp»", "did you mean 'tftp'?"),
        Wrong("access-list pp extended permit tcp any any eq «tftp»", "a port of udp, not of tcp"),
        Wrong("access-list pp extended permit udp any any range «90 80»", "ends before it begins"),
        Wrong("access-list pp extended permit udp any any eq «65536»", "more than 65535"),
        Wrong("access-list pp extended permit udp any any gt «65535»", "greater than 65535"),
        Wrong("access-list pp extended permit ip any any «eq» 80", "unexpected 'eq'"),
        Wrong("access-list pp extended permit «upd» any any", "did you mean 'udp'?"),
        Wrong("access-list pp extended permit «300» any any", "more than 255"),
        Wrong("access-list pp extended permit ip any «10.0.0.1 255.255.255.0»", "do not pair"),
        Wrong("access-list pp extended permit ip any 10.0.0.0 «0.0.0.255»", "wildcard mask"),
        Wrong("access-list pp extended permit ip any object «phones»", "no network object 'phones'"),
        Wrong("access-list pp extended permit ip any interface «dmz»", "no interface 'dmz'"),
        Wrong("access-list pp extended permit ip any «object-group» phones", "not supported"),
        Wrong("access-list pp extended permit ip any«»", "incomplete command"),
        Wrong("access-list pp «e» permit ip any any", "'e' is ambiguous"),
        Wrong("access-list pp «standard» permit any", "not supported"),
        Wrong("access-list pp permit ip any any log «9»", "not in 0-7"),
        Wrong("access-group «pp» in interface outside", "no access list 'pp'"),
        Wrong(
            "access-list a permit ip any any\naccess-list b permit ip any any\n"
                + "access-group a in interface outside\naccess-group «b» in interface outside",
            "'a' is applied there already (line 11)"),
        Wrong("access-list a permit ip any any\naccess-group a in interface «dmz»", "no interface 'dmz'"),
    ]

    static let policies = [
        Wrong("class-map c\n match port «sctp» eq 1", "unexpected 'sctp'"),
        Wrong("class-map c\n match access-list «pp»", "no access list 'pp'"),
        Wrong("class-map c\n match port tcp eq 1\n match «port tcp eq 2»", "has a match already (line 10)"),
        Wrong("policy-map p\n class «c»", "no class-map 'c'"),
        Wrong("policy-map p\n class class-default\n  inspect «tftpd»", "did you mean 'tftp'?"),
        Wrong("service-policy «p» interface outside", "no policy-map 'p'"),
        Wrong("policy-map p\nservice-policy p interface «dmz»", "no interface 'dmz'"),
        Wrong(
            "policy-map p\npolicy-map q\nservice-policy p global\nservice-policy «q» global", "there already (global)"),
        Wrong("no class-map «inspection_default»", "is used by policy-map 'global_policy'"),
        Wrong("no policy-map «global_policy»", "is used by a service-policy"),
        Wrong("policy-map p\n class class-default\n  police output «7999»", "not in 8000-2000000000"),
    ]

    static let settings = [
        Wrong("timeout udp «0:00:00»", "every wait of this box has an end"),
        Wrong("timeout conn «0:04:59»", "not in 0:05:00-1193:00:00"),
        Wrong("timeout sip 0:30:00 sip_media «2m»", "is not a time"),
        Wrong("timeout «upd» 0:02:00", "did you mean 'udp'?"),
        Wrong("fragment size «0»", "not in 1-30000"),
        Wrong("route outside 0 0 «172.16.0.1»", "not in the network of interface 'outside'"),
        Wrong("route outside 0 0 «10.10.0.24»", "this box itself"),
        Wrong("route «dmz» 0 0 10.10.0.1", "no interface 'dmz'"),
        Wrong("name «server» 10.0.0.1", "not an address"),
        Wrong("name 10.0.0.1 server\nname 10.0.0.2 «server»", "already names 10.0.0.1"),
        Wrong("capture c interface «dmz»", "no interface 'dmz'"),
        Wrong("capture c buffer «100»", "not in 1534-33554432"),
        Wrong("capture c access-list «pp»", "no access list 'pp'"),
        Wrong("logging buffered «loud»", "unexpected 'loud'"),
        Wrong("logging buffer-size «100»", "not in 4096-1048576"),
    ]

    static let later = [
        Wrong("media-termination m\n rtp-min-port «1023» rtp-max-port 32767", "not in 1024-16384"),
        Wrong("media-termination m\n address 10.10.0.25 interface «dmz»", "no interface 'dmz'"),
        Wrong("media-termination m\nmedia-termination «n»", "more than 1 of 'media-termination'"),
        Wrong("media-termination m\n address 10.10.0.25\n «address 192.0.2.25 interface inside»", "excludes"),
        Wrong("tls-proxy t\n client cipher-suite «aes512-sha1»", "unexpected"),
        Wrong("tls-proxy t\n server trust-point «_internal_PP_list»", "no trustpoint"),
        Wrong("ssl encryption «aes-128»", "unexpected"),
        Wrong("icmp deny any «dmz»", "no interface 'dmz'"),
        Wrong("policy-map type inspect sip s\n parameters\n  state-checking action «ignore»", "unexpected 'ignore'"),
    ]

    @Test(arguments: commands + interfaces + translations + accessLists + policies + settings + later)
    func isRefusedAtTheWordAtFault(_ wrong: Wrong) throws {
        try wrong.expectOnly(.error)
    }
}
