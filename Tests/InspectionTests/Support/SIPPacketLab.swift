import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// A call server inside, statically translated, a desk phone beside it, and phones outside, all without TLS.
///
///     phone 203.0.113.9 ── outside │ box │ inside ── server 192.0.2.101 (10.10.0.26), desk 192.0.2.16 (10.10.0.30)
struct SIPPacketLab {
    static let server = "192.0.2.101"
    static let mappedServer = "10.10.0.26"
    static let desk = "192.0.2.16"
    static let mappedDesk = "10.10.0.30"
    static let phone = "203.0.113.9"

    let box: TestBox

    init(
        policy: SIPInspectionMap? = nil, _ settings: (inout EngineSettings) -> Void = { _ in },
        _ change: (inout Configuration) throws -> Void = { _ in }
    ) throws {
        var configuration = try Configuration.box()
            .translating(Self.server, to: Self.mappedServer)
            .translating(Self.desk, to: Self.mappedDesk)
            .listing(
                [
                    try entry(.permit, .udp, to: Self.mappedServer, eq: 5060),
                    try entry(.permit, .tcp, to: Self.mappedServer, eq: 5060),
                ], on: "outside")
        if let policy {
            configuration.sipInspectionMaps[policy.name] = policy
            let inspection = PolicyMap.Inspection(engine: .sip, policy: policy.name)
            configuration.policyMaps["inspection"] = PolicyMap(
                name: "inspection", classes: [PolicyMap.Class(classMap: "inspection", inspections: [inspection])])
        }
        try change(&configuration)
        box = TestBox(configuration, settings)
    }

    // MARK: Sending

    /// A datagram with text, from and to `address:port`.
    @discardableResult
    func say(_ text: String, _ from: String, to destination: String, on interface: String) throws -> TestBox.Outcome {
        let (source, destination) = (try endpoint(from), try endpoint(destination))
        let packet = PacketBuilder(from: source.address, to: destination.address)
            .udp(from: source.port, to: destination.port, Array(text.utf8))
        return box.send(packet, on: interface)
    }

    /// From the phone outside to the server.
    @discardableResult
    func fromPhone(_ text: String, port: UInt16 = 5060) throws -> TestBox.Outcome {
        try say(text, "\(Self.phone):\(port)", to: "\(Self.mappedServer):5060", on: "outside")
    }

    /// From the server to the phone outside.
    @discardableResult
    func fromServer(_ text: String, port: UInt16 = 5060) throws -> TestBox.Outcome {
        try say(text, "\(Self.server):5060", to: "\(Self.phone):\(port)", on: "inside")
    }

    /// RTP or RTCP.
    @discardableResult
    func media(
        _ from: String, to destination: String, on interface: String, type: UInt8 = 0, isControl: Bool = false
    ) throws -> TestBox.Outcome {
        let (source, destination) = (try endpoint(from), try endpoint(destination))
        let rtp: [UInt8] =
            [0x80, type, 0, 1, 0, 0, 0, 1, 0xde, 0xad, 0xbe, 0xef] + [UInt8](repeating: 0xd5, count: 160)
        let rtcp: [UInt8] = [0x80, 201, 0, 1, 0xde, 0xad, 0xbe, 0xef]
        let packet = PacketBuilder(from: source.address, to: destination.address)
            .udp(from: source.port, to: destination.port, isControl ? rtcp : rtp)
        return box.send(packet, on: interface)
    }

    private func endpoint(_ text: String) throws -> Endpoint {
        let parts = text.split(separator: ":")
        return Endpoint(try address(String(parts[0])), try #require(UInt16(parts[1])))
    }

    // MARK: What came of it

    /// What pinholes were opened for, in order.
    var holes: [String] {
        box.events.compactMap { event in
            guard case .pinholeOpened(let pinhole) = event.kind else { return nil }
            return "\(pinhole.purpose) \(box.name(pinhole.interface)):\(pinhole.source) to \(pinhole.destination)"
                + " from \(pinhole.message ?? "")"
        }
    }

    /// `debug sip`, and what maps have done.
    var told: [String] {
        box.events.compactMap { event in
            if case .sip(let fact) = event.kind { fact.text { box.name($0) } } else { nil }
        }
    }

    /// A call from the phone outside to the desk phone, answered.
    func call(_ answer: String = SIPTalk.clear(desk), offer: String = SIPTalk.clear(phone, port: 40_000)) throws {
        try fromPhone(SIPTalk.request("INVITE", body: offer))
        try fromServer(SIPTalk.response("180 Ringing", "INVITE"))
        try fromServer(SIPTalk.response("200 OK", "INVITE", body: answer))
        try fromPhone(SIPTalk.request("ACK", toTag: "d"))
    }

    /// Both ends' RTP, each to where the other takes it; whether they pass.
    func mediaPasses() throws -> [Bool] {
        [
            try media("\(Self.phone):40000", to: "\(Self.mappedDesk):30000", on: "outside").isForwarded,
            try media("\(Self.desk):30000", to: "\(Self.phone):40000", on: "inside").isForwarded,
        ]
    }
}

extension TestBox.Outcome {
    /// The UDP payload as text, without carriage returns.
    var text: String {
        guard let ip = try? IPHeader.decode(packet.span), let udp = try? UDPHeader.decode(packet.span, ip) else {
            return ""
        }
        return plain(String(decoding: packet[udp.payload], as: UTF8.self))
    }
}

/// What the phone outside and the server say, by what differs in it.
enum SIPTalk {
    static func clear(
        _ address: String, port: Int = 30_000, direction: String = "sendrecv", types: String = "0 101",
        version: Int = 1,
        extra: String = ""
    ) -> String {
        """
        v=0
        o=- 2 \(version) IN IP4 \(address)
        s=-
        c=IN IP4 \(address)
        t=0 0
        m=audio \(port) RTP/AVP \(types)
        a=rtpmap:101 telephone-event/8000
        a=\(direction)\(extra)
        """
    }

    /// The phone's.
    static func request(
        _ method: String, _ sequence: Int = 1, call: String = "c1", toTag: String? = nil, fromTag: String = "p",
        contact: String = "<sip:alice@203.0.113.9:5060>", via: String = "203.0.113.9:5060;rport", extra: String = "",
        body: String = ""
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        let contact = contact.isEmpty ? "" : "\nContact: \(contact)"
        return sip(
            """
            \(method) sip:2001@10.10.0.26 SIP/2.0
            Via: SIP/2.0/UDP \(via);branch=z9hG4bK\(call)\(method)\(sequence)
            Max-Forwards: 70
            From: <sip:alice@10.10.0.26>;tag=\(fromTag)
            To: <sip:2001@10.10.0.26>\(toTag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)\(contact)\(extra)\(type)
            Content-Length: *
            """, body)
    }

    /// The server's, to a request of the phone's.
    static func response(
        _ status: String, _ method: String, _ sequence: Int = 1, call: String = "c1", tag: String? = "d",
        fromTag: String = "p", contact: String = "<sip:2001@192.0.2.16:5060>",
        via: String = "203.0.113.9:5060;rport=5060;received=203.0.113.9", extra: String = "", body: String = ""
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        let contact = contact.isEmpty ? "" : "\nContact: \(contact)"
        return sip(
            """
            SIP/2.0 \(status)
            Via: SIP/2.0/UDP \(via);branch=z9hG4bK\(call)\(method)\(sequence)
            Record-Route: <sip:192.0.2.101;lr>
            From: <sip:alice@192.0.2.101>;tag=\(fromTag)
            To: <sip:2001@192.0.2.101>\(tag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)\(contact)\(extra)\(type)
            Content-Length: *
            """, body)
    }

    /// The server's, within the call that the phone has begun, or one of its own.
    static func ask(
        _ method: String, _ sequence: Int = 1, call: String = "c1", toTag: String? = "p", fromTag: String = "d",
        body: String = ""
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        return sip(
            """
            \(method) sip:alice@203.0.113.9:5060 SIP/2.0
            Via: SIP/2.0/UDP 192.0.2.101;branch=z9hG4bK\(call)\(method)\(sequence)s
            Max-Forwards: 70
            From: <sip:2001@192.0.2.101>;tag=\(fromTag)
            To: <sip:alice@192.0.2.101>\(toTag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)
            Contact: <sip:2001@192.0.2.16:5060>\(type)
            Content-Length: *
            """, body)
    }
}
