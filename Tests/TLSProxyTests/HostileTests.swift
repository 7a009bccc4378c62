import ConfigLanguage
import Glibc
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// What is not a phone, or a phone at its worst.
@Suite struct HostileTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    @Test(arguments: [
        "GET / HTTP/1.0\r\n\r\n", "REGISTER sip:10.10.0.26 SIP/2.0\r\n\r\n", "\u{16}\u{3}\u{1}", "\u{0}\u{0}\u{0}\u{0}",
        "\u{16}\u{3}\u{1}\u{0}\u{5}\u{1}\u{0}\u{0}\u{1}\u{0}", "\u{80}\u{80}\u{1}\u{3}\u{1}",
    ])
    func whatIsNotTLSIsRefusedAndLeavesNothing(text: String) throws {
        let (terminator, brain) = try site.start(to: nil)
        defer { terminator.stop() }
        let socket = try TestSocket(to: terminator.endpoints[0])
        try socket.write(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })
        socket.finish()
        _ = socket.readToEnd()
        let failure = try brain.failure()
        #expect(failure.cause == .library ? !failure.errors.isEmpty : failure.cause == .disconnected)
        #expect(!failure.state.isEmpty)
        _ = try brain.totals()
        #expect(terminator.statistics.handshakesInProgress == 0)
    }

    @Test func aConnectionThatSaysNothingMeetsTheDeadlineAndItsNeighbourDoesNot() throws {
        let server = try CallServer()
        server.echo(connections: 1)
        let (terminator, brain) = try site.start(to: server) { $0.deadlines.handshake = 2 }
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let silent = try TestSocket(to: terminator.endpoints[0])
        // A byte at a time does not help.
        let hello: [UInt8] = [0x16, 3, 1, 0, 200, 1, 0, 0, 196, 3, 3]
        for byte in hello {
            usleep(250_000)
            guard (try? silent.write([byte])) != nil else { break }
        }
        #expect(silent.read()?.isEmpty ?? true)
        let failure = try brain.failure()
        #expect(failure.cause == .deadline)
        #expect(failure.errors.isEmpty)
        #expect(try brain.closeReason() == .handshakeDeadline)
        #expect(phone.write([4]) && phone.read() == [4])
    }

    @Test func eachOfManySilentConnectionsMeetsTheDeadlineWhateverOthersDo() throws {
        let (terminator, brain) = try site.start(to: nil) { $0.deadlines.handshake = 0.8 }
        defer { terminator.stop() }
        var sockets = try (0..<70).map { _ in try TestSocket(to: terminator.endpoints[0]) }
        _ = try brain.wait { _ in terminator.statistics.handshakesInProgress == 70 ? true : nil }
        // Some leave before, from all over.
        for place in [69, 60, 33, 1, 0] { sockets.remove(at: place) }
        for socket in sockets { #expect(socket.readToEnd()?.isEmpty ?? true) }
        _ = try brain.wait { _ in terminator.statistics.sessions == 0 ? true : nil }
        let failures = brain.events.compactMap {
            if case .handshakeFailed(_, _, let failure) = $0 { failure.cause } else { nil }
        }
        #expect(failures.count { $0 == .deadline } == 65)
        #expect(failures.count == 70)
    }

    @Test func aHandshakeInSegmentsOfOneByteComesThrough() throws {
        let server = try CallServer()
        server.echo(connections: 1)
        let (terminator, _) = try site.start(to: server)
        defer { terminator.stop() }
        // Between phone and box stands what cuts everything up.
        let cutter = try CallServer()
        let phoneSide = try TestSocket(to: cutter.endpoint)
        let cut = try cutter.accept()
        let boxSide = try TestSocket(to: terminator.endpoints[0])
        Segments.pass(from: cut, to: boxSide, size: 1)
        Segments.pass(from: boxSide, to: cut, size: 1)
        var options = TestPhone.Options()
        options.certificate = site.pem("phone")
        options.key = site.key("phone")
        let phone = try TestPhone(phoneSide, options)
        try #require(phone.shakeHands(), "\(phone.reasons)")
        let bytes = [UInt8](repeating: 8, count: 3_000)
        #expect(phone.write(bytes) && phone.read(exactly: 3_000) == bytes)
    }

    @Test func aPhoneThatTriesAnythingAfterTheHandshakeIsClosed() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        // A record that does not authenticate.
        try phone.socket.write([0x17, 3, 3, 0, 40] + [UInt8](repeating: 0x41, count: 40))
        guard case .protocolError(let error) = try brain.closeReason() else {
            Issue.record("closed otherwise")
            return
        }
        #expect(error.reason == "decryption failed or bad record mac")
        _ = try brain.totals()
    }

    @Test func renegotiationIsRefused() throws {
        let server = try CallServer()
        server.echo(connections: 1)
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator) { $0.version = .tls12 }
        try #require(phone.shakeHands())
        #expect(!phone.renegotiate())
        #expect(phone.reasons == ["no renegotiation"])
        #expect(try brain.facts().version == .tls12)
    }

    @Test func theLimitsHold() throws {
        let (terminator, brain) = try site.start(to: nil) {
            $0.limits.sessions = 4
            $0.limits.sessionsPerSource = 2
            $0.limits.handshakes = 1
        }
        defer { terminator.stop() }
        func connect(_ last: UInt32) throws -> TestPhone {
            let socket = try TestSocket(to: terminator.endpoints[0], from: IPAddress(v4: 0x7f00_0000 + last))
            var options = TestPhone.Options()
            options.certificate = site.pem("phone")
            options.key = site.key("phone")
            return try TestPhone(socket, options)
        }
        var phones: [TestPhone] = []
        func enter(_ last: UInt32) throws -> Bool {
            let phone = try connect(last)
            guard phone.shakeHands(), phone.write([1]) else { return false }
            _ = try brain.wait { _ in terminator.statistics.handshakesInProgress == 0 ? true : nil }
            phones.append(phone)
            return true
        }
        #expect(try enter(1))
        #expect(try enter(1))
        #expect(try !enter(1))
        let waiting = try connect(2)
        _ = try brain.wait { _ in terminator.statistics.handshakesInProgress == 1 ? true : nil }
        #expect(try !enter(3))
        try #require(waiting.shakeHands() && waiting.write([1]))
        _ = try brain.wait { _ in terminator.statistics.handshakesInProgress == 0 ? true : nil }
        #expect(try enter(2))
        #expect(try !enter(3))
        #expect(
            brain.events.map(\.name).filter { $0.hasPrefix("refused") }
                == ["refused sessionsPerSource", "refused handshakes", "refused sessions"])
        #expect(terminator.statistics.refused == [.sessionsPerSource: 1, .handshakes: 1, .sessions: 1])
        #expect(terminator.statistics.sessions == 4)
        // Who leaves makes room.
        phones.removeLast()
        _ = try brain.totals()
        #expect(try enter(3))
        #expect(terminator.statistics.mostSessions == 4)
    }

    @Test func aStreamWithoutTrafficIsClosed() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server) { $0.deadlines.idle = 0.4 }
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        #expect(phone.readToEnd() == [])
        #expect(upstream.readToEnd() == [])
        #expect(try brain.closeReason() == .idle)
        _ = try brain.totals()
    }

    @Test func fiveHundredPhonesAreServedAtOnceByTwoThreads() throws {
        let server = try CallServer()
        server.echo(connections: 500)
        let (terminator, brain) = try site.start(to: server) { $0.loops = 2 }
        defer { terminator.stop() }
        var session: TestPhone.Session?
        let phones = try (0..<500).map { _ in
            let phone = try site.phone(terminator) {
                $0.version = .tls12
                $0.session = session
            }
            try #require(phone.shakeHands(), "\(phone.reasons)")
            session = session ?? phone.session
            return phone
        }
        for (index, phone) in phones.enumerated() { #expect(phone.write([UInt8(truncatingIfNeeded: index)])) }
        for (index, phone) in phones.enumerated() { #expect(phone.read() == [UInt8(truncatingIfNeeded: index)]) }
        #expect(terminator.sessions().count == 500)
        #expect(Set(terminator.sessions().map { $0.id.rawValue & 0xff }) == [0, 1])
        for phone in phones { phone.finish() }
        _ = try brain.wait { _ in terminator.statistics.sessions == 0 ? true : nil }
        #expect(brain.events.filter { if case .closed = $0 { true } else { false } }.count == 500)
    }
}
