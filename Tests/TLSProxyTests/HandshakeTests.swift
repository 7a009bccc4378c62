import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// Phones' handshakes: who gets in, with what, and what is known of them.
@Suite struct HandshakeTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    private func phone(
        _ terminator: TLSTerminator, _ certificate: String? = "phone", key: String = "phone",
        _ change: (inout TestPhone.Options) -> Void = { _ in }
    ) throws -> TestPhone {
        var options = TestPhone.Options()
        options.certificate = certificate.map { site.pem($0) }
        options.key = certificate.map { _ in site.key(key) }
        change(&options)
        return try TestPhone(TestSocket(to: terminator.endpoints[0]), options)
    }

    @Test(arguments: TLSVersion.allCases)
    func everyVersionComesThroughWithThePhonesCertificate(version: TLSVersion) throws {
        let server = try CallServer()
        server.echo(connections: 1)
        let brain = TestBrain(to: server)
        let terminator = try brain.start(site.settings(site.server(.only(version))))
        defer { terminator.stop() }
        let phone = try phone(terminator) {
            $0.version = version
            $0.isWeak = true
        }
        try #require(phone.shakeHands(), "\(phone.reasons)")
        #expect(phone.write(Array("REGISTER".utf8)))
        #expect(phone.read(exactly: 8) == Array("REGISTER".utf8))
        phone.finish()
        #expect(phone.readToEnd() == [])
        let facts = try brain.facts()
        #expect(facts.version == version)
        #expect(facts.cipher == phone.cipher)
        #expect(facts.trustpoint == "tp-root")
        #expect(facts.chainLength == 1)
        #expect(!facts.isResumed)
        let peer = try #require(facts.peer)
        #expect(peer.serialNumber == "62D06172000000143FCC")
        #expect(peer.subject == "cn=CP-7962G-SEP002155554502,ou=EVVBU,o=Cisco Systems Inc.")
        #expect(peer.issuer == "cn=Cisco Root CA 2048,o=Cisco Systems")
        #expect(peer.commonName == "CP-7962G-SEP002155554502")
        #expect(peer.keyBits == 2_048)
        #expect(peer.der == (try site.der("phone")))
        #expect(peer.notAfter - peer.notBefore == 300 * 86_400)
        let totals = try brain.totals()
        #expect(totals.bytesFromPhone == 8 && totals.bytesFromServer == 8)
        #expect(
            brain.events.map(\.name) == [
                "accepted", "hello", "handshake with phone", "connected", "phone has ended", "server has ended",
                "server is closed: finished", "phone is closed: finished", "closed",
            ])
    }

    @Test func theHelloSaysWhatThePhoneProposes() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server(.anything)))
        defer { terminator.stop() }
        let phone = try phone(terminator) {
            $0.version = .tls12
            $0.ciphers = "AES256-SHA:AES128-SHA"
        }
        try #require(phone.shakeHands())
        let hello = try brain.hello()
        #expect(hello.version == 0x0303)
        #expect(hello.cipherNames == ["AES256-SHA", "AES128-SHA"])
        #expect(!hello.resumes)
        #expect(terminator.ciphers.contains("AES128-SHA"))
    }

    @Test func asaCiphersAreChosenInTheOrderOfTheConfiguration() throws {
        let brain = TestBrain()
        let policy = TLSPolicy.only(.tls10, [.rc4SHA1, .aes256SHA1, .aes128SHA1, .nullSHA1])
        let terminator = try brain.start(site.settings(site.server(policy)))
        defer { terminator.stop() }
        #expect(terminator.ciphers == ["AES256-SHA", "AES128-SHA", "NULL-SHA"])
        let phone = try phone(terminator) {
            $0.version = .tls10
            $0.ciphers = "AES128-SHA:AES256-SHA"
            $0.isWeak = true
        }
        try #require(phone.shakeHands())
        #expect(try brain.facts().cipher == "AES256-SHA")
        #expect(CipherSupport.missing(in: policy) == [.rc4SHA1])
        #expect(CipherSupport.isUsable(policy))
        #expect(!CipherSupport.isUsable(.only(.tls12, [.rc4MD5, .desSHA1])))
        #expect(throws: TLSProxyError.self) {
            try brain.start(site.settings(site.server(.only(.tls12, [.rc4MD5, .desSHA1]))))
        }
    }

    @Test func withoutASharedCipherTheReasonIsOpenSSLs() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server(.only(.tls12, [.aes128SHA1]))))
        defer { terminator.stop() }
        let phone = try phone(terminator) {
            $0.version = .tls12
            $0.ciphers = "AES256-SHA:AES256-GCM-SHA384"
        }
        #expect(!phone.shakeHands())
        #expect(phone.reasons == ["sslv3 alert handshake failure"])
        let failure = try brain.failure()
        #expect(failure.cause == .library)
        #expect(failure.errors.map(\.reason) == ["no shared cipher"])
        #expect(failure.errors.first?.function == "tls_post_process_client_hello")
        #expect(failure.verification == nil)
        #expect(try brain.hello().cipherNames == ["AES256-SHA", "AES256-GCM-SHA384"])
        #expect(try brain.closeReason() == .handshakeFailed)
        _ = try brain.totals()
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func aPhoneWithoutACertificateIsRefused(version: TLSVersion) throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try phone(terminator, nil) { $0.version = version }
        // In TLS 1.3 the client has finished by itself when the alert comes.
        _ = phone.shakeHands() && phone.read() == nil
        #expect(
            phone.reasons == [version == .tls13 ? "tlsv13 alert certificate required" : "sslv3 alert handshake failure"]
        )
        let failure = try brain.failure()
        #expect(failure.errors.map(\.reason) == ["peer did not return a certificate"])
        #expect(failure.verification == nil)
        _ = try brain.totals()
        #expect(terminator.statistics.sessions == 0)
        #expect(terminator.statistics.handshakesInProgress == 0)
        #expect(terminator.statistics.failedHandshakes == 1)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var certificate: String
        var anchors: [String]
        var reason: VerificationFailure.Reason
        var alert: String
        var key = "phone"
        var testDescription: String { "\(certificate) with \(anchors)" }
    }

    @Test(arguments: [
        Refusal(certificate: "foreign", anchors: ["root", "maker"], reason: .noTrustpoint, alert: "unknown ca"),
        Refusal(certificate: "phone", anchors: [], reason: .noTrustpoint, alert: "unknown ca"),
        Refusal(certificate: "expired", anchors: ["root"], reason: .expired, alert: "certificate expired"),
        Refusal(certificate: "made", anchors: ["expired-maker"], reason: .expired, alert: "certificate expired"),
        Refusal(certificate: "made", anchors: ["root"], reason: .noTrustpoint, alert: "unknown ca"),
        Refusal(certificate: "old", anchors: ["root"], reason: .tooWeak, alert: "bad certificate", key: "old"),
    ])
    func aCertificateThatIsNotTrustedIsRefusedByItsReason(_ refusal: Refusal) throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server(anchors: refusal.anchors)))
        defer { terminator.stop() }
        let phone = try phone(terminator, refusal.certificate, key: refusal.key) {
            $0.version = .tls12
            $0.isWeak = true
        }
        #expect(!phone.shakeHands())
        let alert = try #require(phone.reasons.first)
        #expect(alert.hasSuffix("alert \(refusal.alert)"))
        let failure = try brain.failure()
        #expect(failure.errors.map(\.reason) == ["certificate verify failed"])
        let verification = try #require(failure.verification)
        #expect(verification.reason == refusal.reason)
        #expect(!verification.text.isEmpty)
        #expect(verification.chainLength == 1)
        #expect(verification.peer?.serialNumber == "62D06172000000143FCC")
        #expect(verification.peer?.subject == "cn=CP-7962G-SEP002155554502,ou=EVVBU,o=Cisco Systems Inc.")
        _ = try brain.totals()
    }

    @Test func aKeyThatIsNotTheCertificatesIsRefused() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        // OpenSSL as a phone does not let itself be set up so: the command's certificate is signed over with another key.
        #expect(throws: TestFailure.self) { try phone(terminator, "phone", key: "box") }
        #expect(throws: TLSProxyError.self) {
            try TLSIdentity(chain: [site.der("phone")], privateKey: site.der("box.key"))
        }
    }

    @Test func aLargeKeyIsRefusedByItsSize() throws {
        let brain = TestBrain()
        var server = try site.server()
        server.maximumKeyBits = 1_024
        let terminator = try brain.start(site.settings(server))
        defer { terminator.stop() }
        let phone = try phone(terminator) { $0.version = .tls12 }
        #expect(!phone.shakeHands())
        #expect(try brain.failure().verification?.reason == .keyTooLarge(bits: 2_048, limit: 1_024))
    }

    @Test func anIntermediateAloneSufficesAndIsNamed() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server(anchors: ["stranger", "maker"])))
        defer { terminator.stop() }
        let phone = try phone(terminator, "made")
        try #require(phone.shakeHands() && phone.write([1]))
        #expect(try brain.facts().trustpoint == "tp-maker")
        #expect(try brain.facts().chainLength == 1)
    }

    @Test func aChainLeadsToTheRoot() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try phone(terminator, "made-chain")
        try #require(phone.shakeHands() && phone.write([1]))
        #expect(try brain.facts().trustpoint == "tp-root")
        #expect(try brain.facts().chainLength == 2)
        #expect(try brain.facts().peer?.issuer == "cn=Cisco Manufacturing CA,o=Cisco Systems")
    }

    @Test func aPhonesOwnCertificateIsAnAnchorToo() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server(anchors: ["phone"])))
        defer { terminator.stop() }
        let phone = try phone(terminator)
        try #require(phone.shakeHands() && phone.write([1]))
        #expect(try brain.facts().trustpoint == "tp-phone")
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func phonesAreToldWhoseCertificatesCount(version: TLSVersion) throws {
        let brain = TestBrain()
        let terminator = try brain.start(
            site.settings(site.server(.only(version), anchors: ["root", "maker", "stranger"])))
        defer { terminator.stop() }
        let phone = try phone(terminator) { $0.version = version }
        try #require(phone.shakeHands(), "\(phone.reasons)")
        #expect(
            phone.namedAuthorities == [
                "/O=Cisco Systems/CN=Cisco Root CA 2048", "/O=Cisco Systems/CN=Cisco Manufacturing CA",
                "/O=Cisco Systems/CN=Somebody Else",
            ])
    }

    @Test func oldPhonesComeInWhereTheyAreAskedFor() throws {
        let brain = TestBrain()
        var server = try site.server()
        server.acceptsWeakCertificates = true
        let terminator = try brain.start(site.settings(server))
        defer { terminator.stop() }
        let phone = try phone(terminator, "old", key: "old") { $0.isWeak = true }
        try #require(phone.shakeHands() && phone.write([1]), "\(phone.reasons)")
        #expect(try brain.facts().peer?.keyBits == 1_024)
    }

    @Test func versionsThatNobodyAskedForAreRefused() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try phone(terminator) {
            $0.version = .tls10
            $0.isWeak = true
        }
        #expect(!phone.shakeHands())
        #expect(phone.reasons == ["tlsv1 alert protocol version"])
        #expect(try brain.failure().errors.map(\.reason) == ["unsupported protocol"])
    }

    @Test func whereNoCertificateIsDemandedNoneIsNeeded() throws {
        let brain = TestBrain()
        var server = try site.server()
        server.demandsCertificate = false
        let terminator = try brain.start(site.settings(server))
        defer { terminator.stop() }
        let phone = try phone(terminator, nil)
        try #require(phone.shakeHands() && phone.write([1]))
        #expect(try brain.facts().peer == nil)
        #expect(try brain.facts().trustpoint == nil)
    }

    @Test(arguments: [("elliptic", 256), ("larger", 384), ("edwards", 256), ("goldilocks", 456), ("pss", 2_048)])
    func everyKeyThatCanSignComesIn(name: String, bits: Int) throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try phone(terminator, name, key: name) { $0.version = .tls12 }
        try #require(phone.shakeHands() && phone.write([1]), "\(phone.reasons)")
        #expect(try brain.facts().peer?.keyBits == bits)
    }

    @Test func oddNamesStayApart() throws {
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let odd = try phone(terminator, "odd")
        try #require(odd.shakeHands() && odd.write([1]))
        let peer = try #require(brain.facts().peer)
        #expect(peer.subject == #"cn=SEP2,cn=SEP1,o=Comma\, Inc."#)
        #expect(peer.commonName == nil)
    }

    /// RFC 5246 section 7.4.2: the root may be left out, since it is of no use to who does not have it.
    @Test(arguments: [
        (["root"], ["phone"]), (["root", "maker"], ["phone", "maker"]), (["maker"], ["phone", "maker"]),
        (["stranger"], ["phone"]),
    ])
    func theCertificatesBetweenAreSentAndTheRootIsNot(anchors: [String], sent: [String]) throws {
        var server = try site.server(anchors: anchors)
        server.identity = try TLSIdentity(chain: [site.der("made")], privateKey: site.der("phone.key"))
        server.demandsCertificate = false
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(server))
        defer { terminator.stop() }
        let phone = try phone(terminator, nil)
        try #require(phone.shakeHands(), "\(phone.reasons)")
        let names = [
            "phone": "/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-SEP002155554502",
            "maker": "/O=Cisco Systems/CN=Cisco Manufacturing CA",
        ]
        #expect(phone.sentSubjects == sent.compactMap { names[$0] })
    }

    @Test func whatAnIdentityBringsIsSent() throws {
        var server = try site.server()
        server.identity = try TLSIdentity(
            chain: [site.der("made"), site.der("maker"), site.der("root")], privateKey: site.der("phone.key"))
        let brain = TestBrain()
        let terminator = try brain.start(site.settings(server))
        defer { terminator.stop() }
        let phone = try phone(terminator)
        try #require(phone.shakeHands(), "\(phone.reasons)")
        #expect(phone.sentSubjects.count == 3)
    }
}
