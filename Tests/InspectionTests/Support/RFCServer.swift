import TestSupport
import Wire

/// A TFTP server written from RFC 1350, 2347, 2348 and 2349. As a real one it starts a transfer from a port of its own
/// for every request that comes, repeated ones included.
final class RFCServer: SimulatedEnd {
    enum Manners: CaseIterable {
        case honoursOptions, ignoresOptions, refusesOptions, calledOptionsIllegal, silent
    }

    private struct Transfer {
        var client: UInt16
        var blockSize = 512
        /// The block that waits for its acknowledgment; 0 is the OACK.
        var block: Int
        var message: [UInt8]
        var deadline: Timestamp
        var tries = 0
    }

    let content: [UInt8]
    let manners: Manners
    /// Milliseconds before a request is answered.
    let delay: Int
    /// What it says of the file's size, where that is not so.
    let claimedSize: Int?
    private var transfers: [UInt16: Transfer] = [:]
    private var nextPort: UInt16 = 20_000
    private(set) var requests = 0
    private(set) var completed = 0
    /// Transfers that the client ended with an ERROR, by its code.
    private(set) var refused: [UInt16] = []
    private(set) var largestBlock = 0

    init(_ content: [UInt8], _ manners: Manners = .honoursOptions, delay: Int = 0, claimedSize: Int? = nil) {
        self.content = content
        self.manners = manners
        self.delay = delay
        self.claimedSize = claimedSize
    }

    var deadline: Timestamp? { transfers.values.map(\.deadline).min() }

    func start(at now: Timestamp) -> [TestDatagram] { [] }

    func take(_ datagram: TestDatagram, at now: Timestamp) -> [TestDatagram] {
        let message = RFCMessage(datagram.payload)
        if case .read(let file, let mode, let options) = message, datagram.to == 69 {
            requests += 1
            guard manners != .silent, mode == "octet" else { return [] }
            return open(file, options, for: datagram.from, at: now)
        }
        guard var transfer = transfers[datagram.to], transfer.client == datagram.from else { return [] }
        switch message {
        case .acknowledgment(let block) where block == UInt16(truncatingIfNeeded: transfer.block):
            let offset = (transfer.block - 1) * transfer.blockSize
            if transfer.block > 0, offset + transfer.blockSize > content.count {
                transfers[datagram.to] = nil
                completed += 1
                return []
            }
            transfer.block += 1
            return send(data(transfer.block, transfer.blockSize), from: datagram.to, transfer, at: now)
        case .error(let code):
            refused.append(code)
            transfers[datagram.to] = nil
            return []
        default: return []
        }
    }

    func wake(at now: Timestamp) -> [TestDatagram] {
        var sent: [TestDatagram] = []
        for (port, transfer) in transfers.sorted(by: { $0.key < $1.key }) where transfer.deadline <= now {
            guard transfer.tries < 5 else {
                transfers[port] = nil
                continue
            }
            var transfer = transfer
            transfer.tries += 1
            transfer.deadline = now.adding(seconds: 2)
            transfers[port] = transfer
            sent.append(TestDatagram(from: port, to: transfer.client, payload: transfer.message))
        }
        return sent
    }

    private func open(
        _ file: String, _ options: [String: String], for client: UInt16, at now: Timestamp
    ) -> [TestDatagram] {
        let port = nextPort
        nextPort += 1
        func refusal(_ code: UInt16, _ text: String) -> [TestDatagram] {
            [TestDatagram(from: port, to: client, payload: TFTPBytes.error(code, text))]
        }
        if file != "file" { return refusal(1, "File not found") }
        var granted: TFTPBytes.Options = []
        switch manners {
        case .refusesOptions where !options.isEmpty: return refusal(8, "No options here")
        case .calledOptionsIllegal where !options.isEmpty: return refusal(4, "Illegal TFTP operation")
        case .honoursOptions:
            if let size = options["blksize"] { granted.append(("blksize", size)) }
            if options["tsize"] == "0" { granted.append(("tsize", String(claimedSize ?? content.count))) }
        default: break
        }
        let size = granted.isEmpty ? 512 : options["blksize"].flatMap { Int($0) } ?? 512
        let first = Transfer(
            client: client, blockSize: size, block: granted.isEmpty ? 1 : 0, message: [], deadline: now)
        let message = granted.isEmpty ? data(1, 512) : TFTPBytes.optionAcknowledgment(granted)
        guard delay > 0 else { return send(message, from: port, first, at: now) }
        var late = first
        late.message = message
        late.deadline = Timestamp(nanoseconds: now.nanoseconds + Int64(delay) * 1_000_000)
        transfers[port] = late
        return []
    }

    private func send(
        _ message: [UInt8], from port: UInt16, _ transfer: Transfer, at now: Timestamp
    ) -> [TestDatagram] {
        var transfer = transfer
        transfer.message = message
        transfer.tries = 0
        transfer.deadline = now.adding(seconds: 2)
        transfers[port] = transfer
        return [TestDatagram(from: port, to: transfer.client, payload: message)]
    }

    private func data(_ block: Int, _ size: Int) -> [UInt8] {
        let payload = Array(content.dropFirst((block - 1) * size).prefix(size))
        largestBlock = max(largestBlock, payload.count)
        return TFTPBytes.data(UInt16(truncatingIfNeeded: block), payload)
    }
}
