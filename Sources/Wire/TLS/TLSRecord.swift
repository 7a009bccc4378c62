/// The header of a TLS record (RFC 8446 section 5.1, RFC 5246 section 6.2.1).
public struct TLSRecord: Hashable, Sendable {
    public enum ContentType: UInt8, Sendable {
        case changeCipherSpec = 20
        case alert = 21
        case handshake = 22
        case applicationData = 23
        case heartbeat = 24
    }

    public enum Outcome: Hashable, Sendable {
        /// The record's header; its fragment follows.
        case complete(TLSRecord)
        case needMore
        /// It is no TLS, or none any more.
        case malformed(WireError)
    }

    public var contentType: ContentType
    /// As the header has it, which is not always what is spoken.
    public var version: UInt16
    /// Of the fragment, bytes.
    public var fragmentLength: Int

    public static let headerLength = 5
    /// What protection may add is within it (RFC 5246 section 6.2.3).
    public static let longestFragment = 16_384 + 2_048

    public var length: Int { Self.headerLength + fragmentLength }

    public init(_ contentType: ContentType, version: UInt16, fragmentLength: Int) {
        self.contentType = contentType
        self.version = version
        self.fragmentLength = fragmentLength
    }

    /// The record at the start of `stream`.
    public static func next(_ stream: Span<UInt8>) -> Outcome {
        guard stream.count >= headerLength else { return .needMore }
        guard let type = ContentType(rawValue: stream[0]) else {
            return .malformed(WireError(.tls, .type, .invalid, at: 0))
        }
        // SSL 3.0 and all versions of TLS have 3 here.
        guard stream[1] == 3 else { return .malformed(WireError(.tls, .version, .unsupported, at: 1)) }
        let length = Int(stream.uint16(at: 3))
        guard length <= longestFragment else { return .malformed(WireError(.tls, .length, .tooLong, at: 3)) }
        let record = TLSRecord(type, version: stream.uint16(at: 1), fragmentLength: length)
        return stream.count >= record.length ? .complete(record) : .needMore
    }

    /// Whether a connection's first bytes in one direction are a hello in its record.
    public static func isHello(_ stream: Span<UInt8>) -> Bool {
        guard stream.count > headerLength, stream[0] == ContentType.handshake.rawValue, stream[1] == 3, stream[2] <= 4,
            (4...longestFragment).contains(Int(stream.uint16(at: 3)))
        else { return false }
        return stream[headerLength] == TLSHandshakeType.clientHello
            || stream[headerLength] == TLSHandshakeType.serverHello
    }
}

/// Numbers of handshake messages (RFC 8446 section 4).
public enum TLSHandshakeType {
    public static let clientHello: UInt8 = 1
    public static let serverHello: UInt8 = 2
    public static let finished: UInt8 = 20
    public static let keyUpdate: UInt8 = 24
    /// The type, and three bytes with the length of what follows.
    public static let headerLength = 4
}
