import TestSupport
import Wire

/// What one phone and its server send each other in the recording: it registers, reads its configuration file, and makes
/// a call with media in both directions.
struct PhoneScript {
    private let phone: IPAddress
    private let server: IPAddress
    private let number: Int
    private let sip: SIPText

    private static let blocks = 40
    private static let mediaPackets = 60
    private static let mediaPorts: (phone: UInt16, server: UInt16) = (20_000, 30_000)

    init(phone number: Int, server: IPAddress) {
        self.number = number
        self.server = server
        phone = IPAddress(v4: 0x6440_0100 + UInt32(number))
        sip = SIPText(
            phone: "\(phone)", server: "\(server)", user: "SEP\(number)", mediaPorts: Self.mediaPorts)
    }

    /// IP packets in the order in which they are sent.
    func packets() -> [[UInt8]] { registration() + file() + call() }

    private func registration() -> [[UInt8]] {
        [signal(sip.request("REGISTER", 1)), answer(sip.response("200 OK", to: "REGISTER", 1))]
    }

    private func file() -> [[UInt8]] {
        let own = 50_000 + UInt16(number % 10_000)
        let other = 32_768 + UInt16(number % 16_384)
        var packets = [fromPhone(own, 69, TFTPBytes.readRequest("SEP\(number).cnf.xml"))]
        for block in 1...Self.blocks {
            let length = block < Self.blocks ? 512 : 100
            let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: block), count: length)
            packets.append(fromServer(other, own, TFTPBytes.data(UInt16(block), payload)))
            packets.append(fromPhone(own, other, TFTPBytes.acknowledgment(UInt16(block))))
        }
        return packets
    }

    private func call() -> [[UInt8]] {
        var packets = [
            signal(sip.request("INVITE", 2, sdp: true)),
            answer(sip.response("100 Trying", to: "INVITE", 2)),
            answer(sip.response("180 Ringing", to: "INVITE", 2)),
            answer(sip.response("200 OK", to: "INVITE", 2, sdp: true)),
            signal(sip.request("ACK", 2, tag: "server")),
        ]
        for sequence in 0..<UInt16(Self.mediaPackets) {
            let media = rtp(sequence)
            packets.append(fromPhone(Self.mediaPorts.phone, Self.mediaPorts.server, media))
            packets.append(fromServer(Self.mediaPorts.server, Self.mediaPorts.phone, media))
        }
        packets.append(signal(sip.request("BYE", 3, tag: "server")))
        packets.append(answer(sip.response("200 OK", to: "BYE", 3)))
        return packets
    }

    /// 20 ms of G.711 (RFC 3550, RFC 3551).
    private func rtp(_ sequence: UInt16) -> [UInt8] {
        [0x80, 0x00] + bigEndian(sequence) + bigEndian(UInt32(sequence) * 160) + bigEndian(UInt32(number))
            + [UInt8](repeating: 0xff, count: 160)
    }

    private func signal(_ message: [UInt8]) -> [UInt8] { fromPhone(5060, 5060, message) }
    private func answer(_ message: [UInt8]) -> [UInt8] { fromServer(5060, 5060, message) }

    private func fromPhone(_ port: UInt16, _ to: UInt16, _ payload: [UInt8]) -> [UInt8] {
        PacketBuilder(from: phone, to: server).udp(from: port, to: to, payload)
    }

    private func fromServer(_ port: UInt16, _ to: UInt16, _ payload: [UInt8]) -> [UInt8] {
        PacketBuilder(from: server, to: phone).udp(from: port, to: to, payload)
    }
}
