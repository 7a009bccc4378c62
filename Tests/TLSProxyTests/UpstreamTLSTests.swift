import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// A mixed-mode cluster: TLS to the call server as well, with a certificate of our own for the phone.
@Suite struct UpstreamTLSTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    private func brain(
        _ server: Endpoint, anchors: [String] = ["root"], identity: String? = "phone", presentsWeak: Bool = false,
        policy: TLSPolicy = .modern
    ) throws -> TestBrain {
        var plan = UpstreamPlan(to: server)
        var settings = TLSClientSettings(anchors: try anchors.map { try site.anchor($0) }, policy: policy)
        settings.presentsWeakCertificates = presentsWeak
        plan.tls = UpstreamTLS(try TLSClientContext(settings), identity: try identity.map { try site.identity($0) })
        plan.tls?.serverName = "ucm.example.com"
        return TestBrain(plan)
    }

    private func serverSide(
        _ socket: TestSocket, _ certificate: String = "box", key: String = "box", isWeak: Bool = false
    ) throws -> TestPhone {
        var options = TestPhone.Options()
        options.certificate = site.pem(certificate)
        options.key = site.key(key)
        options.isWeak = isWeak
        options.authority = site.pem("root")
        return try TestPhone(socket, options)
    }

    @Test func thePhonesCertificateIsShownToACallServerThatIsTrusted() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        // Already under way while the box still shakes hands with the server.
        #expect(phone.write(Array("REGISTER".utf8)))
        let upstream = try serverSide(server.accept())
        try #require(upstream.shakeHands(), "\(upstream.reasons)")
        #expect(upstream.peerSubject == "/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-SEP002155554502")
        #expect(upstream.read(exactly: 8) == Array("REGISTER".utf8))
        #expect(upstream.write(Array("200 OK".utf8)))
        upstream.finish()
        #expect(phone.readToEnd() == Array("200 OK".utf8))
        phone.finish()
        #expect(upstream.readToEnd() == [])
        let facts = try brain.facts(.server)
        #expect(facts.trustpoint == "tp-root")
        #expect(facts.peer?.commonName == "box")
        #expect(facts.cipher == upstream.cipher)
        #expect(facts.wasAskedForCertificate)
        #expect(try brain.closeReason(.server) == .finished)
        _ = try brain.totals()
    }

    @Test func aCallServerThatIsNotTrustedGetsNothing() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint, anchors: ["stranger"])
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands() && phone.write([1]))
        let upstream = try serverSide(server.accept())
        #expect(!upstream.shakeHands())
        #expect(upstream.reasons.first?.hasSuffix("alert unknown ca") == true)
        #expect(try brain.failure(.server).verification?.reason == .noTrustpoint)
        #expect(try brain.closeReason(.server) == .handshakeFailed)
        #expect(phone.readToEnd() == [])
    }

    @Test func aCallServerThatRefusesUsIsReported() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint, identity: nil, policy: .only(.tls12))
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try serverSide(server.accept())
        #expect(!upstream.shakeHands())
        #expect(try brain.failure(.server).errors.map(\.reason) == ["sslv3 alert handshake failure"])
        #expect(phone.readToEnd() == [])
    }

    /// Cisco's own examples have 1024 bits for the key of these certificates.
    @Test func aShortKeyOfOurOwnIsShownWhereTheConfigurationHasOne() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint, identity: "old", presentsWeak: true)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try serverSide(server.accept(), isWeak: true)
        try #require(upstream.shakeHands(), "\(upstream.reasons)")
        #expect(upstream.peerSubject?.hasSuffix("CP-7962G-SEP002155554502") == true)
        phone.finish()
        upstream.finish()
        _ = try brain.totals()
    }

    @Test func thatDoesNotMakeACallServersGoodEnough() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint, identity: "old", presentsWeak: true)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try serverSide(server.accept(), "old", key: "old", isWeak: true)
        #expect(!upstream.shakeHands())
        #expect(try brain.failure(.server).verification?.reason == .tooWeak)
        #expect(phone.readToEnd() == [])
    }

    @Test func whatDoesNotSpeakTLSMeetsTheDeadline() throws {
        let server = try CallServer()
        let brain = try brain(server.endpoint)
        var settings = try site.settings(site.server())
        settings.deadlines.handshake = 0.5
        let terminator = try brain.start(settings)
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        #expect(try brain.failure(.server).cause == .deadline)
        #expect(phone.readToEnd() == [])
        #expect(upstream.readToEnd() == nil)
    }

    /// No code of ours at either end.
    @Test(arguments: [("-tls1", TLSVersion.tls10), ("-tls1_2", .tls12), ("-tls1_3", .tls13)])
    func theOpensslCommandsMeetThroughIt(option: String, version: TLSVersion) throws {
        let port = try CallServer().endpoint.port
        let brain = try brain(Endpoint(IPAddress(v4: 0x7f00_0001), port), policy: .anything)
        let terminator = try brain.start(site.settings(site.server(.anything)))
        defer { terminator.stop() }
        let script = """
            cd "$1"
            # The tests' threads may have signals blocked, and so have these: only KILL is sure.
            timeout --signal=KILL 30 openssl s_server -accept 127.0.0.1:$2 -cert box.pem -key box.key -Verify 2 -CAfile root.pem \\
                -verify_return_error -rev -quiet $4 -cipher ALL:@SECLEVEL=0 </dev/null >&2 &
            trap 'pkill -KILL --parent $!' EXIT
            until (exec 3<>/dev/tcp/127.0.0.1/$2) 2>/dev/null || ((tries++ > 50)); do sleep 0.1; done
            { echo hello; sleep 1; } | openssl s_client -connect 127.0.0.1:$3 -cert phone.pem -key phone.key \\
                -CAfile root.pem -verify_return_error -quiet -no_ign_eof $4 -cipher ALL:@SECLEVEL=0
            """
        let result = try processOutput(
            ["bash", "-c", script, "bash", site.folder.path, "\(port)", "\(terminator.endpoints[0].port)", option],
            keepsErrors: true)
        #expect(result.text == "olleh\n", "\(result.errors) \(brain.events.map(\.name))")
        #expect(try brain.facts(.phone).version == version)
        #expect(try brain.facts(.server).version == version)
    }
}
