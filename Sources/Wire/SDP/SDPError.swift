/// Why bytes are not a session description that can be edited in place: what is wrong, and where. Nothing of them is
/// quoted: it may be a key.
public struct SDPError: Error, Hashable, Sendable {
    /// Each has its counter.
    public enum Reason: String, CaseIterable, Sendable {
        /// Does not begin with `v=0`.
        case versionMissing = "version-missing"
        case lineMalformed = "line-malformed"
        case lineTooLong = "line-too-long"
        case tooManyLines = "too-many-lines"
        case tooManyMedia = "too-many-media"
        case originMalformed = "origin-malformed"
        case connectionMalformed = "connection-malformed"
        case mediaMalformed = "media-malformed"
        case portOutOfRange = "port-out-of-range"
        case attributeMalformed = "attribute-malformed"
        case cryptoMalformed = "crypto-malformed"
        /// Not base 64, or not of the suite's length.
        case cryptoKeyInvalid = "crypto-key-invalid"
    }

    public let reason: Reason
    /// Bytes from the start of what the reader was given.
    public let offset: Int

    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }
}

extension SDPError: CustomStringConvertible {
    /// For example `sdp media-malformed at offset 233`.
    public var description: String { "sdp \(reason.rawValue) at offset \(offset)" }
}

/// What a session description may have at most; more is refused, with a reason of its own.
public enum SDPLimits {
    public static let lines = 1024
    /// Bytes of one line.
    public static let line = 8192
    public static let media = 32
    /// Keys of one `a=crypto` line.
    public static let keys = 8
}
