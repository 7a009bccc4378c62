/// A TFTP message as a program that was written from the RFCs alone reads it: a second opinion beside `TFTPMessage`.
enum RFCMessage {
    case read(file: String, mode: String, options: [String: String])
    case data(UInt16, [UInt8])
    case acknowledgment(UInt16)
    case error(UInt16)
    case optionAcknowledgment([String: String])
    case unknown

    init(_ bytes: [UInt8]) {
        self = .unknown
        guard bytes.count >= 4, bytes[0] == 0 else { return }
        let number = UInt16(bytes[2]) * 256 + UInt16(bytes[3])
        switch bytes[1] {
        case 1:
            let words = Self.words(bytes.dropFirst(2))
            guard words.count >= 2 else { return }
            self = .read(file: words[0], mode: words[1], options: Self.pairs(words.dropFirst(2)))
        case 3: self = .data(number, Array(bytes.dropFirst(4)))
        case 4: self = bytes.count == 4 ? .acknowledgment(number) : .unknown
        case 5: self = bytes.last == 0 ? .error(number) : .unknown
        case 6: self = .optionAcknowledgment(Self.pairs(Self.words(bytes.dropFirst(2))[...]))
        default: return
        }
    }

    private static func words(_ bytes: ArraySlice<UInt8>) -> [String] {
        guard bytes.last == 0 else { return [] }
        return bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func pairs(_ words: ArraySlice<String>) -> [String: String] {
        var pairs: [String: String] = [:]
        var rest = words
        while rest.count >= 2 { pairs[rest.removeFirst().lowercased()] = rest.removeFirst() }
        return pairs
    }
}
