import TestSupport
import Wire

@testable import Inspection

/// A phone that asks for one file after the other, each from a port of its own, and acknowledges what it gets.
final class BootingPhone {
    /// What came of one request.
    struct Download {
        var bytes: [UInt8] = []
        var isComplete = false
        /// `CODE TEXT`.
        var error: String?
        /// The server's port, once it has answered.
        var port: UInt16?
        var grantedOptions: [String] = []
        fileprivate var next: UInt16 = 1
        fileprivate var blockSize = 512
    }

    let address: IPAddress
    let server: Endpoint
    /// Does not acknowledge what it gets.
    var isDeaf = false
    private(set) var port: UInt16
    /// By the phone's port.
    private(set) var downloads: [UInt16: Download] = [:]
    private(set) var sentTo: [Endpoint] = []

    init(_ address: IPAddress, server: Endpoint, port: UInt16 = 49_152) {
        self.address = address
        self.server = server
        self.port = port
    }

    var last: Download { downloads[port] ?? Download() }

    func nextPort() { port += 1 }

    /// A request from its present port.
    func request(_ message: [UInt8]) -> [UInt8] {
        downloads[port] = Download()
        return packet(message, to: server.port)
    }

    /// The request once more, as one that has had no answer.
    func packet(_ message: [UInt8], to port: UInt16) -> [UInt8] {
        PacketBuilder(from: address, to: server.address).udp(from: self.port, to: port, message)
    }

    /// The packets that answer `packet`.
    func answers(to packet: [UInt8]) -> [[UInt8]] {
        guard let ip = try? IPHeader.decode(packet.span), let udp = try? UDPHeader.decode(packet.span, ip),
            let message = try? TFTPMessage.decode(packet.span, in: udp.payload), ip.source == server.address,
            var download = downloads[udp.destinationPort]
        else { return [] }
        defer { downloads[udp.destinationPort] = download }
        download.port = download.port ?? udp.sourcePort
        guard download.port == udp.sourcePort else { return [] }
        switch message {
        case .data(let block, let payload):
            if block == download.next {
                download.next &+= 1
                download.bytes += packet[payload]
                download.isComplete = payload.count < download.blockSize
            }
            return acknowledge(download.next &- 1, from: udp.destinationPort, to: udp.sourcePort)
        case .optionAcknowledgment(let options):
            download.grantedOptions = TFTPTransfer.options(packet.span, options).map { "\($0.name)=\($0.value)" }
            download.blockSize = options.value(of: .blockSize, in: packet.span) ?? 512
            return acknowledge(0, from: udp.destinationPort, to: udp.sourcePort)
        case .error(let code, let text):
            download.error = "\(code) \(String(decoding: packet[text], as: UTF8.self))"
            return []
        case .request, .acknowledgment: return []
        }
    }

    private func acknowledge(_ block: UInt16, from port: UInt16, to serverPort: UInt16) -> [[UInt8]] {
        if isDeaf { return [] }
        let builder = PacketBuilder(from: address, to: server.address)
        return [builder.udp(from: port, to: serverPort, TFTPBytes.acknowledgment(block))]
    }
}
