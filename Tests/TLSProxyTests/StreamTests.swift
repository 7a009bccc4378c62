import ConfigLanguage
import Dispatch
import Glibc
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// Bytes and ends of streams, from phone to call server and back.
@Suite struct StreamTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    private static func pattern(_ count: Int, _ seed: UInt8) -> [UInt8] {
        let block = (0..<251).map { UInt8($0) ^ seed }
        return Array(repeatElement(block, count: count / 251 + 1).joined().prefix(count))
    }

    @Test func aCallServersEndComesAsCloseNotifyAndThePhoneMayStillSend() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        try upstream.write(Array("last words".utf8))
        upstream.finish()
        #expect(phone.readToEnd() == Array("last words".utf8))
        #expect(phone.write(Array("and mine".utf8)))
        phone.finish()
        #expect(upstream.readToEnd() == Array("and mine".utf8))
        #expect(try brain.closeReason(.server) == .finished)
        #expect(try brain.closeReason(.phone) == .finished)
        #expect(phone.socket.read() == [])
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func aPhonesCloseNotifyComesAsFINAndTheServerMayStillSend(version: TLSVersion) throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator) { $0.version = version }
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        #expect(phone.write(Array("BYE".utf8)))
        phone.finish(withFIN: false)
        #expect(upstream.readToEnd() == Array("BYE".utf8))
        try upstream.write(Self.pattern(300_000, 1))
        upstream.finish()
        #expect(phone.readToEnd() == Self.pattern(300_000, 1))
        // The phone has not closed its socket: the box does.
        #expect(phone.socket.read() == [])
        _ = try brain.totals()
        let ends = brain.events.filter { if case .ended = $0 { true } else { false } }.map(\.name)
        #expect(ends == ["phone has ended", "server has ended"])
    }

    @Test func anEndWithoutCloseNotifyIsTold() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        #expect(phone.write([1, 2, 3]))
        phone.socket.finish()
        let upstream = try server.accept()
        #expect(upstream.readToEnd() == [1, 2, 3])
        upstream.finish()
        _ = try brain.totals()
        #expect(brain.events.map(\.name).contains("phone was cut off"))
    }

    @Test func aResetOfOneSideClosesTheOther() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        do {
            let upstream = try server.accept()
            #expect(phone.write([1]))
            #expect(upstream.read() == [1])
            upstream.reset()
        }
        #expect(try brain.closeReason(.server) == .system(ECONNRESET))
        #expect(phone.readToEnd() == [])
        phone.finish()
        _ = try brain.totals()
    }

    @Test func aPhoneThatVanishesLeavesNothing() throws {
        let server = try CallServer()
        // The brain says nothing about it.
        let (terminator, brain) = try site.start(to: server, passesOn: false)
        defer { terminator.stop() }
        var phone: TestPhone? = try site.phone(terminator)
        try #require(phone?.shakeHands() == true)
        let upstream = try server.accept()
        _ = try brain.wait { $0.map(\.name).contains("connected") ? true : nil }
        phone?.socket.reset()
        phone = nil
        #expect(try brain.closeReason(.phone) == .system(ECONNRESET))
        #expect(try brain.closeReason(.server) == .lingering)
        #expect(upstream.read() == nil)
        _ = try brain.totals()
        #expect(terminator.statistics.sessions == 0)
    }

    @Test(arguments: [TLSVersion.tls12, .tls13])
    func everyByteComesInOrderThoughTheReaderIsSlow(version: TLSVersion) throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        defer { terminator.stop() }
        let phone = try site.phone(terminator, receiveBuffer: 131_072) { $0.version = version }
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        let down = Self.pattern(3_000_000, 3)
        let up = Self.pattern(3_000_000, 5)
        let sent = DispatchGroup()
        DispatchQueue(label: "server sends").async(group: sent) {
            try? upstream.write(down)
            upstream.finish()
        }
        // Neither reads at first: what is held is bounded.
        let id = try brain.id()
        _ = try brain.wait { $0.map(\.name).contains("phone is congested") ? true : nil }
        let held = try #require(terminator.sessions().first { $0.id == id }?.phone?.unsent)
        #expect(held >= 65_536 && held < 200_000, "\(held)")
        #expect(phone.read(exactly: down.count) == down)
        #expect(phone.read() == [])
        _ = try brain.wait { $0.map(\.name).contains("phone is drained") ? true : nil }
        let received = DispatchGroup()
        nonisolated(unsafe) var result: [UInt8]?
        DispatchQueue(label: "server reads").async(group: received) {
            usleep(200_000)
            unsafe result = upstream.readToEnd()
        }
        #expect(phone.write(up))
        phone.finish()
        received.wait()
        sent.wait()
        #expect(unsafe result == up)
        let totals = try brain.totals()
        #expect(totals.bytesFromPhone == UInt64(up.count) && totals.bytesFromServer == UInt64(down.count))
    }

    @Test func whatTheBrainSendsBeforeTheServerIsThereArrives() throws {
        let server = try CallServer()
        let brain = TestBrain(nil, passesOn: false)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands() && phone.write([9]))
        _ = try brain.facts()
        let id = try brain.id()
        var orders: [StreamOrder] = [.connect(id, UpstreamPlan(to: server.endpoint))]
        orders += (0..<10).map { .send(id, .server, [UInt8($0)]) }
        terminator.perform(orders + [.finish(id, .server), .send(id, .server, [99])])
        #expect(try server.accept().readToEnd() == Array(0..<10))
    }

    @Test func readingStopsAndGoesOnByOrder() throws {
        let brain = TestBrain(nil, passesOn: false)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        _ = try brain.facts()
        let id = try brain.id()
        terminator.perform([.pauseReading(id, .phone)])
        #expect(try brain.wait { _ in terminator.sessions().first?.phone?.isPaused == true ? true : nil })
        #expect(phone.write([7]))
        usleep(100_000)
        #expect(terminator.statistics.bytesFromPhones == 0)
        terminator.perform([.resumeReading(id, .phone)])
        #expect(try brain.wait { _ in terminator.statistics.bytesFromPhones == 1 ? true : nil })
    }

    @Test func aBrainThatSendsWithoutEndLosesTheConnection() throws {
        let brain = TestBrain(nil, passesOn: false)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        phone.socket.set(SOL_SOCKET, SO_RCVBUF, 8_192)
        try #require(phone.shakeHands())
        _ = try brain.facts()
        let id = try brain.id()
        for _ in 0..<1_000 { terminator.send(id, .phone, [UInt8](repeating: 1, count: 16_384)) }
        #expect(try brain.closeReason() == .unsentMaximum)
        _ = try brain.totals()
    }

    @Test func gracefulClosingDeliversAndAbruptClosingDoesNotWait() throws {
        for manner in [CloseManner.graceful, .abrupt] {
            let server = try CallServer()
            let (terminator, brain) = try site.start(to: server, passesOn: false)
            defer { terminator.stop() }
            let phone = try site.phone(terminator)
            try #require(phone.shakeHands())
            let upstream = try server.accept()
            let id = try brain.id()
            _ = try brain.wait { $0.map(\.name).contains("connected") ? true : nil }
            let bytes = Self.pattern(500_000, 2)
            terminator.perform([.send(id, .phone, bytes), .send(id, .server, bytes), .close(id, manner)])
            if manner == .graceful {
                #expect(phone.readToEnd() == bytes)
                #expect(upstream.readToEnd() == bytes)
            } else {
                #expect(upstream.readToEnd() == nil)
            }
            #expect(try brain.closeReason() == .ordered)
            _ = try brain.totals()
        }
    }

    @Test func aServerThatIsNotThereIsReportedAndAnotherMayBeTried() throws {
        let server = try CallServer()
        let closed = try CallServer().endpoint
        let brain = TestBrain(nil, passesOn: false)
        let terminator = try brain.start(site.settings(site.server()))
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands() && phone.write([9]))
        let id = try brain.id()
        _ = try brain.facts()
        terminator.connectUpstream(id, UpstreamPlan(to: closed))
        _ = try brain.wait { $0.map(\.name).contains("not connected: system(111)") ? true : nil }
        // From an address that is not ours.
        terminator.connectUpstream(id, UpstreamPlan(to: server.endpoint, from: IPAddress(v4: 0xcb00_7101)))
        _ = try brain.wait { $0.map(\.name).contains("not connected: system(\(EADDRNOTAVAIL))") ? true : nil }
        // From another address of ours, and a port by choice.
        var plan = UpstreamPlan(to: server.endpoint, from: IPAddress(v4: 0x7f00_0002))
        plan.sourcePort = try CallServer().endpoint.port
        terminator.perform([.connect(id, plan), .connect(id, plan), .send(id, .server, [5])])
        let upstream = try server.accept()
        #expect(upstream.read() == [5])
        let connected = try brain.wait { events in
            events.compactMap { if case .upstreamConnected(_, let local, _) = $0 { local } else { nil } }.first
        }
        #expect(connected == Endpoint(IPAddress(v4: 0x7f00_0002), plan.sourcePort))
        #expect(brain.events.map(\.name).contains("not connected: busy"))
        #expect(terminator.statistics.upstreamFailures == 2)
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() throws {
        // A full backlog answers nothing.
        let server = try CallServer(backlog: 0)
        let fillers = (0..<2).map { _ in
            let filler = TestSocket(socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0))
            _ = unsafe TestSocket.with(server.endpoint) { unsafe connect(filler.descriptor, $0, $1) }
            return filler
        }
        defer { withExtendedLifetime(fillers) {} }
        let (terminator, brain) = try site.start(to: server) { $0.deadlines.connect = 0.2 }
        defer { terminator.stop() }
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        #expect(phone.readToEnd() == [])
        #expect(brain.events.map(\.name).contains("not connected: deadline"))
    }

    @Test func stoppingEndsEverything() throws {
        let server = try CallServer()
        let (terminator, brain) = try site.start(to: server)
        let phone = try site.phone(terminator)
        try #require(phone.shakeHands())
        let upstream = try server.accept()
        terminator.stop()
        terminator.stop()
        #expect(upstream.read() == nil)
        #expect(try brain.closeReason() == .stopped)
        _ = try brain.totals()
        #expect(throws: TestFailure.self) { try TestSocket(to: terminator.endpoints[0]) }
    }
}
