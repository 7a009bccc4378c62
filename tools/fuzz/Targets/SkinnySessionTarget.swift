import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// The input is a conversation between a Skinny phone and its call server, as that of ``sipSessionPromise(_:)``: records of
/// a control byte (side, end of that side, seconds), a length and bytes. It is held twice: by TLS with a phone proxy, and in
/// the clear without one.
///
/// Promised: no message changes its length, and at the end nothing is left. With a phone proxy, no address of the phone's own
/// behind its router gets to the server in an acknowledgment, and no plain audio is ever ordered toward the phone. Without
/// one, no translated address gets to the phone as where to send, and every pinhole is for the phone's media or from it.
func skinnySessionPromise(_ input: Span<UInt8>) -> String? {
    session(input, skinnySessionBox, begin, brokenOrder)
        ?? session(input, clearSkinnyBox, beginInClear, brokenClearOrder)
}

private func session(
    _ input: Span<UInt8>, _ box: Configuration, _ begin: (inout Engine, StreamID, Timestamp) -> StreamID,
    _ broken: (inout Engine) -> String?
) -> String? {
    var settings = EngineSettings()
    settings.hasStreamHand = true
    (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (8, 8, 8, 256)
    (settings.phoneFileLimit, settings.securePhoneLimit) = (8, 8)
    (settings.streamLimit, settings.callLimit) = (4, 8)
    var engine = Engine(box, settings)
    var now = Timestamp(seconds: 1_700_000_000)
    var stream = StreamID(0)
    var offset = 0
    while offset + 3 <= input.count {
        let control = input[offset]
        let length = min(Int(input.uint16(at: offset + 1)), input.count - offset - 3)
        now = now.adding(seconds: Int(control >> 2))
        engine.tick(now)
        if engine.streamsInUse == 0 { stream = begin(&engine, stream, now) }
        let side: StreamSide = control & 1 == 0 ? .phone : .server
        engine.receive(input.extracting(offset + 3..<offset + 3 + length), from: side, of: stream, at: now)
        if let broken = broken(&engine) { return broken }
        if control & 2 != 0 { engine.take(.closed(stream, side, how: .finished), at: now) }
        while let event = engine.nextEvent() {
            if case .pinholeOpened(let pinhole) = event.kind, pinhole.source != phone,
                pinhole.destination.address != phone
            {
                return "a pinhole is neither for the phone nor from it"
            }
        }
        offset += 3 + length
    }
    _ = engine.clearStreams(stream, at: now)
    let isEmpty = engine.streamsInUse == 0 && engine.callsInUse == 0 && engine.mediaPortsInUse == 0
    return isEmpty && engine.mediaSessionsInUse == 0 && engine.pinholesInUse == 0
        ? nil : "something is left when all is over"
}

private let phone = IPAddress(v4: 0xc633_6405)

private func beginInClear(_ engine: inout Engine, after last: StreamID, at now: Timestamp) -> StreamID {
    let id = StreamID(last.rawValue + 1)
    engine.take(
        .accepted(
            id, phone: Endpoint(phone, 50_000), destination: Endpoint(IPAddress(v4: 0xcb00_711a), 2000),
            interface: InterfaceIndex(0)), at: now)
    engine.take(.connected(id, local: Endpoint(phone, 40_001), cipher: nil), at: now)
    return id
}

private func begin(_ engine: inout Engine, after last: StreamID, at now: Timestamp) -> StreamID {
    let id = StreamID(last.rawValue + 1)
    engine.take(
        .accepted(
            id, phone: Endpoint(phone, 50_000), destination: Endpoint(IPAddress(v4: 0xcb00_711a), 2443),
            interface: InterfaceIndex(0)), at: now)
    let identity = PeerIdentity(commonName: "SEP001122334455", subject: "cn=SEP001122334455")
    engine.take(.secured(id, identity: identity, cipher: nil), at: now)
    engine.take(.connected(id, local: Endpoint(phone, 40_001), cipher: nil), at: now)
    return id
}

private func brokenOrder(_ engine: inout Engine) -> String? {
    for order in engine.takeStreamOrders() {
        guard case .send(_, let side, let bytes) = order else { continue }
        guard case .complete(bytes.count) = SkinnyFraming.next(bytes.span) else { return "half a message is sent" }
        guard side == .server, let message = try? SkinnyMessage.read(bytes.span) else { continue }
        if message.id == .openReceiveChannelAck, message.address(.ipAddr) == IPAddress(v4: 0xc0a8_0a05) {
            return "the phone's own address gets to the server"
        }
    }
    for order in engine.takeMediaOrders() {
        switch order {
        case .open(let session), .update(let session):
            guard session.kind == .audio else { continue }
            if session.phone.peerReceives, session.phone.sends == nil { return "plain audio goes to the phone" }
            if session.phone.peerSends, session.phone.receives == nil { return "plain audio comes from the phone" }
        case .close: continue
        }
    }
    return nil
}

private func brokenClearOrder(_ engine: inout Engine) -> String? {
    for order in engine.takeStreamOrders() {
        guard case .send(_, let side, let bytes) = order else { continue }
        guard case .complete(bytes.count) = SkinnyFraming.next(bytes.span) else { return "half a message is sent" }
        guard side == .phone, let message = try? SkinnyMessage.read(bytes.span) else { continue }
        if message.id == .startMediaTransmission, message.address(.remoteIpAddr) == IPAddress(v4: 0xc000_0265) {
            return "the phone is told an address that it does not know"
        }
    }
    return engine.hasMediaOrders ? "media is ordered without a phone proxy" : nil
}

/// The same network without the phone proxy.
private let clearSkinnyBox: Configuration = {
    var configuration = Configuration.read(fuzzedNetwork, file: "session.cfg").configuration
    configuration.policyMaps["clear"] = PolicyMap(
        name: "clear", classes: [PolicyMap.Class(classMap: "class-default", inspections: [.init(engine: .skinny)])])
    configuration.servicePolicies.append(ServicePolicy(policyMap: "clear", interface: "outside"))
    return configuration
}()

private let skinnySessionBox = fuzzedCallBox(.skinny, 2443)

func skinnySessionSeeds() -> [FuzzTarget.Seed] {
    let register = SkinnyBytes.register("SEP001122334455", version: 20).all
    var accepted = SkinnyBytes(0x81, length: 24)
    accepted.put(30, at: 0)
    accepted.put([20], at: 16)
    let state = SkinnyBytes(0x111, version: 20, length: 28, [(0, "01000000"), (8, "05000000")]).all
    let ids: [(offset: Int, hex: String)] = [(0, "10000000"), (4, "4d000000")]
    let open = SkinnyBytes(0x105, version: 20, length: 136, ids + [(12, "04000000"), (24, "05000000")]).all
    let opened = SkinnyBytes(
        0x22, version: 20, length: 40, [(8, "c0a80a05"), (24, "204e0000"), (28, "4d000000"), (32, "05000000")]
    ).all
    let start = SkinnyBytes(
        0x8a, version: 20, length: 136, ids + [(12, "c0000232"), (28, "30750000"), (56, "05000000")]
    ).all
    let ended = [UInt32(0x106), 0x8b].flatMap { id in
        SkinnyBytes(id, version: 20, length: 20, ids + [(8, "05000000")]).all
    }
    let video = SkinnyBytes(0x131, version: 20, length: 196, ids + [(16, "05000000")]).all
    let registration: [(control: UInt8, bytes: [UInt8])] = [(0, register), (1, accepted.all)]
    return [
        .init(name: "registration", bytes: conversation(registration + [(0, SkinnyBytes(0x27, length: 4).all)])),
        .init(
            name: "call",
            bytes: conversation(registration + [(1, state + open), (0, opened), (1, start), (1, ended)])),
        .init(name: "start-first", bytes: conversation(registration + [(1, start + open), (3, [])])),
        .init(name: "video", bytes: conversation(registration + [(1, video), (1, ended)])),
        .init(name: "keep-alive", bytes: conversation([(124, SkinnyBytes(0, length: 4).all)])),
        .init(name: "servers", bytes: conversation(registration + [(1, SkinnyBytes(0x9e, length: 284).all)])),
    ]
}
