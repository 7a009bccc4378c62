/// Something odd in a capture file that did not stop it from being read.
public struct CaptureWarning: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable {
        /// Everything before it was delivered; the packet or block that the end of the file cuts was not.
        case cutShort = "the file was cut short in the middle of a packet or block"
        /// The record is delivered with the captured length as its wire length.
        case wireLength = "wire length less than captured length"
        /// The record is delivered without a timestamp.
        case timestampOutOfRange = "timestamp outside the years 1677 to 2262"
    }

    public let kind: Kind
    /// Where the packet or block starts, in bytes from the start of the file.
    public let offset: UInt64
}

extension CaptureWarning: CustomStringConvertible {
    public var description: String { "\(kind.rawValue), at offset \(offset)" }
}

/// The first warnings of a file, and how many there were: a hostile file may earn one per packet.
struct WarningLog {
    static let limit = 64

    private(set) var entries: [CaptureWarning] = []
    private(set) var count = 0

    mutating func note(_ kind: CaptureWarning.Kind, at offset: UInt64) {
        count += 1
        if entries.count < Self.limit { entries.append(CaptureWarning(kind: kind, offset: offset)) }
    }
}
