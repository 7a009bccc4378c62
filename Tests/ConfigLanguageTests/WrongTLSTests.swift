import Testing

@testable import ConfigLanguage

@Suite("A wrong TLS proxy, media termination or SIP map: at the word at fault")
struct WrongTLSTests {
    private static let server = "crypto ca trustpoint s\n enrollment self\ncrypto ca enroll s\n"
    private static let tls = server + "tls-proxy t\n server trust-point s\n"
    /// A phone proxy in force outside, whose media termination is still to come.
    private static let phones =
        server + """
            static (inside,outside) 10.10.0.26 192.0.2.101
            ctl-file c
             record-entry cucm-tftp trustpoint s address 10.10.0.26
             no shutdown
            tls-proxy t
             server trust-point s
            class-map sec_sip
             match port tcp eq 5061
            policy-map p
             class sec_sip
              inspect sip phone-proxy pp
            service-policy p interface outside
            phone-proxy pp
             tftp-server address 192.0.2.101 interface inside
             ctl-file c
             tls-proxy t

            """

    static let tlsProxies = [
        Wrong("tls-proxy t\n server trust-point «nobody»", "there is no trustpoint 'nobody'"),
        Wrong(tls + " client ldc issuer «s»\n client ldc key-pair k", "can not sign certificates for phones"),
        Wrong(tls + " client cipher-suite aes128-sha1 «rc4-md5»", "unexpected 'rc4-md5'"),
        Wrong(tls + " client cipher-suite aes128-sha1 «aes128-sha1»", "stands here already"),
        Wrong(tls + " client ldc«»", "incomplete command"),
        Wrong(
            tls + "crypto ca trustpoint ca\n enrollment self\n proxy-ldc-issuer\ncrypto ca enroll ca\ntls-proxy t\n"
                + " client ldc issuer ca\n client ldc key-pair k\n client trust-point «s»",
            "either one certificate stands for all phones"),
        Wrong("tls-proxy maximum-session «0»", "not in 1-15000"),
        Wrong("tls-proxy maximum-session «15001»", "not in 1-15000"),
        Wrong("ssl server-version «sslv3-only»", "SSL 3.0 is not spoken"),
        Wrong("ssl client-version «tlsv2»", "did you mean 'tlsv1'?"),
        Wrong("ssl encryption «aes512-sha1»", "unexpected 'aes512-sha1'"),
        Wrong("ssl encryption aes128-sha1 3des-sha1 «aes128-sha1»", "stands here already"),
        Wrong("ssl encryption«»", "incomplete command"),
        Wrong("icmp permit 10.10.0.0 255.255.255.0 17«»", "incomplete command"),
        Wrong("icmp deny any echo «dmz»", "no interface 'dmz'"),
        Wrong("icmp deny «10.10.0.1 255.255.255.0» outside", "do not pair"),
    ]

    static let mediaTerminations = [
        Wrong("media-termination m\n address «10.10.0.24» interface outside", "interface 'outside' itself"),
        Wrong("media-termination m\n address «192.0.2.24»", "interface 'inside' itself"),
        Wrong("media-termination m\n address «10.20.0.25» interface outside", "(10.10.0.0/24)"),
        Wrong(
            "media-termination m\n address «10.10.0.25» interface inside",
            "failed to apply IP address to interface Virtual254, as the network overlaps with interface eth0"),
        Wrong(
            "media-termination m\n address «10.10.0.255» interface outside",
            "not the address of a host in 10.10.0.0/24"),
        Wrong("media-termination m\n address «10.10.0.0» interface outside", "not the address of a host in"),
        Wrong("media-termination m\n address «224.0.0.1»", "not the address of a host"),
        Wrong("media-termination m\n address «127.0.0.1»", "not the address of a host"),
        Wrong("media-termination m\n address «2001:db8::25» interface outside", "no address of this family"),
        Wrong(
            "media-termination m\n address 10.10.0.25 interface outside\n «address 10.10.0.27 interface outside»",
            "a second media-termination address for the same interface (line 10)"),
        Wrong(
            "media-termination m\n address 10.10.0.25 interface outside\n «address 203.0.113.5»",
            "excludes addresses of single ones (line 10)"),
        Wrong("media-termination m\n address 203.0.113.5\n «address 203.0.113.6»", "for the same interface (line 10)"),
        Wrong(
            "static (inside,outside) 10.10.0.25 192.0.2.101\nmedia-termination m\n address «10.10.0.25» interface outside",
            "overlaps with the static translation of 192.0.2.101 to 10.10.0.25"),
        Wrong(
            "static (inside,outside) 10.10.0.32 192.0.2.32 netmask 255.255.255.240\nmedia-termination m\n"
                + " address «10.10.0.37» interface outside",
            "overlaps with the static translation of 192.0.2.32/28 to 10.10.0.32/28"),
        Wrong(
            "static (inside,outside) 10.10.0.26 192.0.2.101\nmedia-termination m\n address «192.0.2.101» interface inside",
            "in use: it is translated to 10.10.0.26"),
        Wrong(
            "media-termination m\n address «192.0.2.25» interface inside\nphone-proxy p\n"
                + " tftp-server address 192.0.2.25 interface inside", "it is the address of the TFTP server"),
        Wrong(
            "media-termination m\n address «192.0.2.25» interface inside\nphone-proxy p\n"
                + " tftp-server address 192.0.2.101 interface inside\n proxy-server address 192.0.2.25 interface inside",
            "the phones' HTTP proxy"),
        Wrong(
            server + "ctl-file c\n record-entry cucm trustpoint s address 192.0.2.25\nmedia-termination m\n"
                + " address «192.0.2.25» interface inside", "a server that phones trust"),
        Wrong(
            "route outside 0 0 10.10.0.1\nmedia-termination m\n address «10.10.0.1» interface outside", "a gateway"),
        Wrong(
            "dns name-server 192.0.2.53\nmedia-termination m\n address «192.0.2.53» interface inside", "a DNS server"),
        Wrong(
            "global (outside) 1 10.10.0.30-10.10.0.40\nmedia-termination m\n address «10.10.0.35» interface outside",
            "the pool of dynamic NAT (line 9)"),
        Wrong("media-termination m\n rtp-min-port 16384 rtp-max-port «32766»", "not in 32767-65535"),
        Wrong("media-termination m\n rtp-min-port 16384 rtp-max-port «65536»", "not in 32767-65535"),
        Wrong("media-termination m\n rtp-min-port 16384«»", "incomplete command"),
        Wrong("media-termination m\nmedia-termination «n»", "more than 1 of 'media-termination' (line 9 has"),
        Wrong(
            phones + " media-termination «m»\nexit\nmedia-termination m\n address 10.10.0.25 interface outside",
            "no media-termination address on interface 'inside'"),
        Wrong(
            phones + " media-termination «m»\nexit\nmedia-termination m\n address 192.0.2.25 interface inside",
            "no media-termination address on interface 'outside'"),
        Wrong(phones + " media-termination «m»\nexit\nmedia-termination m", "at least two are needed"),
        Wrong(
            phones + " «media-termination address 10.10.0.25 interface outside»",
            "no media-termination address on interface 'inside'"),
        Wrong(
            phones.replacing(" ctl-file c\n tls-proxy", with: " media-termination address «10.10.0.26»\n tls-proxy"),
            "overlaps with the static translation"),
    ]

    static let sipMaps = [
        Wrong("policy-map type inspect sip m\n parameters\n  state-checking action «mask»", "unexpected 'mask'"),
        Wrong("policy-map type inspect sip m\n parameters\n  software-version action «drop»", "unexpected 'drop'"),
        Wrong("policy-map type inspect sip m\n parameters\n  rtp-conformance «strictly»", "unexpected"),
        Wrong("policy-map type inspect sip m\n match request-method «dance»", "unexpected 'dance'"),
        Wrong("policy-map type inspect sip m\n match called-party regex «boss»\n  drop", "there is no regex 'boss'"),
        Wrong(
            "regex bos a\npolicy-map type inspect sip m\n match not calling-party regex «boss»\n  log", "did you mean"),
        Wrong(
            "policy-map type inspect sip m\n match called-party regex class «c»\n  log", "class-map of type regex 'c'"),
        Wrong("policy-map type inspect sip m\n match content length gt «65537»\n  log", "not in 0-65536"),
        Wrong("policy-map type inspect sip m\n match uri sip length «lt» 5\n  log", "unexpected 'lt'"),
        Wrong("policy-map type inspect sip m\n class «c»\n  drop", "class-map of type inspect sip 'c'"),
        Wrong("policy-map type inspect sip m\n match request-method invite\n  rate-limit «0»", "not in 1-"),
        Wrong("class-map type inspect «http» c", "unexpected 'http'"),
        Wrong("class-map type regex match-any c\n match regex «nothing»", "there is no regex 'nothing'"),
        Wrong("regex r «(abc»", "'(' without ')'"),
        Wrong("regex r abc«)»", "')' without '('"),
        Wrong("regex r ab[«z-a]»", "the range ends before it begins"),
        Wrong("regex r «*a»", "nothing to repeat"),
        Wrong("regex r a{2}«{3}»", "it is repeated already"),
        Wrong("regex r «(((a{99}){99}){99})»", "repeats too much"),
        Wrong("regex r«»", "incomplete command"),
        Wrong("policy-map p\n class class-default\n  inspect sip «strict»", "there is no SIP inspection map 'strict'"),
    ]

    @Test(arguments: tlsProxies + mediaTerminations + sipMaps)
    func isRefusedAtTheWordAtFault(_ wrong: Wrong) throws { try wrong.expectOnly(.error) }

    static let doubtful = [
        Wrong("tls-proxy «t»", "no certificate for phones"),
        Wrong(tls + " no «server authenticate-client»", "phones are NOT authenticated"),
        Wrong("ssl encryption aes128-sha1 «null-sha1»", "data is NOT encrypted"),
        Wrong("ssl server-version «sslv3»", "SSL 3.0 is not spoken by this box: TLS 1.0 and later are"),
        Wrong(
            "crypto key generate rsa label k modulus 2048\n" + tls + " client ldc key-pair «k»",
            "nobody signs certificates with this key"),
        Wrong(
            tls.replacing("enrollment self", with: "enrollment self\n proxy-ldc-issuer") + " client ldc issuer «s»",
            "no key for these certificates"),
        Wrong(phones.replacing("phone-proxy pp\n tftp", with: "phone-proxy «pp»\n tftp"), "has no media-termination"),
        Wrong(
            phones.replacing("  inspect sip phone-proxy pp", with: "  inspect «sip phone-proxy pp»")
                .replacing("eq 5061", with: "eq 5060")
                + " media-termination m\nexit\nmedia-termination m\n address 203.0.113.5",
            "takes no secure port of a call server"),
        Wrong("policy-map type inspect sip m\n «match request-method invite»", "nothing is done with what matches"),
        Wrong("policy-map p\n class class-default\n  inspect «sip tls-proxy t»\n" + tls, "without a phone-proxy"),
    ]

    @Test(arguments: doubtful)
    func isAWarning(_ wrong: Wrong) throws { try wrong.expectOnly(.warning) }

    /// Against checks that fire where nothing is wrong.
    @Test(arguments: [
        phones + " media-termination m\nexit\nmedia-termination m\n address 10.10.0.25 interface outside\n"
            + " address 192.0.2.25 interface inside\n rtp-min-port 1024 rtp-max-port 65535",
        phones + " media-termination m\nexit\nmedia-termination m\n address 203.0.113.5",
        phones + " media-termination address 10.10.0.25 interface outside\n"
            + " media-termination address 192.0.2.25 interface inside",
        phones + " media-termination m\nexit\nmedia-termination m\n address 10.10.0.25",
        // A network that is translated to itself has its own addresses.
        "static (inside,outside) 192.0.2.0 192.0.2.0 netmask 255.255.255.0\nmedia-termination m\n"
            + " address 192.0.2.25 interface inside",
        "ssl server-version tlsv1\nssl client-version any\nssl encryption aes256-sha1 3des-sha1",
        "icmp permit any echo outside\nicmp deny 0 0 outside\nicmp permit host 10.10.0.1 8 inside",
    ])
    func nothingIsSaidOfWhatIsRight(text: String) {
        let diagnostics = read(twoInterfaces + text).diagnostics
        #expect(diagnostics.isEmpty, "\(diagnostics)")
    }
}
