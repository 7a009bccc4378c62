import Inspection
import Wire

/// What was observed of calls, as the contract has it.
extension SIPObservation {
    var json: JSONValue {
        .object([
            ("messages", .count(messages)),
            ("requests", Self.json(requests)),
            ("responses", Self.json(responses)),
            ("malformed", .count(malformed)),
            ("transports", .object([("udp", .count(overUDP)), ("tcp", .count(overTCP))])),
        ])
    }

    private static func json(_ counts: [String: Int]) -> JSONValue {
        .object(counts.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })
    }
}

extension SkinnyObservation {
    var json: JSONValue {
        .object([
            ("messages", .count(messages)),
            ("names", .object(names.sorted { $0.key < $1.key }.map { ($0.key, .count($0.value)) })),
            ("versions", .array(versions.sorted().map { .count($0) })),
            ("malformed", .count(malformed)),
        ])
    }
}

extension ObservedRegistration {
    var json: JSONValue {
        .object([
            ("protocol", .string(signalling.rawValue)),
            ("device", .string(device)),
            ("client", .string(client.description)),
            ("server", .string(server.description)),
            ("state", .string(state.rawValue)),
            ("expires", .optional(expires) { .count($0) }),
        ])
    }
}

extension ObservedCall {
    var json: JSONValue {
        .object([
            ("id", .string(id)),
            ("protocol", .string(signalling.rawValue)),
            ("from", .string(from)),
            ("to", .string(to)),
            ("state", .string(state.rawValue)),
            ("start", .decimal(Double(start.nanoseconds) / 1e9)),
            ("end", .optional(end) { .decimal(Double($0.nanoseconds) / 1e9) }),
            ("media", .array(media.map(\.json))),
        ])
    }
}

extension ObservedMedia {
    var json: JSONValue {
        .object([
            ("kind", .string(kind)),
            ("local", .optional(local) { .string($0.description) }),
            ("remote", .optional(remote) { .string($0.description) }),
            ("profile", .string(profile)),
            ("payloadTypes", .array(payloadTypes.map { .count($0) })),
        ])
    }
}

extension RTPStreamSummary {
    var json: JSONValue {
        let digits = String(ssrc, radix: 16)
        return .object([
            ("ssrc", .string("0x" + String(repeating: "0", count: 8 - digits.count) + digits)),
            ("source", .string(source.description)),
            ("destination", .string(destination.description)),
            ("payloadType", .count(payloadType)),
            ("packets", .count(packets)),
            ("lost", .count(lost)),
            ("outOfOrder", .count(outOfOrder)),
            ("duplicates", .count(duplicates)),
            ("jitterMs", .decimal(jitterSeconds * 1000)),
            ("secured", .bool(isSecured)),
            ("signalled", .bool(isSignalled)),
        ])
    }
}
