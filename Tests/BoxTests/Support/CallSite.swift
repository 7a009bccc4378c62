import ConfigLanguage
import Glibc
import Inspection
import SystemCalls
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Trust
import Wire

@testable import Box

/// A box's engine and its hands for phones' signalling on loopback: phones connect to 127.0.0.2, where the box ends their
/// TLS; the call server is 127.0.0.3.
final class CallSite: @unchecked Sendable {
    // Sendable by use: between `start()` and `stop()` only its own thread touches the engine and the hands.
    let site: TestSite
    let configuration: Configuration
    let server: CallServer
    private var engine: Engine
    private var hands = CallHands()
    private let waker: Waker
    private var thread: WorkerThread?
    private let isStopping = Locked(false)
    private let notes = Locked<[String]>([])
    let pieces = Locked<[SignallingPiece]>([])
    let ends = Locked<[String]>([])

    /// - Parameter mixed: the call server is spoken to by TLS, and `plans` say how.
    init(
        _ signalling: InspectionProtocol = .sip, mixed: Bool = false,
        plans: (TestSite) throws -> UpstreamPlans = { _ in UpstreamPlans() }
    ) throws {
        site = try TestSite.shared.get()
        // The secure port is the next one; of the two only one is listened at on each address.
        server = try CallServer(Endpoint(IPAddress(v4: 0x7f00_0003), 0))
        let port = mixed ? server.endpoint.port : server.endpoint.port + (signalling.secureDistance ?? 0)
        configuration = try BoxTests.configuration(CallSite.text(signalling, port: port, mixed: mixed))
        engine = Engine(configuration)
        waker = try Waker()
        var settings = site.settings(try site.server())
        settings.listen = [Endpoint(IPAddress(v4: 0x7f00_0002), port)]
        let waker = waker
        hands.streams = try StreamDesk(settings, try plans(site)) { waker.wake() }
        let (pieces, ends) = (pieces, ends)
        hands.streams?.tap = { piece, _ in pieces.change { $0.append(piece) } }
        hands.streams?.tapEnd = { id, side, _ in ends.change { $0.append("\(id) \(side.map { "\($0)" } ?? "both")") } }
    }

    deinit { stop() }

    var phonesConnectTo: Endpoint { hands.streams?.terminator.endpoints.first ?? Endpoint(.anyV4, 0) }

    /// Drives the engine, as the packet thread does.
    func start() throws {
        thread = try WorkerThread { [self] in
            while !isStopping.value {
                var entry = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
                _ = unsafe poll(&entry, 1, 20)
                waker.take()
                turn()
            }
        }
    }

    private func turn() {
        hands.deliver(to: &engine, at: WallClock.now) { note in
            if case .stream(let event, let parties) = note { take(event, parties) }
        }
        hands.perform(from: &engine, at: WallClock.now)
        while let event = engine.nextEvent() {
            if case .signalling(.connectFailed(_, let reason)) = event.kind {
                notes.change { $0.append("not connected: \(reason)") }
            }
        }
    }

    private func take(_ event: HandStreamEvent, _ parties: StreamDesk.Parties) {
        let name: String? =
            switch event {
            case .accepted: "accepted from \(configuration.interfaces[Int(parties.interface.rawValue)].name)"
            case .handshakeFinished(_, let side, _): "handshake with \(side)"
            case .handshakeFailed(_, let side, _): "no handshake with \(side)"
            case .upstreamConnected: "connected to \(parties.server.map { "\($0.address)" } ?? "nobody")"
            case .closed: "closed"
            default: nil
            }
        if let name { notes.change { $0.append(name) } }
    }

    /// What has happened; waits at most ten seconds for `expected`.
    func story(until expected: String) -> [String] {
        let deadline = MonotonicClock.now + 10_000_000_000
        while !notes.value.contains(where: { $0.hasPrefix(expected) }), MonotonicClock.now < deadline {
            MonotonicClock.sleep(nanoseconds: 5_000_000)
        }
        return notes.value
    }

    /// Ends the thread; what the engine still knows.
    @discardableResult
    func stop() -> (streams: Int, counters: Counters)? {
        guard let running = thread else { return nil }
        thread = nil
        isStopping.change { $0 = true }
        waker.wake()
        running.join()
        turn()
        defer { hands.stop() }
        return (engine.streamSummaries.count, engine.counters)
    }

    /// A phone with the certificate of that name, before its handshake.
    func phone(_ certificate: String = "phone") throws -> TestPhone {
        var options = TestPhone.Options()
        options.certificate = site.pem(certificate)
        options.key = site.key("phone")
        return try TestPhone(TestSocket(to: phonesConnectTo), options)
    }

    private static func text(_ signalling: InspectionProtocol, port: UInt16, mixed: Bool) -> String {
        BoxText.network + """
            object network calls
             host 127.0.0.3
             nat (inside,outside) static 127.0.0.2
            crypto key generate rsa label kp modulus 2048
            crypto ca trustpoint ldc_server
             enrollment self
             proxy-ldc-issuer
             keypair kp
            crypto ca enroll ldc_server
            ctl-file myctl
             record-entry cucm-tftp trustpoint ldc_server address 127.0.0.2
             no shutdown
            tls-proxy mytls
             server trust-point _internal_PP_myctl
             client ldc issuer ldc_server
             client ldc key-pair kp
            media-termination mymedia
             address 192.0.2.25 interface inside
             address 10.10.0.25 interface outside
            phone-proxy mypp
             media-termination mymedia
             tftp-server address 127.0.0.3 interface inside
             tls-proxy mytls
             ctl-file myctl
             cluster-mode \(mixed ? "mixed" : "nonsecure")
            class-map secure
             match port tcp eq \(port)
            policy-map pp_policy
             class secure
              inspect \(signalling.rawValue) phone-proxy mypp
            service-policy pp_policy interface outside

            """
    }
}
