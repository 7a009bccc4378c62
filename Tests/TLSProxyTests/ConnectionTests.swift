import Glibc
import TLSProxy
import TLSTestSupport
import Testing
import Wire

/// What TCP may do to a connection, seen without TLS.
@Suite struct ConnectionTests {
    private static let loopback = Endpoint(IPAddress(v4: 0x7f00_0001), 0)

    private static func start(
        _ brain: TestBrain, on endpoint: Endpoint = loopback, linger: Double = 5
    ) throws -> TLSTerminator {
        var settings = TerminatorSettings(listen: [], server: nil)
        settings.listenInClear = [endpoint]
        settings.isTransparent = false
        settings.deadlines.linger = linger
        return try brain.start(settings)
    }

    /// A phone and a server with the box between them.
    private static func connect(
        _ brain: TestBrain, _ terminator: TLSTerminator, _ server: CallServer
    ) throws -> (phone: TestSocket, upstream: TestSocket, id: StreamID) {
        let phone = try TestSocket(to: terminator.clearEndpoints[0])
        let id = try brain.id()
        terminator.connectUpstream(id, UpstreamPlan(to: server.endpoint))
        let upstream = try server.accept()
        _ = try brain.wait { $0.map(\.name).contains("connected") ? true : nil }
        return (phone, upstream, id)
    }

    @Test func aResetIsSeenThoughNothingIsRead() throws {
        let server = try CallServer()
        let brain = TestBrain(passesOn: false)
        let terminator = try Self.start(brain, linger: 60)
        defer { terminator.stop() }
        let upstream = try {
            let (phone, upstream, id) = try Self.connect(brain, terminator, server)
            terminator.perform([.pauseReading(id, .phone)])
            _ = try brain.wait { _ in terminator.sessions().first?.phone?.isPaused == true ? true : nil }
            phone.reset()
            return upstream
        }()
        #expect(try brain.closeReason(.phone) == .system(ECONNRESET))
        _ = upstream
    }

    @Test func aResetIsSeenAfterTheEndOfInput() throws {
        let server = try CallServer()
        let brain = TestBrain(passesOn: false)
        let terminator = try Self.start(brain, linger: 60)
        defer { terminator.stop() }
        let upstream = try {
            let (phone, upstream, _) = try Self.connect(brain, terminator, server)
            phone.finish()
            _ = try brain.wait { $0.map(\.name).contains("phone has ended") ? true : nil }
            phone.reset()
            return upstream
        }()
        #expect(try brain.closeReason(.phone) == .system(ECONNRESET))
        _ = upstream
    }

    @Test func bytesAndEndThatCameDuringAPauseAreReadAfterIt() throws {
        let server = try CallServer()
        let brain = TestBrain()
        let terminator = try Self.start(brain)
        defer { terminator.stop() }
        let (phone, upstream, id) = try Self.connect(brain, terminator, server)
        terminator.perform([.pauseReading(id, .phone)])
        _ = try brain.wait { _ in terminator.sessions().first?.phone?.isPaused == true ? true : nil }
        let bytes = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        try phone.write(bytes)
        phone.finish()
        usleep(50_000)
        #expect(terminator.statistics.bytesFromPhones == 0)
        terminator.perform([.resumeReading(id, .phone)])
        #expect(upstream.readToEnd() == bytes)
        upstream.finish()
        #expect(phone.readToEnd() == [])
        #expect(try brain.closeReason(.phone) == .finished)
    }

    @Test func aServerThatComesWhileThePhoneTakesNoMoreIsNotReadYet() throws {
        let server = try CallServer()
        let brain = TestBrain(passesOn: false)
        let terminator = try Self.start(brain)
        defer { terminator.stop() }
        let phone = try TestSocket(to: terminator.clearEndpoints[0], receiveBuffer: 8_192)
        let id = try brain.id()
        let bytes = [UInt8](repeating: 3, count: 900_000)
        terminator.send(id, .phone, bytes)
        _ = try brain.wait { $0.map(\.name).contains("phone is congested") ? true : nil }
        terminator.connectUpstream(id, UpstreamPlan(to: server.endpoint))
        let upstream = try server.accept()
        try upstream.write([4])
        _ = try brain.wait { $0.map(\.name).contains("connected") ? true : nil }
        usleep(50_000)
        #expect(terminator.statistics.bytesFromServers == 0)
        var left = bytes.count
        while left > 0 { left -= try #require(phone.read()).count }
        _ = try brain.wait { _ in terminator.statistics.bytesFromServers == 1 ? true : nil }
    }

    @Test func whatWasSentBeforeAResetIsPassedOn() throws {
        let server = try CallServer()
        let brain = TestBrain()
        let terminator = try Self.start(brain)
        defer { terminator.stop() }
        let bytes = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 / 251) }
        let phone = try {
            let (phone, upstream, _) = try Self.connect(brain, terminator, server)
            try upstream.write(bytes)
            upstream.reset()
            return phone
        }()
        #expect(phone.readToEnd() == bytes)
        #expect(try brain.closeReason(.server) == .system(ECONNRESET))
    }

    @Test func connectionsOfBothFamiliesAreTakenAndMade() throws {
        let inner = TestBrain()
        let version6 = try Self.start(inner, on: Endpoint(IPAddress(high: 0, low: 1), 0))
        defer { version6.stop() }
        let target = version6.clearEndpoints[0]
        #expect(target.address == IPAddress(high: 0, low: 1) && target.port != 0)
        let outer = TestBrain()
        let version4 = try Self.start(outer)
        defer { version4.stop() }
        let phone = try TestSocket(to: version4.clearEndpoints[0])
        version4.connectUpstream(try outer.id(), UpstreamPlan(to: target, from: target.address))
        let accepted = try inner.wait { events in
            events.compactMap { if case .accepted(_, let phone, let to) = $0 { (phone, to) } else { nil } }.first
        }
        let connected = try outer.wait { events in
            events.compactMap { if case .upstreamConnected(_, let local, let to) = $0 { (local, to) } else { nil } }
                .first
        }
        #expect(accepted == connected && accepted.1 == target)
        version6.send(try inner.id(), .phone, [6])
        #expect(phone.read() == [6])
    }

    @Test func theSourceHasToBeOfTheServersFamily() throws {
        let brain = TestBrain(passesOn: false)
        let terminator = try Self.start(brain)
        defer { terminator.stop() }
        let phone = try TestSocket(to: terminator.clearEndpoints[0])
        terminator.connectUpstream(
            try brain.id(), UpstreamPlan(to: Self.loopback, from: IPAddress(high: 0, low: 1)))
        _ = try brain.wait { $0.map(\.name).contains("not connected: system(\(EAFNOSUPPORT))") ? true : nil }
        _ = phone
    }

    @Test func connectionsWaitWhileThereAreNoDescriptors() async {
        await #expect(processExitsWith: .success) {
            let brain = TestBrain()
            let terminator = try Self.start(brain)
            func accepted() -> Int { brain.events.filter { if case .accepted = $0 { true } else { false } }.count }
            let first = try TestSocket(to: terminator.clearEndpoints[0])
            _ = try brain.wait { _ in accepted() == 1 ? true : nil }
            let others = (0..<3).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
            var limit = rlimit()
            unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let before = limit.rlim_cur
            // The lowest number that is free: none below, and now none at all.
            let free = dup(0)
            close(free)
            limit.rlim_cur = rlim_t(free)
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            for other in others {
                let isConnected = unsafe TestSocket.with(terminator.clearEndpoints[0]) {
                    unsafe Glibc.connect(other, $0, $1) == 0
                }
                guard isConnected else { throw TestFailure("connect: \(errno)") }
            }
            usleep(200_000)
            guard accepted() == 1 else { throw TestFailure("accepted: \(accepted())") }
            // Who is there is served.
            try first.write([1])
            _ = try brain.wait { _ in terminator.statistics.bytesFromPhones == 1 ? true : nil }
            limit.rlim_cur = before
            unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = try brain.wait { _ in accepted() == 4 ? true : nil }
            terminator.stop()
        }
    }

    @Test func whoAsksAfterTheEndIsAnswered() throws {
        let terminator = try Self.start(TestBrain())
        terminator.stop()
        #expect(terminator.sessions().isEmpty)
        #expect(terminator.statistics.accepted == 0)
        terminator.close(StreamID(rawValue: 256), .abrupt)
    }
}
