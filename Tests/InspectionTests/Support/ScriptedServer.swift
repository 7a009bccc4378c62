import TestSupport
import Wire

/// A TFTP server with a script: what it has, and what it does wrong. Octet mode, one transfer a client's port.
final class ScriptedServer {
    private struct Transfer {
        var file: [UInt8]
        var port: UInt16
        var blockSize: Int
    }

    let own: Endpoint
    var files: [String: [UInt8]] = [:]
    /// Does not answer.
    var isSilent = false
    /// Answers with options where it is asked for them.
    var grantsOptions = true
    /// Sends every block from another port, too.
    var hasEcho = false
    /// What the next port is; `nil`: it answers from the port that is asked.
    var nextPort: UInt16? = 20_000
    /// Files that it was asked for, in order, with who asked.
    private(set) var requests: [(file: String, client: Endpoint)] = []
    private(set) var errors: [String] = []
    private var transfers: [Endpoint: Transfer] = [:]

    init(_ own: Endpoint) { self.own = own }

    /// The packets that answer `packet`, in order.
    func answers(to packet: [UInt8]) -> [[UInt8]] {
        guard let ip = try? IPHeader.decode(packet.span), let udp = try? UDPHeader.decode(packet.span, ip),
            let message = try? TFTPMessage.decode(packet.span, in: udp.payload)
        else { return [] }
        let client = Endpoint(ip.source, udp.sourcePort)
        switch message {
        case .request(let request):
            let name = String(decoding: packet[request.filename], as: UTF8.self)
            requests.append((name, client))
            return isSilent ? [] : start(name, client, request.options.value(of: .blockSize, in: packet.span))
        case .acknowledgment(let block):
            guard !isSilent, let transfer = transfers[client], udp.destinationPort == transfer.port else { return [] }
            return data(Int(block) + 1, transfer, client)
        case .error(let code, let text):
            errors.append("\(code) \(String(decoding: packet[text], as: UTF8.self))")
            return []
        case .data, .optionAcknowledgment: return []
        }
    }

    private func start(_ name: String, _ client: Endpoint, _ blockSize: Int?) -> [[UInt8]] {
        let port = nextPort ?? own.port
        if nextPort != nil { nextPort = port + 1 }
        guard let file = files[name] else {
            return [packet(TFTPBytes.error(1, "File not found"), from: port, to: client)]
        }
        let size = grantsOptions ? blockSize : nil
        let transfer = Transfer(file: file, port: port, blockSize: size ?? 512)
        transfers[client] = transfer
        guard let size else { return data(1, transfer, client) }
        return [packet(TFTPBytes.optionAcknowledgment([("blksize", "\(size)")]), from: port, to: client)]
    }

    private func data(_ block: Int, _ transfer: Transfer, _ client: Endpoint) -> [[UInt8]] {
        let start = (block - 1) * transfer.blockSize
        guard start <= transfer.file.count else { return [] }
        let end = min(start + transfer.blockSize, transfer.file.count)
        let message = TFTPBytes.data(UInt16(truncatingIfNeeded: block), Array(transfer.file[start..<end]))
        let echo = hasEcho ? [packet(message, from: transfer.port &+ 7777, to: client)] : []
        return echo + [packet(message, from: transfer.port, to: client)]
    }

    func packet(_ message: [UInt8], from port: UInt16, to client: Endpoint) -> [UInt8] {
        PacketBuilder(from: own.address, to: client.address).udp(from: port, to: client.port, message)
    }
}
