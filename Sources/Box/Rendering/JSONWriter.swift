/// Writes a ``JSONValue`` down, as bytes and in pieces: a replay of a day's traffic has a million lines.
struct JSONWriter {
    /// From how many bytes on a piece is handed over: few enough to stay in the processor's cache.
    private static let piece = 1 << 16

    /// So many elements of a list are one processor's share.
    private static let share = 256

    private var text: [UInt8] = []
    /// Gets the pieces; `nil`: all is kept.
    private let sink: (([UInt8]) -> Void)?
    /// Blanks for each level; `nil`: all on one line.
    private let indent: Int?

    static func text(of value: JSONValue, indent: Int?) -> String {
        var writer = JSONWriter(indent, nil)
        writer.write(value, depth: 0)
        return String(decoding: writer.text, as: UTF8.self)
    }

    static func write(_ value: JSONValue, indent: Int?, to sink: @escaping ([UInt8]) -> Void) {
        var writer = JSONWriter(indent, sink)
        writer.text.reserveCapacity(piece * 2)
        writer.write(value, depth: 0)
        sink(writer.text)
    }

    private init(_ indent: Int?, _ sink: (([UInt8]) -> Void)?) {
        self.indent = indent
        self.sink = sink
    }

    private mutating func handOver() {
        guard let sink, text.count >= Self.piece else { return }
        sink(text)
        text.removeAll(keepingCapacity: true)
    }

    private mutating func write(_ value: JSONValue, depth: Int) {
        switch value {
        case .null: add("null")
        case .bool(let value): add(value ? "true" : "false")
        case .integer(let value): write(value)
        case .decimal(let value): write(value)
        case .string(let value): quote(value)
        case .array(let values): write(values.count, depth) { values[$0] }
        case .list(let count, let make): writeList(count, depth, make)
        case .object(let members):
            add("{")
            for index in members.indices {
                beginElement(index, depth)
                quote(members[index].0)
                add(indent == nil ? ":" : ": ")
                write(members[index].1, depth: depth + 1)
            }
            endList(members.count, depth)
            add("}")
        }
    }

    private mutating func write(_ count: Int, _ depth: Int, _ element: (Int) -> JSONValue) {
        add("[")
        for index in 0..<count {
            beginElement(index, depth)
            write(element(index), depth: depth + 1)
        }
        endList(count, depth)
        add("]")
    }

    /// A long list, shared out among the processors.
    private mutating func writeList(_ count: Int, _ depth: Int, _ make: @escaping @Sendable (Int) -> JSONValue) {
        guard sink != nil, count > Self.share else { return write(count, depth, make) }
        add("[")
        let indent = indent
        let stretches = stride(from: 0, to: count, by: Self.share).map { $0..<min($0 + Self.share, count) }
        SharedWork.inOrder(stretches.count) { number in
            var part = JSONWriter(indent, nil)
            for index in stretches[number] {
                part.beginElement(index, depth)
                part.write(make(index), depth: depth + 1)
            }
            return part.text
        } then: { part in
            text += part
            handOver()
        }
        endList(count, depth)
        add("]")
    }

    private mutating func beginElement(_ index: Int, _ depth: Int) {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        handOver()
        newLine(depth + 1)
    }

    private mutating func endList(_ count: Int, _ depth: Int) {
        if count > 0 { newLine(depth) }
    }

    private mutating func newLine(_ depth: Int) {
        guard let indent else { return }
        text.append(UInt8(ascii: "\n"))
        text += repeatElement(UInt8(ascii: " "), count: indent * depth)
    }

    private mutating func add(_ word: String) { text += word.utf8 }

    // MARK: Numbers

    private mutating func write(_ value: Int64) {
        if value < 0 { text.append(UInt8(ascii: "-")) }
        write(value.magnitude, digits: 1)
    }

    /// With at least so many digits.
    private mutating func write(_ value: UInt64, digits: Int) {
        let start = text.count
        var rest = value
        while rest > 0 || text.count - start < digits {
            text.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        text[start...].reverse()
    }

    private mutating func write(_ value: Double) {
        guard value.isFinite, abs(value) < 9e12 else { return add("null") }
        let micros = UInt64((abs(value) * 1e6).rounded())
        if value < 0, micros != 0 { text.append(UInt8(ascii: "-")) }
        write(micros / 1_000_000, digits: 1)
        text.append(UInt8(ascii: "."))
        write(micros % 1_000_000, digits: 6)
    }

    // MARK: Text

    private mutating func quote(_ value: String) {
        text.append(UInt8(ascii: "\""))
        if Self.isPlain(value.utf8.span) {
            text += value.utf8
        } else {
            for byte in value.utf8 { escape(byte) }
        }
        text.append(UInt8(ascii: "\""))
    }

    /// Nothing in it has to be escaped, as in nearly all there is.
    private static func isPlain(_ bytes: Span<UInt8>) -> Bool {
        var isPlain = true
        for index in bytes.indices {
            let byte = bytes[index]
            isPlain = isPlain && byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        }
        return isPlain
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): add("\\\"")
        case UInt8(ascii: "\\"): add("\\\\")
        case UInt8(ascii: "\n"): add("\\n")
        case UInt8(ascii: "\r"): add("\\r")
        case UInt8(ascii: "\t"): add("\\t")
        case ..<0x20:
            add("\\u00")
            text.append(Self.hexDigit(byte >> 4))
            text.append(Self.hexDigit(byte & 15))
        default: text.append(byte)
        }
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
    }
}
