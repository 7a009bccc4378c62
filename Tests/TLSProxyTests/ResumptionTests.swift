import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// Phones that come back.
@Suite struct ResumptionTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    private func visit(
        _ terminator: TLSTerminator, _ brain: TestBrain, _ version: TLSVersion, _ session: TestPhone.Session? = nil
    ) throws -> (facts: HandshakeFacts, session: TestPhone.Session?, isResumed: Bool) {
        let count = terminator.statistics.handshakes
        let phone = try site.phone(terminator) {
            $0.version = version
            $0.isWeak = true
            $0.session = session
        }
        try #require(phone.shakeHands() && phone.write([1]) && phone.read() == [1], "\(phone.reasons)")
        _ = try brain.wait { _ in terminator.statistics.handshakes > count ? true : nil }
        let result = (try brain.facts(), phone.session, phone.isResumed)
        phone.finish()
        return result
    }

    @Test(arguments: TLSVersion.allCases)
    func aResumedSessionStillSaysWhoThePhoneIs(version: TLSVersion) throws {
        let server = try CallServer()
        server.echo(connections: 4)
        let brain = TestBrain(to: server)
        let terminator = try brain.start(site.settings(site.server(.anything, anchors: ["stranger", "root"])))
        defer { terminator.stop() }
        let first = try visit(terminator, brain, version)
        #expect(!first.isResumed && !first.facts.isResumed)
        #expect(try !brain.hello().resumes)
        let second = try visit(terminator, brain, version, first.session)
        #expect(second.isResumed && second.facts.isResumed)
        #expect(second.facts.peer == first.facts.peer)
        #expect(second.facts.peer?.der == (try site.der("phone")))
        #expect(second.facts.trustpoint == "tp-root")
        #expect(second.facts.chainLength == 0)
        #expect(try brain.hello().resumes)
        let third = try visit(terminator, brain, version, second.session)
        #expect(third.isResumed)
        #expect(third.facts.trustpoint == "tp-root")
        #expect(terminator.statistics.resumed == 2)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func anotherTerminatorDoesNotResume(version: TLSVersion) throws {
        let server = try CallServer()
        server.echo(connections: 4)
        let (first, firstBrain) = try site.start(to: server)
        defer { first.stop() }
        let (second, secondBrain) = try site.start(to: server)
        defer { second.stop() }
        let session = try visit(first, firstBrain, version).session
        let again = try visit(second, secondBrain, version, session)
        #expect(!again.isResumed && !again.facts.isResumed)
        #expect(again.facts.peer?.commonName == "CP-7962G-SEP002155554502")
    }

    @Test func sessionsAreForgottenInTime() throws {
        let server = try CallServer()
        server.echo(connections: 8)
        let (terminator, brain) = try site.start(to: server) {
            $0.limits.resumableSessions = 2
        }
        defer { terminator.stop() }
        let sessions = try (0..<3).map { _ in try visit(terminator, brain, .tls12).session }
        #expect(try !visit(terminator, brain, .tls12, sessions[0]).isResumed)
        #expect(try visit(terminator, brain, .tls12, sessions[2]).isResumed)
        let (none, noneBrain) = try site.start(to: server) { $0.limits.resumableSessions = 0 }
        defer { none.stop() }
        let session = try visit(none, noneBrain, .tls12).session
        #expect(try !visit(none, noneBrain, .tls12, session).isResumed)
    }
}
