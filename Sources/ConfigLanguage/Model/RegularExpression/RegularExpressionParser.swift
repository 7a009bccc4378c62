/// Reads a pattern, byte by byte.
struct RegularExpressionParser {
    typealias Fault = RegularExpression.Fault

    private let bytes: [UInt8]
    private var position = 0
    private var depth = 0

    init(_ pattern: String) { bytes = Array(pattern.utf8) }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private func isNext(_ character: Unicode.Scalar) -> Bool { next == UInt8(ascii: character) }

    private mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard isNext(character) else { return false }
        position += 1
        return true
    }

    private func fault(_ message: String, at offset: Int? = nil) -> Fault {
        Fault(offset: offset ?? position, message: message)
    }

    mutating func parse() throws(Fault) -> RegularExpressionTree {
        guard !bytes.isEmpty else { throw fault("the expression is empty") }
        guard bytes.count <= RegularExpression.lengthLimit else {
            throw fault("the expression is longer than \(RegularExpression.lengthLimit) characters", at: 0)
        }
        let tree = try alternatives()
        guard next == nil else { throw fault("')' without '('") }
        return tree
    }

    private mutating func alternatives() throws(Fault) -> RegularExpressionTree {
        var ways = [try sequence()]
        while skip("|") { ways.append(try sequence()) }
        return ways.count == 1 ? ways[0] : .alternatives(ways)
    }

    private mutating func sequence() throws(Fault) -> RegularExpressionTree {
        var parts: [RegularExpressionTree] = []
        while let byte = next, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            parts.append(try repetition(of: try part()))
        }
        return .sequence(parts)
    }

    // MARK: Parts

    private mutating func part() throws(Fault) -> RegularExpressionTree {
        let start = position
        guard let byte = next else { throw fault("the expression ends too early") }
        position += 1
        switch Unicode.Scalar(byte) {
        case ".": return .byte(.all)
        case "^": return .start
        case "$": return .end
        case "(": return try group(from: start)
        case "[": return .byte(try set(from: start))
        case "\\": return .byte(ByteSet(try escaped(from: start)))
        case "*", "+", "?": throw fault("there is nothing to repeat before it", at: start)
        default: return .byte(ByteSet(byte))
        }
    }

    private mutating func group(from start: Int) throws(Fault) -> RegularExpressionTree {
        guard depth < RegularExpression.depthLimit else {
            throw fault("too many parentheses in one another", at: start)
        }
        depth += 1
        let inner = try alternatives()
        depth -= 1
        guard skip(")") else { throw fault("'(' without ')'", at: start) }
        return inner
    }

    private mutating func set(from start: Int) throws(Fault) -> ByteSet {
        let isInverted = skip("^")
        var set = ByteSet()
        var isFirst = true
        while let byte = next, isFirst || byte != UInt8(ascii: "]") {
            isFirst = false
            let place = position
            let low = try setMember()
            guard isNext("-"), position + 1 < bytes.count, bytes[position + 1] != UInt8(ascii: "]") else {
                set.insert(low)
                continue
            }
            position += 1
            let high = try setMember()
            guard low <= high else { throw fault("the range ends before it begins", at: place) }
            set.insert(low...high)
        }
        guard skip("]") else { throw fault("'[' without ']'", at: start) }
        return isInverted ? set.inverted : set
    }

    private mutating func setMember() throws(Fault) -> UInt8 {
        let start = position
        guard let byte = next else { throw fault("the expression ends too early") }
        position += 1
        return byte == UInt8(ascii: "\\") ? try escaped(from: start) : byte
    }

    private mutating func escaped(from start: Int) throws(Fault) -> UInt8 {
        guard let byte = next else { throw fault("'\\' at the end stands before nothing", at: start) }
        position += 1
        switch Unicode.Scalar(byte) {
        case "r": return 0x0d
        case "n": return 0x0a
        case "t": return 0x09
        case "f": return 0x0c
        case "x": return try number(radix: 16, digits: 2, from: start)
        case "0"..."7":
            position -= 1
            return try number(radix: 8, digits: 3, from: start)
        default: return byte
        }
    }

    /// Exactly so many digits.
    private mutating func number(radix: Int, digits: Int, from start: Int) throws(Fault) -> UInt8 {
        let end = position + digits
        guard end <= bytes.count,
            let value = UInt8(String(decoding: bytes[position..<end], as: UTF8.self), radix: radix),
            bytes[position] != UInt8(ascii: "+")
        else { throw fault("\(digits) digits of a byte must stand after '\\'", at: start) }
        position = end
        return value
    }

    // MARK: Repetitions

    private mutating func repetition(of part: RegularExpressionTree) throws(Fault) -> RegularExpressionTree {
        let start = position
        let repeated: RegularExpressionTree
        if skip("*") {
            repeated = .repeated(part, least: 0, most: nil)
        } else if skip("+") {
            repeated = .repeated(part, least: 1, most: nil)
        } else if skip("?") {
            repeated = .repeated(part, least: 0, most: 1)
        } else if skip("{") {
            repeated = try counted(part, from: start)
        } else {
            return part
        }
        if let byte = next, "*+?{".utf8.contains(byte) { throw fault("it is repeated already") }
        return repeated
    }

    private mutating func counted(
        _ part: RegularExpressionTree, from start: Int
    ) throws(Fault) -> RegularExpressionTree {
        guard let least = try count() else { throw fault("a number must stand after '{'", at: start) }
        var most: Int? = least
        if skip(",") { most = try count() }
        guard skip("}") else { throw fault("'{' without '}'", at: start) }
        if let most, most < least { throw fault("the most is less than the least", at: start) }
        return .repeated(part, least: least, most: most)
    }

    private mutating func count() throws(Fault) -> Int? {
        let start = position
        var value = 0
        while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
            value = value * 10 + Int(byte - UInt8(ascii: "0"))
            position += 1
            guard value <= RegularExpression.repetitionLimit else {
                throw fault("more than \(RegularExpression.repetitionLimit) times", at: start)
            }
        }
        return position == start ? nil : value
    }
}
