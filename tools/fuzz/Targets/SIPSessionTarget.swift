import ConfigLanguage
import Inspection
import TestSupport
import Wire

/// The input is a conversation between a phone and its call server, over one stream after the other: records of a control
/// byte, a length (16 bits) and bytes. The control byte's lowest bit is the side that speaks, the next one closes that
/// side afterwards, and the rest are seconds that pass before.
///
/// Promised: no key that the phone has sent, and none of the box's own, gets to the server's side, and at the end
/// nothing is left.
func sipSessionPromise(_ input: Span<UInt8>) -> String? {
    var settings = EngineSettings()
    (settings.flowLimit, settings.pinholeLimit, settings.transferLimit, settings.eventLimit) = (8, 8, 8, 256)
    (settings.phoneFileLimit, settings.securePhoneLimit) = (8, 8)
    (settings.streamLimit, settings.callLimit) = (4, 8)
    var engine = Engine(sipSessionBox, settings)
    var now = Timestamp(seconds: 1_700_000_000)
    var stream = StreamID(0)
    var offset = 0
    while offset + 3 <= input.count {
        let control = input[offset]
        let length = min(Int(input.uint16(at: offset + 1)), input.count - offset - 3)
        now = now.adding(seconds: Int(control >> 2))
        engine.tick(now)
        if engine.streamsInUse == 0 { stream = begin(&engine, after: stream, at: now) }
        let side: StreamSide = control & 1 == 0 ? .phone : .server
        engine.receive(input.extracting(offset + 3..<offset + 3 + length), from: side, of: stream, at: now)
        if let broken = leak(&engine, stream) { return broken }
        if control & 2 != 0 { engine.take(.closed(stream, side, how: .finished), at: now) }
        while engine.nextEvent() != nil {}
        offset += 3 + length
    }
    _ = engine.clearStreams(at: now)
    _ = engine.clearCalls(at: now)
    let isEmpty = engine.streamsInUse == 0 && engine.callsInUse == 0 && engine.mediaPortsInUse == 0
    return isEmpty && engine.mediaSessionsInUse == 0 ? nil : "something is left when all is over"
}

private func begin(_ engine: inout Engine, after last: StreamID, at now: Timestamp) -> StreamID {
    let id = StreamID(last.rawValue + 1)
    let phone = IPAddress(v4: 0xc633_6405)
    engine.take(
        .accepted(
            id, phone: Endpoint(phone, 50_000), destination: Endpoint(IPAddress(v4: 0xcb00_711a), 5061),
            interface: InterfaceIndex(0)), at: now)
    let identity = PeerIdentity(commonName: "SEP001B54AABBCC", subject: "cn=SEP001B54AABBCC")
    engine.take(.secured(id, identity: identity, cipher: nil), at: now)
    engine.take(.connected(id, local: Endpoint(phone, 40_001), cipher: nil), at: now)
    return id
}

/// What is sent to the server in the clear has no `a=crypto` where it describes media that goes on.
private func leak(_ engine: inout Engine, _ stream: StreamID) -> String? {
    _ = engine.takeMediaOrders()
    for order in engine.takeStreamOrders() {
        guard case .send(_, .server, let bytes) = order, let message = try? SIPMessage.read(bytes),
            message.method == .invite, let part = try? message.sdpPart(), !part.isEncoded,
            let sdp = try? SDP.read(message.bytes, in: part.content)
        else { continue }
        let hasKeys = sdp.media.contains { media in sdp.attribute(.crypto, in: media.lines) != nil }
        if hasKeys { return "a key gets to the call server" }
    }
    return nil
}

private let sipSessionBox = fuzzedCallBox(.sip, 5061)

func sipSessionSeeds() -> [FuzzTarget.Seed] {
    let key = "oaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGh"
    func media(_ address: String, _ port: Int, isSecure: Bool) -> String {
        "v=0\r\no=- 1 1 IN IP4 \(address)\r\ns=-\r\nc=IN IP4 \(address)\r\nt=0 0\r\n"
            + "m=audio \(port) RTP/\(isSecure ? "SAVP" : "AVP") 0\r\n"
            + (isSecure ? "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:\(key)\r\n" : "")
    }
    func message(_ start: String, _ via: String, _ method: String, tags: (String, String), body: String) -> [UInt8] {
        Array(
            ("\(start)\r\nVia: SIP/2.0/\(via);branch=z9hG4bK1\r\nFrom: <sip:a@203.0.113.26>;tag=\(tags.0)\r\n"
                + "To: <sip:b@203.0.113.26>\(tags.1)\r\nCall-ID: c\r\nCSeq: 1 \(method)\r\n"
                + "Contact: <sip:a@10.0.0.5:5061;transport=tls>\r\nContent-Type: application/sdp\r\n"
                + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)").utf8)
    }
    let own = "TLS 10.0.0.5:5061"
    let invite = message(
        "INVITE sip:b@203.0.113.26 SIP/2.0", own, "INVITE", tags: ("1", ""),
        body: media("10.0.0.5", 20_000, isSecure: true))
    let answer = message(
        "SIP/2.0 200 OK", "TCP 10.0.0.5:5061", "INVITE", tags: ("1", ";tag=2"),
        body: media("192.0.2.50", 30_000, isSecure: false))
    let bye = message("BYE sip:b@203.0.113.26 SIP/2.0", own, "BYE", tags: ("1", ";tag=2"), body: "")
    let register = message("REGISTER sip:203.0.113.26 SIP/2.0", own, "REGISTER", tags: ("1", ""), body: "")
    let called = message(
        "INVITE sip:a@198.51.100.5:40001;transport=tcp SIP/2.0", "TCP 192.0.2.101", "INVITE", tags: ("2", ""),
        body: media("192.0.2.50", 30_000, isSecure: false))
    return [
        .init(name: "registration", bytes: conversation([(0, register)])),
        .init(name: "call", bytes: conversation([(0, invite), (1, answer), (0, bye)])),
        .init(name: "called", bytes: conversation([(1, called), (3, bye)])),
        .init(name: "keep-alive", bytes: conversation([(0, Array("\r\n\r\n".utf8)), (1, Array("\r\n".utf8))])),
    ]
}
