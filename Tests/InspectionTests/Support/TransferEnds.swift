import TestSupport
import Testing
import Wire

@testable import Inspection

/// What a read request asks for; `nil` for anything else.
func readTerms(_ request: [UInt8]) -> TransferTerms? {
    let bytes = request.span
    guard let message = try? TFTPMessage.decode(bytes, in: request.indices), case .request(let read) = message else {
        return nil
    }
    return TransferTerms(read, bytes)
}

/// Holds a `FileServing`, so that it can stand at one end of a simulated link.
final class ServingEnd: SimulatedEnd {
    static let port: UInt16 = 50_000

    private let content: [UInt8]
    private let request: [UInt8]
    private let limits: FileServing.Limits
    private(set) var serving: FileServing?
    private var outbox = DatagramOutbox()

    /// Serves `content` to whoever sent `request`.
    init(_ content: [UInt8], to request: [UInt8], _ limits: FileServing.Limits = .init()) {
        self.content = content
        self.request = request
        self.limits = limits
    }

    var deadline: Timestamp? { serving?.deadline }
    var status: FileServing.Status? { serving?.status }

    func start(at now: Timestamp) -> [TestDatagram] {
        guard let terms = readTerms(request) else {
            Issue.record("not a request: \(hexDump(request))")
            return []
        }
        serving = FileServing(FileContent(content), to: RFCClient.port, terms, limits, at: now, into: &outbox)
        return sent()
    }

    func take(_ datagram: TestDatagram, at now: Timestamp) -> [TestDatagram] {
        let payload = datagram.payload
        guard let message = try? TFTPMessage.decode(payload.span, in: payload.indices) else { return [] }
        serving?.receive(message, payload.span, at: now, into: &outbox)
        return sent()
    }

    func wake(at now: Timestamp) -> [TestDatagram] {
        serving?.expire(at: now, into: &outbox)
        return sent()
    }

    private func sent() -> [TestDatagram] {
        defer { outbox.removeAll() }
        return outbox.items.map { TestDatagram(from: Self.port, to: $0.port, payload: outbox.payload($0)) }
    }
}

/// Holds a `FileFetching`, so that it can stand at one end of a simulated link.
final class FetchingEnd: SimulatedEnd {
    static let port: UInt16 = 49_153

    private let name: String
    private let limits: FileFetching.Limits
    private(set) var fetching: FileFetching?
    private var outbox = DatagramOutbox()

    init(_ name: String, _ limits: FileFetching.Limits = .init()) {
        self.name = name
        self.limits = limits
    }

    var deadline: Timestamp? { fetching?.deadline }
    var status: FileFetching.Status? { fetching?.status }
    var bytes: [UInt8]? { fetching?.bytes }

    func start(at now: Timestamp) -> [TestDatagram] {
        fetching = FileFetching(Array(name.utf8), from: 69, limits, at: now, into: &outbox)
        return sent()
    }

    func take(_ datagram: TestDatagram, at now: Timestamp) -> [TestDatagram] {
        let payload = datagram.payload
        guard let message = try? TFTPMessage.decode(payload.span, in: payload.indices) else { return [] }
        fetching?.receive(message, payload.span, from: datagram.from, at: now, into: &outbox)
        return sent()
    }

    func wake(at now: Timestamp) -> [TestDatagram] {
        fetching?.expire(at: now, into: &outbox)
        return sent()
    }

    private func sent() -> [TestDatagram] {
        defer { outbox.removeAll() }
        return outbox.items.map { TestDatagram(from: Self.port, to: $0.port, payload: outbox.payload($0)) }
    }
}
