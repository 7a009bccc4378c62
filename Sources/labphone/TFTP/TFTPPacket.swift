/// A TFTP message as a client sees it (RFC 1350 section 5, RFC 2347). Written from the RFCs and not shared with the box,
/// so that a mistake there does not hide here.
enum TFTPPacket: Equatable {
    case data(block: UInt16, payload: ArraySlice<UInt8>)
    case optionAcknowledgment([Option])
    case error(code: UInt16, message: String)

    /// Names are lower case: RFC 2347 compares them without regard to case.
    struct Option: Equatable {
        var name: String
        var value: String
    }

    /// `nil` for what no server may send to a client.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 2, bytes[0] == 0 else { return nil }
        switch bytes[1] {
        case 3:
            guard bytes.count >= 4 else { return nil }
            self = .data(block: Self.number(bytes), payload: bytes[4...])
        case 5:
            guard bytes.count >= 4 else { return nil }
            let text = bytes[4...].prefix { $0 != 0 }
            self = .error(code: Self.number(bytes), message: String(decoding: text, as: UTF8.self))
        case 6:
            guard let options = Self.options(bytes[2...]) else { return nil }
            self = .optionAcknowledgment(options)
        default: return nil
        }
    }

    private static func number(_ bytes: [UInt8]) -> UInt16 { UInt16(bytes[2]) << 8 | UInt16(bytes[3]) }

    private static func options(_ bytes: ArraySlice<UInt8>) -> [Option]? {
        guard bytes.last == 0 || bytes.isEmpty else { return nil }
        let texts = bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast().map {
            String(decoding: $0, as: UTF8.self)
        }
        guard texts.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: texts.count, by: 2).map {
            Option(name: texts[$0].lowercased(), value: texts[$0 + 1])
        }
    }

    static func readRequest(_ file: String, _ options: [Option]) -> [UInt8] {
        [0, 1] + ([file, "octet"] + options.flatMap { [$0.name, $0.value] }).flatMap { Array($0.utf8) + [0] }
    }

    static func acknowledgment(_ block: UInt16) -> [UInt8] {
        [0, 4, UInt8(block >> 8), UInt8(truncatingIfNeeded: block)]
    }

    static func refusal(_ code: UInt8, _ message: String) -> [UInt8] { [0, 5, 0, code] + Array(message.utf8) + [0] }
}
