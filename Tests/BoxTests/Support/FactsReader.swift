/// JSON as a test reads it: numbers are whole, and objects keep no order.
indirect enum Fact: Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case text(String)
    case list([Fact])
    case object([String: Fact])

    subscript(_ key: String) -> Fact? {
        if case .object(let entries) = self { entries[key] } else { nil }
    }

    var entries: [String: Fact] {
        if case .object(let entries) = self { entries } else { [:] }
    }

    var items: [Fact] {
        if case .list(let items) = self { items } else { [] }
    }

    var count: Int? {
        if case .number(let number) = self { Int(number) } else { nil }
    }

    var string: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// `nil`: the text is none.
    static func read(_ bytes: [UInt8]) -> Fact? {
        var reader = FactsReader(bytes: bytes)
        return reader.value()
    }
}

private struct FactsReader {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        skipBlanks()
        guard bytes[offset...].starts(with: text.utf8) else { return false }
        offset += text.utf8.count
        return true
    }

    mutating func value() -> Fact? {
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return object()
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "\""): return text().map { .text($0) }
        case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
        case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
        case UInt8(ascii: "n"): return take("null") ? .null : nil
        default: return number()
        }
    }

    private mutating func number() -> Fact? {
        let start = offset
        while let byte = next, byte > 0x20, !",]}".utf8.contains(byte) { offset += 1 }
        return Double(String(decoding: bytes[start..<offset], as: UTF8.self)).map { .number($0) }
    }

    private mutating func list() -> Fact? {
        guard take("[") else { return nil }
        var items: [Fact] = []
        if take("]") { return .list(items) }
        repeat {
            guard let item = value() else { return nil }
            items.append(item)
        } while take(",")
        return take("]") ? .list(items) : nil
    }

    private mutating func object() -> Fact? {
        guard take("{") else { return nil }
        var entries: [String: Fact] = [:]
        if take("}") { return .object(entries) }
        repeat {
            skipBlanks()
            guard let key = text(), take(":"), let value = value() else { return nil }
            entries[key] = value
        } while take(",")
        return take("}") ? .object(entries) : nil
    }

    private mutating func text() -> String? {
        guard take("\"") else { return nil }
        var text: [UInt8] = []
        while let byte = next, byte != UInt8(ascii: "\"") {
            offset += 1
            guard byte == UInt8(ascii: "\\"), let escaped = next else {
                text.append(byte)
                continue
            }
            offset += 1
            text += escape(escaped)
        }
        return take("\"") ? String(decoding: text, as: UTF8.self) : nil
    }

    private mutating func escape(_ letter: UInt8) -> [UInt8] {
        switch letter {
        case UInt8(ascii: "n"): return [0x0a]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "r"): return [0x0d]
        case UInt8(ascii: "u"):
            let digits = String(decoding: bytes[offset..<min(offset + 4, bytes.count)], as: UTF8.self)
            offset = min(offset + 4, bytes.count)
            return UInt32(digits, radix: 16).flatMap(Unicode.Scalar.init).map { Array(String($0).utf8) } ?? []
        default: return [letter]
        }
    }
}
