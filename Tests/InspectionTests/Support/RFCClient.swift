import TestSupport
import Wire

/// A phone's side of a read, written from RFC 1350, 2347, 2348, 2349 and 7440. It acknowledges whatever comes out of
/// order each time, which is the most that a client may do.
final class RFCClient: SimulatedEnd {
    static let port: UInt16 = 49_153

    let options: TFTPBytes.Options
    let mode: String
    /// Goes silent once it has so many blocks.
    let silentAfter: Int?
    private(set) var deadline: Timestamp?
    private(set) var received: [UInt8] = []
    private(set) var granted: [String: String] = [:]
    private(set) var isComplete = false
    private(set) var error: UInt16?
    private var blockSize = 512
    private var windowSize = 1
    private var blocks = 0
    private var inWindow = 0
    private var server: UInt16?
    private var tries = 0

    init(mode: String = "octet", options: TFTPBytes.Options = [], silentAfter: Int? = nil) {
        self.mode = mode
        self.options = options
        self.silentAfter = silentAfter
    }

    var request: [UInt8] { TFTPBytes.readRequest("file", mode: mode, options: options) }

    /// The box starts its side at the same moment: it has read the request already.
    func start(at now: Timestamp) -> [TestDatagram] {
        deadline = now.adding(seconds: 2)
        return []
    }

    func take(_ datagram: TestDatagram, at now: Timestamp) -> [TestDatagram] {
        guard datagram.to == Self.port, datagram.from == server ?? datagram.from, error == nil else { return [] }
        if let silentAfter, blocks >= silentAfter {
            deadline = nil
            return []
        }
        server = datagram.from
        switch RFCMessage(datagram.payload) {
        case .data(let block, let data): return take(block, data, at: now)
        case .optionAcknowledgment(let pairs):
            guard blocks == 0 else { return [] }
            granted = pairs
            blockSize = pairs["blksize"].flatMap { Int($0) } ?? 512
            windowSize = pairs["windowsize"].flatMap { Int($0) } ?? 1
            return acknowledge(at: now)
        case .error(let code):
            error = code
            deadline = nil
            return []
        default: return []
        }
    }

    func wake(at now: Timestamp) -> [TestDatagram] {
        tries += 1
        // It stays for a while after the last block, and has its limits before that.
        guard !isComplete, tries < 30 else {
            deadline = nil
            return []
        }
        deadline = now.adding(seconds: 2)
        guard let server else { return [TestDatagram(from: Self.port, to: 69, payload: request)] }
        return [acknowledgment(to: server)]
    }

    private func take(_ block: UInt16, _ data: [UInt8], at now: Timestamp) -> [TestDatagram] {
        guard !isComplete, block == UInt16(truncatingIfNeeded: blocks + 1) else {
            let isLast = block == UInt16(truncatingIfNeeded: blocks)
            return isLast || windowSize > 1 ? acknowledge(at: now) : []
        }
        blocks += 1
        received += data
        inWindow += 1
        isComplete = data.count < blockSize
        return isComplete || inWindow >= windowSize ? acknowledge(at: now) : []
    }

    private func acknowledge(at now: Timestamp) -> [TestDatagram] {
        inWindow = 0
        deadline = now.adding(seconds: 2)
        tries = 0
        return server.map { [acknowledgment(to: $0)] } ?? []
    }

    private func acknowledgment(to server: UInt16) -> TestDatagram {
        TestDatagram(
            from: Self.port, to: server,
            payload: TFTPBytes.acknowledgment(UInt16(truncatingIfNeeded: blocks)))
    }
}
