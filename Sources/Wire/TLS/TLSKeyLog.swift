/// Secrets of TLS connections in the NSS key log format, as Wireshark, browsers and OpenSSL write and read it: on each line a
/// label, the random number of the ClientHello, and the secret, in hexadecimal.
public struct TLSKeyLog: Sendable {
    public enum Label: String, Hashable, Sendable {
        /// The master secret of TLS 1.2 and before.
        case master = "CLIENT_RANDOM"
        case clientHandshake = "CLIENT_HANDSHAKE_TRAFFIC_SECRET"
        case serverHandshake = "SERVER_HANDSHAKE_TRAFFIC_SECRET"
        case clientTraffic = "CLIENT_TRAFFIC_SECRET_0"
        case serverTraffic = "SERVER_TRAFFIC_SECRET_0"
    }

    private struct Place: Hashable {
        var label: Label
        var random: [UInt8]
    }

    private var secrets: [Place: [UInt8]] = [:]
    /// Lines that should hold a secret, and do not. Comments, and labels that are not needed here, are none.
    public private(set) var unreadableLines = 0

    private static let limit = 262_144
    private static let randomLength = 32
    /// Bytes: as long as the longest hash of a cipher suite.
    private static let secretLengths = 16...64

    public init() {}

    public init(_ text: Span<UInt8>) {
        var start = 0
        while start < text.count {
            let end = text.first(UInt8(ascii: "\n"), in: start..<text.count) ?? text.count
            takeLine(text.bytes(in: start..<end))
            start = end + 1
        }
    }

    public var count: Int { secrets.count }

    public func secret(_ label: Label, of random: [UInt8]) -> [UInt8]? { secrets[Place(label: label, random: random)] }

    private mutating func takeLine(_ line: [UInt8]) {
        let words = line.split(maxSplits: 4) {
            $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
        }
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
        guard let label = Label(rawValue: String(decoding: first, as: UTF8.self)) else { return }
        guard words.count == 3, let random = Self.bytes(words[1]), random.count == Self.randomLength,
            let secret = Self.bytes(words[2]), Self.secretLengths.contains(secret.count), secrets.count < Self.limit
        else {
            unreadableLines += 1
            return
        }
        secrets[Place(label: label, random: random)] = secret
    }

    private static func bytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count.isMultiple(of: 2), digits.count <= 2 * secretLengths.upperBound else { return nil }
        let values = digits.map(value)
        guard !values.contains(nil) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { (values[$0] ?? 0) << 4 | (values[$0 + 1] ?? 0) }
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension TLSKeyLog: CustomStringConvertible, CustomReflectable {
    public var description: String { "\(count) secrets" }
    /// No secret gets into a dump by accident.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
