import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// The input is a run of packets through an engine: for each, a byte that says on which interface it comes in and how
/// much time has passed, two bytes of length, and the packet.
///
/// Packets between which no time passes came together: they are shown to the engine ahead, as a driver shows a batch. A
/// second engine is never shown any, and must decide the same.
func enginePromise(_ input: Span<UInt8>) -> String? {
    var engine = fuzzedEngine()
    var unprepared = fuzzedEngine()
    var now = Timestamp(seconds: 1_700_000_000)
    var arrivals = arrivals(input)[...]
    while let first = arrivals.first {
        let batch = [first] + arrivals.dropFirst().prefix { $0.seconds == 0 }
        arrivals = arrivals.dropFirst(batch.count)
        now = now.adding(seconds: first.seconds)
        if batch.count > 1 { look(ahead: batch, &engine) }
        for arrival in batch {
            let (verdict, packet) = decide(arrival, &engine, at: now)
            if let broken = imbalance(engine.counters) { return broken }
            let (other, otherPacket) = decide(arrival, &unprepared, at: now)
            if !agree(verdict, other) || packet != otherPacket {
                return "looking ahead changed \(other) into \(verdict)"
            }
        }
    }
    engine.finish(at: now)
    if engine.counters.held != 0 { return "fragments are held at the end" }
    return imbalance(engine.counters)
}

/// One packet of the input.
private struct Arrival {
    var packet: [UInt8]
    var interface: InterfaceIndex
    var isCut: Bool
    /// Since the packet before it.
    var seconds: Int
}

private func arrivals(_ input: Span<UInt8>) -> [Arrival] {
    var arrivals: [Arrival] = []
    var offset = 0
    while offset + 3 <= input.count {
        let control = input[offset]
        let length = min(Int(input.uint16(at: offset + 1)), input.count - offset - 3)
        arrivals.append(
            Arrival(
                packet: input.bytes(in: offset + 3..<offset + 3 + length), interface: InterfaceIndex(control & 1),
                // Up to 63 steps of four seconds: enough to run into every idle limit but the longest.
                isCut: control & 2 != 0, seconds: Int(control >> 2) * 4))
        offset += 3 + length
    }
    return arrivals
}

private func fuzzedEngine() -> Engine {
    var settings = EngineSettings()
    (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (32, 8, 8, 256)
    return Engine(fuzzedBox, settings)
}

private func look(ahead batch: [Arrival], _ engine: inout Engine) {
    for arrival in batch { engine.foresee(arrival.packet.span, from: arrival.interface) }
    engine.gather()
}

/// What the engine says about a packet, and what it made of it.
private func decide(_ arrival: Arrival, _ engine: inout Engine, at now: Timestamp) -> (Verdict, [UInt8]) {
    var packet = arrival.packet
    var span = packet.mutableSpan
    let verdict = engine.process(&span, from: arrival.interface, at: now, isCut: arrival.isCut)
    while engine.nextEvent() != nil {}
    _ = engine.takeReleases()
    return (verdict, packet)
}

private func agree(_ first: Verdict, _ second: Verdict) -> Bool {
    first.action == second.action && first.reason == second.reason && first.isRewritten == second.isRewritten
        && first.trafficClass == second.trafficClass && first.egress == second.egress && first.flow == second.flow
}

private func imbalance(_ counters: Counters) -> String? {
    let accounted = counters.forwarded + counters.dropped + counters.undecodable + counters.held
    return counters.read == accounted ? nil : "\(counters.read) packets read, \(accounted) accounted for"
}

/// Two interfaces with one-to-one NAT and PAT between them, and the default inspection.
private let fuzzedBox: Configuration = Configuration.read(
    fuzzedNetwork
        + """
        object network tftp
         host 192.0.2.102
         nat (inside,outside) static interface service udp 69 69
        access-list in extended permit udp any any eq 69
        access-list in extended permit tcp any any
        access-list in extended permit icmp any any
        access-group in in interface outside

        """, file: "engine.cfg"
).configuration

func engineSeeds() -> [FuzzTarget.Seed] {
    let phone = IPAddress(v4: 0xc633_6405)
    let server = IPAddress(v4: 0xc000_0265)
    let out = PacketBuilder(from: phone, to: IPAddress(v4: 0xcb00_711a))
    let back = PacketBuilder(from: server, to: phone)
    let request = out.udp(from: 50_000, to: 69, TFTPBytes.readRequest("a.xml", options: [("blksize", "8")]))
    let granted = back.udp(from: 40_000, to: 50_000, TFTPBytes.optionAcknowledgment([("blksize", "8")]))
    let data = back.udp(from: 40_000, to: 50_000, TFTPBytes.data(1, [1, 2, 3]))
    func acknowledgment(_ block: UInt16) -> [UInt8] {
        out.udp(from: 50_000, to: 40_000, TFTPBytes.acknowledgment(block))
    }
    let pieces = (try? out.fragments(of: request, size: 16)) ?? []
    return [
        .init(
            name: "download",
            bytes: run([(0, request), (1, granted), (0, acknowledgment(0)), (1, data), (0, acknowledgment(1))])),
        .init(name: "unreachable", bytes: run([(0, request), (1, back.unreachable(quoting: request))])),
        .init(name: "fragments", bytes: run(pieces.map { (0, $0) })),
        .init(
            name: "tcp",
            bytes: run([
                (0, out.tcp(from: 50_000, to: 5060, flags: .syn)),
                (1, back.tcp(from: 5060, to: 50_000, flags: [.syn, .acknowledge])),
                (0, out.tcp(from: 50_000, to: 5060, flags: .acknowledge)),
                (1, back.tcp(from: 5060, to: 50_000, flags: [.fin, .acknowledge])),
                (0, out.tcp(from: 50_000, to: 5060, flags: .reset)),
            ])),
    ]
}

private func run(_ packets: [(interface: UInt8, bytes: [UInt8])]) -> [UInt8] {
    packets.flatMap { packet in
        [packet.interface, UInt8(packet.bytes.count >> 8), UInt8(packet.bytes.count & 0xff)] + packet.bytes
    }
}
