import Inspection
import TestSupport
import Wire

/// Established flows between phones and a server, and their packets in an order in which every one of them is valid.
///
/// Every second phone reads a file (DATA of 512 bytes, then its acknowledgment), the others exchange 20 ms of G.711 with
/// the server. All send in turn, in an order that no cache can foresee; first all to one side, then all to the other.
struct PhoneTraffic {
    struct Packet {
        var length: Int
        var ingress: InterfaceIndex
        var isFromPhone: Bool
    }

    let flows: Int
    let site: EngineSite
    private let step: Int
    private let data: PacketTemplate
    private let acknowledgment: PacketTemplate
    private let mediaToPhone: PacketTemplate
    private let mediaToServer: PacketTemplate

    /// Bytes that a packet's slot must have.
    static let slotSize = 640
    private static let tftpPort: UInt16 = 69
    private static let transferPort: UInt16 = 30_000
    private static let mediaPort: UInt16 = 40_000
    private static let file = [UInt8](repeating: 0x55, count: 512)
    /// RTP version 2 and payload type 0, the rest as it comes.
    private static let media = [0x80, 0x00] + [UInt8](repeating: 0x55, count: 170)

    init(flows: Int, at site: EngineSite) throws {
        self.flows = flows
        self.site = site
        step = Self.scatteringStep(flows)
        let phone = Self.phone(0)
        func template(_ payload: [UInt8], _ port: UInt16, fromPhone: Bool, hasBlock: Bool) throws -> PacketTemplate {
            let server = Endpoint(fromPhone ? site.mapped : site.real, port)
            return try PacketTemplate(
                payload, phone: phone, server: server, isFromPhone: fromPhone, hasBlock: hasBlock)
        }
        data = try template(
            TFTPBytes.data(0, Self.file), Self.transferPort, fromPhone: false, hasBlock: true)
        acknowledgment = try template(
            TFTPBytes.acknowledgment(0), Self.transferPort, fromPhone: true, hasBlock: true)
        mediaToPhone = try template(Self.media, Self.mediaPort, fromPhone: false, hasBlock: false)
        mediaToServer = try template(Self.media, Self.mediaPort, fromPhone: true, hasBlock: false)
    }

    /// Writes packet `number` of the endless row into `slot`.
    func write(_ number: Int, into slot: inout MutableSpan<UInt8>) throws(WireError) -> Packet {
        let round = number / flows
        let flow = number % flows * step % flows
        let isFromPhone = round % 2 == 1
        let template =
            flow % 2 == 0
            ? (isFromPhone ? acknowledgment : data) : (isFromPhone ? mediaToServer : mediaToPhone)
        // Block 1 has passed when the flow was opened.
        let block = UInt16(truncatingIfNeeded: round / 2 + 2)
        try template.write(&slot, phone: Self.phone(flow), block: block)
        return Packet(
            length: template.length, ingress: isFromPhone ? site.outside : site.inside, isFromPhone: isFromPhone)
    }

    /// The packets that open all flows, in order, each with where it comes in.
    func open(_ send: (_ packet: [UInt8], _ ingress: InterfaceIndex) throws -> Void) throws {
        for flow in 0..<flows {
            let phone = Self.phone(flow)
            let toServer = PacketBuilder(from: phone.address, to: site.mapped)
            let toPhone = PacketBuilder(from: site.real, to: phone.address)
            guard flow % 2 == 0 else {
                try send(toServer.udp(from: phone.port, to: Self.mediaPort, Self.media), site.outside)
                continue
            }
            let request = TFTPBytes.readRequest("SEP\(flow).cnf.xml")
            try send(toServer.udp(from: phone.port, to: Self.tftpPort, request), site.outside)
            let first = TFTPBytes.data(1, Self.file)
            try send(toPhone.udp(from: Self.transferPort, to: phone.port, first), site.inside)
            let answer = TFTPBytes.acknowledgment(1)
            try send(toServer.udp(from: phone.port, to: Self.transferPort, answer), site.outside)
        }
    }

    /// Each phone has an address of its own, in the shared address space of RFC 6598.
    private static func phone(_ flow: Int) -> Endpoint {
        Endpoint(IPAddress(v4: 0x6440_0100 + UInt32(flow)), 50_000 + UInt16(flow % 10_000))
    }

    /// A step that leads through all flows and far from one to the next: near the golden section, without a common
    /// divisor.
    static func scatteringStep(_ flows: Int) -> Int {
        func divisor(_ left: Int, _ right: Int) -> Int { right == 0 ? left : divisor(right, left % right) }
        var step = max(1, flows * 618 / 1000)
        while divisor(step, flows) != 1 { step += 1 }
        return step
    }
}
