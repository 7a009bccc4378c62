import Inspection
import TLSProxy
import Wire

/// The TLS connections of a recording, opened with a key log.
struct RecordedTLS {
    private struct Parties: Hashable {
        var client: Endpoint
        var server: Endpoint
    }

    /// What became of the connections.
    struct Facts: Hashable {
        var connections = 0
        /// All that it said was opened, as far as it was recorded.
        var opened = 0
        /// The others, by the first reason.
        var troubles: [String: Int] = [:]
        /// Of the key log.
        var unreadableLines = 0

        fileprivate mutating func take(_ connection: RecordedConnection) {
            if let trouble = connection.trouble {
                troubles[trouble.rawValue, default: 0] += 1
            } else {
                opened += 1
            }
        }
    }

    private let keyLog: TLSKeyLog
    private var connections: [Parties: RecordedConnection] = [:]
    /// Of those that are over.
    private var past = Facts()

    private static let limit = 4096

    init(_ keyLog: TLSKeyLog) {
        self.keyLog = keyLog
        past.unreadableLines = keyLog.unreadableLines
    }

    /// What was said in `piece`.
    mutating func open(_ piece: TrafficObserver.SealedBytes) -> [UInt8] {
        let isFromClient = isFromClient(piece)
        let parties =
            isFromClient
            ? Parties(client: piece.source, server: piece.destination)
            : Parties(client: piece.destination, server: piece.source)
        if isFromClient, piece.isFirst { begin(parties) }
        return connections[parties]?.take(piece.bytes, fromClient: isFromClient) ?? []
    }

    /// The hello tells; what comes later goes with it.
    private func isFromClient(_ piece: TrafficObserver.SealedBytes) -> Bool {
        guard piece.isFirst, piece.bytes.count > TLSRecord.headerLength else {
            return connections[Parties(client: piece.source, server: piece.destination)] != nil
        }
        return piece.bytes[TLSRecord.headerLength] == TLSHandshakeType.clientHello
    }

    private mutating func begin(_ parties: Parties) {
        if let before = connections.removeValue(forKey: parties) { past.take(before) }
        past.connections += 1
        guard connections.count < Self.limit else {
            past.troubles["there are too many", default: 0] += 1
            return
        }
        connections[parties] = RecordedConnection(keyLog)
    }

    var facts: Facts {
        var facts = past
        for connection in connections.values { facts.take(connection) }
        return facts
    }
}

extension RecordedTLS.Facts {
    var json: JSONValue {
        .object([
            ("connections", .count(connections)),
            ("opened", .count(opened)),
            ("notOpened", .object(troubles.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })),
            ("unreadableKeyLogLines", .count(unreadableLines)),
        ])
    }

    /// For people.
    var lines: [String] {
        ["\(connections) TLS connections, \(opened) opened"]
            + troubles.sorted { $0.key < $1.key }.map { "  \($0.value) not: \($0.key)" }
    }
}
