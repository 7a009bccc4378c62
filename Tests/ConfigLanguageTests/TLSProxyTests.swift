import Testing
import Wire

@testable import ConfigLanguage

@Suite("TLS proxies, ssl, media termination and icmp")
struct TLSProxyTests {
    @Test func aTLSProxyIsWhatStandsUnderIt() throws {
        let configuration = valid(PhoneProxyTests.mixedMode)
        var expected = TLSProxyDefinition(name: "proxy")
        expected.serverTrustpoint = "_internal_PP_ctl"
        expected.authenticatesClients = false
        expected.ldcIssuer = "ldc"
        expected.ldcKeyPair = "cluster"
        expected.clientCiphers = [.aes128SHA1, .aes256SHA1]
        #expect(configuration.tlsProxies == ["proxy": expected])
        #expect(configuration.maximumTLSProxySessions == 500)
        #expect(configuration.tlsProxyInForce == expected)
        #expect(valid("hostname box").maximumTLSProxySessions == 1200)
    }

    /// A name that can mean one thing alone is taken for it, also by the inspection.
    @Test func whatIsMeantIsUsed() {
        let text = PhoneProxyTests.mixedMode.replacing("inspect sip phone-proxy pp", with: "inspect sip phone-proxy p")
        #expect(read(text).configuration.policyMaps["pp_policy"]?.classes[1].inspections.first?.phoneProxy == "pp")
    }

    // MARK: ssl

    @Test func nothingSaidIsModern() {
        let configuration = valid("hostname box")
        #expect(configuration.phonePolicy == TLSPolicy(minimum: .tls12, maximum: .tls13, ciphers: nil))
        #expect(!configuration.phonePolicy.isLegacy)
        #expect(configuration.serverPolicy(of: TLSProxyDefinition(name: "t")) == .modern)
    }

    @Test(arguments: [
        ("any", TLSVersion.tls10, TLSVersion.tls13), ("sslv3", .tls10, .tls13), ("tlsv1", .tls10, .tls13),
        ("tlsv1-only", .tls10, .tls10), ("tlsv1.1", .tls11, .tls13), ("tlsv1.2", .tls12, .tls13),
        ("tlsv1.3", .tls13, .tls13),
    ])
    func aVersionIsTheOldestThatIsSpoken(word: String, minimum: TLSVersion, maximum: TLSVersion) {
        let phones = valid("ssl server-version \(word)")
        #expect(phones.phonePolicy == TLSPolicy(minimum: minimum, maximum: maximum))
        #expect(phones.phonePolicy.isLegacy == (minimum < .tls12))
        #expect(phones.serverPolicy(of: TLSProxyDefinition(name: "t")) == .modern)
        let servers = valid("ssl client-version \(word)")
        #expect(servers.phonePolicy == .modern)
        #expect(servers.serverPolicy(of: TLSProxyDefinition(name: "t")).minimum == minimum)
    }

    @Test func ciphersStandInTheirOrderAndAProxyHasItsOwn() {
        let configuration = valid(
            "ssl encryption aes256-sha1 dhe-aes128-sha1 3des-sha1\ntls-proxy t\n client cipher-suite aes128-sha1")
        #expect(configuration.phonePolicy.ciphers == [.aes256SHA1, .dheAES128SHA1, .tripleDESSHA1])
        #expect(configuration.phonePolicy.isLegacy)
        #expect(configuration.tlsProxies["t"].map(configuration.serverPolicy)?.ciphers == [.aes128SHA1])
        #expect(configuration.serverPolicy(of: TLSProxyDefinition(name: "u")).ciphers?.count == 3)
    }

    @Test func whatTheLibraryLacksIsSaidWhereItIsAskedFor() {
        var result = read("ssl encryption aes128-sha1 des-sha1\ntls-proxy t\n client cipher-suite des-sha1\nhostname h")
        #expect(result.askedCiphers.map(\.cipher) == [.aes128SHA1, .desSHA1, .desSHA1])
        result.report(unavailable: [.desSHA1, .rc4MD5])
        let said = result.diagnostics.filter { $0.message.contains("des-sha1") }
        #expect(said.map(\.severity) == [.warning, .error])
        #expect(said.map(\.line) == [1, 3])
        #expect(said.map(\.column) == [28, 22])
        #expect(said.map(\.length) == [8, 8])
        #expect(said.first?.message == "the TLS library has no 'des-sha1' (DES-CBC-SHA): it is left out")
        #expect(!result.isValid)
        #expect(result.diagnostics.map(\.line) == result.diagnostics.map(\.line).sorted())
    }

    // MARK: Media termination

    private static let older =
        " media-termination address 203.0.113.25\n rtp-min-port 1024 rtp-max-port 65535\n"

    @Test func bothFormsOfMediaTerminationAreOneModel() throws {
        let newer = valid(PhoneProxyTests.mixedMode)
        let named = try #require(newer.mediaTerminationInForce)
        #expect(named.name == "mt" && named.ports == 2001...32770)
        #expect(named.address(on: "inside") == address("192.0.2.25"))
        #expect(named.address(on: "outside") == address("10.10.0.25"))
        #expect(named.address(on: "dmz") == nil)
        let text = PhoneProxyTests.mixedMode.replacing(" media-termination mt\n tftp", with: Self.older + " tftp")
        let unnamed = try #require(valid(text).mediaTerminationInForce)
        #expect(unnamed.name == "" && unnamed.ports == 1024...65535)
        #expect(unnamed.address(on: "anything") == address("203.0.113.25"))
        #expect(valid("media-termination m").mediaTermination?.ports == 16384...32767)
        #expect(valid("media-termination m").mediaTerminationInForce == nil)
    }

    // MARK: icmp

    @Test func icmpDeniesWhatNoRulePermitsOnceThereIsOne() {
        let configuration = valid(
            twoInterfaces + """
                icmp permit host 10.10.0.1 echo outside
                icmp deny 10.10.0.0 255.255.255.128 outside
                icmp permit any 8 outside
                """)
        func permits(_ type: UInt8, _ source: String, _ interface: String = "outside") -> Bool {
            configuration.permitsICMP(type: type, from: address(source), on: interface)
        }
        #expect(permits(8, "10.10.0.1"))
        #expect(!permits(13, "10.10.0.1"))
        #expect(!permits(8, "10.10.0.2"))
        #expect(permits(8, "10.10.0.200"))
        #expect(!permits(13, "203.0.113.1"))
        #expect(permits(13, "203.0.113.1", "inside"))
    }
}
