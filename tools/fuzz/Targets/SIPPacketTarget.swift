import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// The input is what is said in packets between a phone outside and a call server inside: records of a control byte, a
/// length (16 bits) and bytes. The control byte's lowest bit is the side that speaks, the next one sends over TCP, the next
/// sends to and from media ports, and the rest are time that passes before, in steps of eight seconds.
///
/// Promised: what leaves is a sound packet, everything is accounted for, and when nobody has spoken for long enough no
/// call, no pinhole and no connection is left.
func sipPacketPromise(_ input: Span<UInt8>) -> String? {
    var settings = EngineSettings()
    (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (16, 12, 8, 4096)
    settings.callLimit = 8
    settings.tellsOfPinholes = true
    var engine = Engine(sipPacketBox, settings)
    var talk = SIPPacketTalk()
    var now = Timestamp(seconds: 1_700_000_000)
    var offset = 0
    while offset + 3 <= input.count {
        let control = input[offset]
        let length = min(Int(input.uint16(at: offset + 1)), input.count - offset - 3)
        now = now.adding(seconds: Int(control >> 3) * 8)
        engine.tick(now)
        let payload = input.bytes(in: offset + 3..<offset + 3 + length)
        if let broken = talk.say(payload, control, &engine, at: now) { return broken }
        offset += 3 + length
    }
    _ = engine.clearCalls(at: now)
    talk.note(&engine)
    for _ in 0..<4 {
        now = now.adding(seconds: 100_000)
        engine.tick(now)
        talk.note(&engine)
    }
    let isEmpty = engine.callsInUse == 0 && engine.flowsInUse == 0 && talk.open == 0 && talk.steered.isEmpty
    return isEmpty ? nil : "something is left when all is over"
}

/// What has been seen of the engine.
private struct SIPPacketTalk {
    /// Pinholes.
    var open = 0
    var steered: Set<SteeredEnd> = []
    private var sequences: (UInt32, UInt32) = (1, 1)

    mutating func say(_ payload: [UInt8], _ control: UInt8, _ engine: inout Engine, at now: Timestamp) -> String? {
        let isOutside = control & 1 == 0
        var packet = packet(payload, isOutside: isOutside, isTCP: control & 2 != 0, isMedia: control & 4 != 0)
        var span = packet.mutableSpan
        let verdict = engine.process(&span, from: InterfaceIndex(isOutside ? 0 : 1), at: now)
        if verdict.isReplaced { packet = engine.takeReplacement() }
        note(&engine)
        for release in engine.takeReleases() {
            if let broken = Self.defect(release.packet) { return broken }
        }
        let counters = engine.counters
        if counters.read != counters.forwarded + counters.dropped + counters.undecodable { return "not accounted for" }
        return verdict.action == .forward ? Self.defect(packet) : nil
    }

    private mutating func packet(_ payload: [UInt8], isOutside: Bool, isTCP: Bool, isMedia: Bool) -> [UInt8] {
        let phone = IPAddress(v4: 0xc633_6405)
        let builder =
            isOutside
            ? PacketBuilder(from: phone, to: IPAddress(v4: 0xcb00_711a))
            : PacketBuilder(from: IPAddress(v4: 0xc000_0265), to: phone)
        guard isTCP else {
            let (near, far): (UInt16, UInt16) = isMedia ? (20_000, 30_000) : (5060, 5060)
            return builder.udp(from: isOutside ? near : far, to: isOutside ? far : near, payload)
        }
        let sequence = isOutside ? sequences.0 : sequences.1
        let flags: TCPHeader.Flags = sequence == 1 ? (isOutside ? .syn : [.syn, .acknowledge]) : .acknowledge
        let segment = builder.tcp(
            from: isOutside ? 40_000 : 5060, to: isOutside ? 5060 : 40_000, payload, flags: flags, sequence: sequence,
            acknowledgment: isOutside ? sequences.1 : sequences.0)
        if isOutside { sequences.0 &+= UInt32(payload.count) + 1 } else { sequences.1 &+= UInt32(payload.count) + 1 }
        return segment
    }

    mutating func note(_ engine: inout Engine) {
        while let event = engine.nextEvent() {
            switch event.kind {
            case .pinholeOpened: open += 1
            case .pinholeClosed: open -= 1
            default: break
            }
        }
        for order in engine.takeSteerOrders() {
            switch order {
            case .add(let end): steered.insert(end)
            case .remove(let end): steered.remove(end)
            }
        }
    }

    private static func defect(_ packet: [UInt8]) -> String? {
        guard let ip = try? IPHeader.decode(packet.span), ip.end == packet.count else { return "not a whole packet" }
        if !IPHeader.hasValidV4Checksum(packet.span, headerLength: ip.transportOffset) { return "a wrong header" }
        return PacketChecksum.verifyTransport(packet.span, ip) == .right ? nil : "a wrong checksum"
    }
}

/// One-to-one NAT for the call server, and every check of an inspection map.
private let sipPacketBox: Configuration = Configuration.read(
    fuzzedNetwork
        + """
        policy-map type inspect sip checked
         parameters
          max-forwards-validation action log
          state-checking action log
          strict-header-validation action log
          rtp-conformance enforce-payloadtype
          software-version action mask
          uri-non-sip action mask
        class-map inspection_default
         match default-inspection-traffic
        policy-map global_policy
         class inspection_default
          inspect sip checked
        service-policy global_policy global
        access-list in extended permit udp any any eq 5060
        access-list in extended permit tcp any any eq 5060
        access-group in in interface outside

        """, file: "sip-packet.cfg"
).configuration

func sipPacketSeeds() -> [FuzzTarget.Seed] {
    func media(_ address: String, _ port: Int) -> String {
        "v=0\r\no=- 1 1 IN IP4 \(address)\r\ns=-\r\nc=IN IP4 \(address)\r\nt=0 0\r\nm=audio \(port) RTP/AVP 0\r\n"
    }
    func message(_ start: String, _ method: String, to tag: String, contact: String, body: String = "") -> [UInt8] {
        Array(
            ("\(start)\r\nVia: SIP/2.0/UDP 198.51.100.5:5060;branch=z9hG4bK1\r\nFrom: <sip:a@203.0.113.26>;tag=1\r\n"
                + "To: <sip:b@203.0.113.26>\(tag)\r\nCall-ID: c\r\nCSeq: 1 \(method)\r\n"
                + "Contact: <sip:a@\(contact):5062>\r\nContent-Type: application/sdp\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }
    let phone = "198.51.100.5"
    let invite = message(
        "INVITE sip:b@203.0.113.26 SIP/2.0", "INVITE", to: "", contact: phone, body: media(phone, 20_000))
    let answer = message(
        "SIP/2.0 200 OK", "INVITE", to: ";tag=2", contact: "192.0.2.101", body: media("192.0.2.101", 30_000))
    let bye = message("BYE sip:b@203.0.113.26 SIP/2.0", "BYE", to: ";tag=2", contact: phone)
    let over = message("SIP/2.0 200 OK", "BYE", to: ";tag=2", contact: "192.0.2.101")
    let register = message("REGISTER sip:203.0.113.26 SIP/2.0", "REGISTER", to: "", contact: phone)
    let registered = message("SIP/2.0 200 OK", "REGISTER", to: ";tag=2", contact: phone)
    let rtp: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 7, 0xd5, 0xd5]
    return [
        .init(name: "registration", bytes: records([(0, register), (1, registered)])),
        .init(name: "call", bytes: records([(0, invite), (1, answer), (4, rtp), (5, rtp), (0, bye), (1, over)])),
        .init(name: "silence", bytes: records([(0, invite), (1, answer), (4, rtp), (0xf8, bye)])),
        .init(name: "tcp", bytes: records([(2, []), (3, []), (2, invite), (3, answer), (2, bye + register)])),
        .init(name: "keep-alive", bytes: records([(0, Array("\r\n\r\n".utf8)), (1, [0])])),
    ]
}

private func records(_ pieces: [(control: UInt8, bytes: [UInt8])]) -> [UInt8] {
    pieces.flatMap { piece in
        [piece.control, UInt8(piece.bytes.count >> 8), UInt8(piece.bytes.count & 0xff)] + piece.bytes
    }
}
