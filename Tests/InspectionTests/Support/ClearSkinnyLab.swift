import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// Skinny without a phone proxy: the connections as streams, and the packets of media beside them.
///
///     phone 203.0.113.9 ── outside │ box │ inside ── server 192.0.2.101 (10.10.0.26), desk 192.0.2.16 (10.10.0.30)
struct ClearSkinnyLab {
    static let phone = "203.0.113.9"
    static let desk = "192.0.2.16"
    static let mappedDesk = "10.10.0.30"

    let lab: CallLab

    init(
        _ map: SkinnyInspectionMap? = nil, _ settings: (inout EngineSettings) -> Void = { _ in },
        _ change: (inout Configuration) throws -> Void = { _ in }
    ) throws {
        var configuration = try Configuration.box()
            .translating("192.0.2.101", to: "10.10.0.26")
            .translating(Self.desk, to: Self.mappedDesk)
            .listing([try entry(.permit, .tcp, to: "10.10.0.26", eq: 2000)], on: "outside")
        if let map {
            configuration.skinnyInspectionMaps[map.name] = map
            configuration.policyMaps["inspection"]?.classes[0].inspections = [
                PolicyMap.Inspection(engine: .skinny, policy: map.name)
            ]
        }
        try change(&configuration)
        lab = try CallLab(configuration) {
            $0.hasStreamHand = true
            $0.tellsOfPinholes = true
            settings(&$0)
        }
    }

    // MARK: Packets

    /// A packet as it leaves, with the engine's verdict on it.
    func send(_ packet: [UInt8], on interface: String) -> TestBox.Outcome {
        var bytes = packet
        var span = bytes.mutableSpan
        let verdict = lab.engine.engine.process(&span, from: index(interface), at: lab.now)
        return TestBox.Outcome(verdict: verdict, packet: bytes)
    }

    /// The first packet of a connection.
    func knock(_ from: String, to destination: String, on interface: String) throws -> TestBox.Outcome {
        let (source, destination) = (try endpoint(from), try endpoint(destination))
        let syn = PacketBuilder(from: source.address, to: destination.address)
            .tcp(from: source.port, to: destination.port, flags: .syn, sequence: 1)
        return send(syn, on: interface)
    }

    /// A packet of RTP; where it goes on to, or why not.
    func media(_ from: String, to destination: String, on interface: String, type: UInt8 = 0) throws -> String {
        let (source, destination) = (try endpoint(from), try endpoint(destination))
        let rtp: [UInt8] = [0x80, type, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4] + [UInt8](repeating: 0xd5, count: 160)
        let packet = PacketBuilder(from: source.address, to: destination.address)
            .udp(from: source.port, to: destination.port, rtp)
        let outcome = send(packet, on: interface)
        return outcome.reason.map(\.name) ?? outcome.route
    }

    func index(_ name: String) -> InterfaceIndex {
        InterfaceIndex(UInt8(lab.configuration.interfaces.firstIndex { $0.name == name } ?? 0))
    }

    // MARK: Streams

    /// A phone's connection that stands, as the kernel's rules have handed it over.
    func connect(
        _ phone: String = "\(phone):49152", to destination: String = "10.10.0.26:2000", as local: String = phone
    ) throws -> StreamID {
        let id = try lab.accept(phone, to: destination)
        lab.take(.connected(id, local: Endpoint(try address(local), 40_001), cipher: nil))
        return id
    }

    func registered(_ script: SkinnyScript, device: String = "SEP001E7AC4DA9C") throws -> StreamID {
        let id = try connect()
        lab.says(.phone, id, script.register(device))
        lab.says(.server, id, script.registerAck())
        return id
    }

    /// The phone outside and the desk phone have been told to talk to each other.
    func talking(_ script: SkinnyScript) throws -> StreamID {
        let id = try registered(script)
        lab.says(.server, id, script.callState(1))
        lab.says(.server, id, script.open(source: Self.desk))
        lab.says(.phone, id, script.openAck(Self.phone))
        lab.says(.server, id, script.start(Self.desk))
        lab.says(.phone, id, script.startAck(Self.phone))
        return id
    }

    // MARK: What came of it

    var pinholes: Int { lab.engine.engine.pinholes.count }
    var mediaFlows: Int { lab.engine.engine.flows.summaries.count { $0.trafficClass == .inspectRTP } }

    /// Where pinholes lead, in the order in which they were opened, with the message that asked for each.
    var opened: [String] {
        lab.events.compactMap { event in
            guard case .pinholeOpened(let pinhole) = event.kind, pinhole.isSkinny else { return nil }
            return "\(pinhole.purpose) \(lab.name(pinhole.interface)):\(pinhole.source) to \(pinhole.destination) from "
                + (pinhole.message ?? "")
        }
    }

    /// Nothing is left of any call, in the engine or in what it has the kernel bring.
    func expectNothingOpen() {
        #expect(pinholes == 0 && mediaFlows == 0 && lab.engine.engine.callsInUse == 0)
        #expect(lab.engine.engine.passingFlows.count == 0 && lab.engine.engine.passingCalls.isEmpty)
        #expect(lab.engine.engine.steered.isEmpty)
    }
}

private func endpoint(_ text: String) throws -> Endpoint {
    let parts = text.split(separator: ":")
    return Endpoint(try address(String(parts[0])), try #require(UInt16(parts[1])))
}
