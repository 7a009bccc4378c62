import TLSProxy
import TLSTestSupport
import Testing
import Wire

/// Phones that come without TLS, beside those that do or alone.
@Suite struct ClearStreamTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    private static func settings(_ site: TestSite?) throws -> TerminatorSettings {
        var settings = TerminatorSettings(listen: [], server: nil)
        if let site { settings = site.settings(try site.server()) }
        settings.listenInClear = [Endpoint(IPAddress(v4: 0x7f00_0001), 0)]
        settings.isTransparent = false
        settings.deadlines.linger = 0.5
        return settings
    }

    @Test func bytesAndEndsPassBothWaysWithoutAHandshake() throws {
        let server = try CallServer()
        let brain = TestBrain(to: server)
        let terminator = try brain.start(Self.settings(nil))
        defer { terminator.stop() }
        #expect(terminator.endpoints.isEmpty && terminator.ciphers.isEmpty)
        let phone = try TestSocket(to: terminator.clearEndpoints[0])
        terminator.connectUpstream(try brain.id(), UpstreamPlan(to: server.endpoint))
        let upstream = try server.accept()
        try phone.write(Array("to the server".utf8))
        #expect(upstream.read() == Array("to the server".utf8))
        try upstream.write(Array("to the phone".utf8))
        upstream.finish()
        #expect(phone.readToEnd() == Array("to the phone".utf8))
        phone.finish()
        #expect(upstream.readToEnd() == [])
        #expect(try brain.closeReason(.phone) == .finished)
        #expect(terminator.statistics.clearSessions == 0 && terminator.statistics.accepted == 1)
    }

    @Test func theyAreCountedApartFromThoseByTLS() throws {
        var settings = try Self.settings(site)
        settings.limits.clearSessions = 2
        settings.limits.sessions = 1
        let brain = TestBrain(nil)
        let terminator = try brain.start(settings)
        defer { terminator.stop() }
        let phones = try (0..<3).map { _ in try TestSocket(to: terminator.clearEndpoints[0]) }
        let refused = try brain.wait { events in
            events.compactMap { if case .refused(let limit, _, _) = $0 { limit } else { nil } }.first
        }
        #expect(refused == .clearSessions)
        let secure = try site.phone(terminator)
        try #require(secure.shakeHands())
        #expect(terminator.statistics.sessions == 1 && terminator.statistics.clearSessions == 2)
        _ = phones
    }

    @Test func aTerminatorThatListensNowhereIsNone() {
        #expect(throws: TLSProxyError.self) {
            try TLSTerminator(TerminatorSettings(listen: [], server: nil)) { _ in }
        }
        let settings = TerminatorSettings(listen: [Endpoint(IPAddress(v4: 0x7f00_0001), 0)], server: nil)
        #expect(throws: TLSProxyError.self) { try TLSTerminator(settings) { _ in } }
    }
}
