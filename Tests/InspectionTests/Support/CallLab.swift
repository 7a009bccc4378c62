import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A box with phones that speak TLS outside and a call server inside: what one side says, what the other hears, and what the
/// media hand is ordered.
final class CallLab {
    let configuration: Configuration
    var engine: EngineHolder
    var now = Timestamp(seconds: 1_000_000)
    /// What was sent on each stream and side, and not asked for yet.
    private var sent: [StreamID: [StreamSide: [UInt8]]] = [:]
    private(set) var connects: [StreamID: String] = [:]
    private(set) var ends: [StreamID: String] = [:]
    private(set) var media: [String] = []
    private(set) var orders: [MediaOrder] = []
    /// All events, a line each.
    private(set) var story: [String] = []
    private(set) var events: [Event] = []
    private var nextStream: UInt64 = 0
    /// All bytes that left, for comparisons of whole runs.
    private(set) var transcript: [UInt8] = []

    /// A class, so that a test can hold what can not be copied.
    final class EngineHolder {
        var engine: Engine
        init(_ configuration: Configuration, _ settings: EngineSettings) { engine = Engine(configuration, settings) }
    }

    init(_ configuration: Configuration? = nil, _ change: (inout EngineSettings) -> Void = { _ in }) throws {
        let configuration = try configuration ?? .callBox()
        self.configuration = configuration
        var settings = EngineSettings()
        settings.flowLimit = 64
        settings.pinholeLimit = 16
        settings.transferLimit = 16
        settings.phoneFileLimit = 16
        settings.streamLimit = 64
        settings.callLimit = 64
        change(&settings)
        engine = EngineHolder(configuration, settings)
    }

    // MARK: Streams

    /// A phone's stream that stands: accepted, secured and connected.
    func connect(
        _ phone: String = "98.208.49.30:49152", device: String? = "SEP001E7AC4DA9C",
        to destination: String = "10.10.0.26:5061", local port: UInt16 = 40_001
    ) throws -> StreamID {
        let id = try accept(phone, to: destination)
        secure(id, device: device)
        let local = Endpoint(try endpoint(phone).address, port)
        take(.connected(id, local: local, cipher: nil))
        return id
    }

    func accept(_ phone: String, to destination: String = "10.10.0.26:5061") throws -> StreamID {
        nextStream += 1
        let id = StreamID(nextStream)
        take(
            .accepted(
                id, phone: try endpoint(phone), destination: try endpoint(destination), interface: InterfaceIndex(1)))
        return id
    }

    func secure(_ id: StreamID, device: String?) {
        take(
            .secured(
                id, identity: device.map { PeerIdentity(commonName: $0, subject: "cn=\($0)") },
                cipher: StreamCipher(version: "TLSv1.2", name: "AES128-SHA")))
    }

    func take(_ event: StreamEvent) {
        engine.engine.take(event, at: now)
        settle()
    }

    func report(_ report: MediaReport) {
        engine.engine.take(report, at: now)
        settle()
    }

    func wait(_ seconds: Int) {
        for _ in 0..<seconds {
            now = now.adding(seconds: 1)
            engine.engine.tick(now)
            settle()
        }
    }

    // MARK: Words

    /// Says something on one side; what the other side hears.
    @discardableResult
    func says(_ side: StreamSide, _ id: StreamID, _ text: String) -> String {
        send(Array(text.utf8), from: side, of: id)
        return heard(side.other, id)
    }

    /// What a phone says to its server; what the server hears.
    @discardableResult
    func phone(_ id: StreamID, _ text: String) -> String { says(.phone, id, text) }

    /// What the server says to a phone; what the phone hears.
    @discardableResult
    func server(_ id: StreamID, _ text: String) -> String { says(.server, id, text) }

    func send(_ bytes: [UInt8], from side: StreamSide, of id: StreamID) {
        now = Timestamp(nanoseconds: now.nanoseconds + 1_000_000)
        engine.engine.receive(bytes.span, from: side, of: id, at: now)
        settle()
    }

    /// What was sent to one side since this was last asked.
    func heard(_ side: StreamSide, _ id: StreamID) -> String {
        String(decoding: heardBytes(side, id), as: UTF8.self)
    }

    func heardBytes(_ side: StreamSide, _ id: StreamID) -> [UInt8] {
        sent[id]?.removeValue(forKey: side) ?? []
    }

    /// The media orders since this was last asked.
    func mediaOrders() -> [String] {
        defer { media = [] }
        return media
    }

    func name(_ index: InterfaceIndex) -> String {
        let place = Int(index.rawValue)
        return place < configuration.interfaces.count ? configuration.interfaces[place].name : "-"
    }

    /// Nothing is left of any call.
    func expectNoCalls() {
        #expect(engine.engine.callsInUse == 0)
        #expect(engine.engine.mediaPortsInUse == 0)
        #expect(engine.engine.mediaSessionsInUse == 0)
        let counters = engine.engine.counters.media
        #expect(counters.sessionsOpened == counters.sessionsClosed)
    }

    private func settle() {
        for order in engine.engine.takeStreamOrders() {
            switch order {
            case .connect(let id, let address, let server, let interface, let isSecure):
                connects[id] = "\(address) to \(name(interface)) \(server)\(isSecure ? " by TLS" : "")"
            case .send(let id, let side, let bytes):
                sent[id, default: [:]][side, default: []] += bytes
                transcript += bytes
            case .finish(let id, let side): ends[id] = "finish \(side)"
            case .close(let id, let reason): ends[id] = "close: \(reason.rawValue)"
            case .reset(let id, let reason): ends[id] = "reset: \(reason.rawValue)"
            }
        }
        for order in engine.engine.takeMediaOrders() {
            orders.append(order)
            media.append(orderLine(order) { name($0) })
        }
        while let event = engine.engine.nextEvent() {
            events.append(event)
            let line = callLine(event) { name($0) }
            if !line.isEmpty { story.append(line) }
        }
    }
}

extension Configuration {
    /// The first example with SIP: phones reach the call server 192.0.2.101 as 10.10.0.26 by TLS; media ends at .25.
    static func callBox(
        ports: ClosedRange<UInt16> = 16384...32767, _ map: SIPInspectionMap? = nil
    ) throws -> Configuration {
        var configuration = try Configuration.phoneProxy()
        var termination = MediaTerminationDefinition(name: "my_mediaterm")
        termination.addresses = [
            .init(address: try address("192.0.2.25"), interface: "inside"),
            .init(address: try address("10.10.0.25"), interface: "outside"),
        ]
        termination.ports = ports
        configuration.mediaTermination = termination
        configuration.phoneProxy?.mediaTermination = "my_mediaterm"
        configuration.phoneProxy?.tlsProxy = "mytls"
        configuration.tlsProxies = ["mytls": TLSProxyDefinition(name: "mytls")]
        configuration.phoneProxy?.clusterMode = .nonsecure
        if let map { configuration.sipInspectionMaps[map.name] = map }
        configuration.classMaps["sec_sip"] = ClassMap(name: "sec_sip", matches: [.port(.tcp, PortMatch(5061, 5061))])
        configuration.policyMaps["pp_policy"]?.classes.append(
            PolicyMap.Class(
                classMap: "sec_sip",
                inspections: [PolicyMap.Inspection(engine: .sip, policy: map?.name, phoneProxy: "mypp")]))
        return configuration
    }
}
