/// A `regex` of the ASA, found anywhere in a text, in a time that grows with the text's length alone: all ways to match
/// are followed at once (Thompson, 1968), none is tried again.
///
/// Bytes, upper and lower case apart: `.`, `[abc]`, `[^a-z]`, `(a|b)`, `?`, `*`, `+`, `{2}`, `{2,}`, `{2,5}`, `^` and `$`
/// for the text's ends, `\r \n \t \f`, `\x41`, `\101`, and `\` before anything else for itself.
public struct RegularExpression: Hashable, Sendable {
    /// The ASA's.
    static let lengthLimit = 100
    static let stepLimit = 1024
    static let depthLimit = 16
    static let repetitionLimit = 255

    enum Step: Hashable, Sendable {
        case byte(ByteSet)
        case start
        case end
        /// Two ways on.
        case fork(Int, Int)
        case jump(Int)
        case found
    }

    /// Why a pattern can not be read.
    public struct Fault: Error, Hashable, Sendable {
        /// UTF-8 offset in the pattern.
        public var offset: Int
        public var message: String
    }

    public let pattern: String
    let steps: [Step]

    public init(_ pattern: String) throws(Fault) {
        self.pattern = pattern
        var parser = RegularExpressionParser(pattern)
        let tree = try parser.parse()
        var compiler = RegularExpressionCompiler()
        compiler.add(tree)
        compiler.steps.append(.found)
        guard !compiler.isFull else {
            throw Fault(offset: 0, message: "the expression repeats too much: more than \(Self.stepLimit) steps")
        }
        steps = compiler.steps
    }

    public func isFound(in text: Span<UInt8>) -> Bool {
        var current = Threads(count: steps.count)
        var next = Threads(count: steps.count)
        for index in 0...text.count {
            if follow(0, index, text.count, &current) { return true }
            guard index < text.count else { break }
            for place in current.list {
                guard case .byte(let set) = steps[place], set.contains(text[index]) else { continue }
                if follow(place + 1, index + 1, text.count, &next) { return true }
            }
            swap(&current, &next)
            next.removeAll()
        }
        return false
    }

    /// Adds a step, and all that can be reached from it without a byte; `true` when the end is among them.
    private func follow(_ first: Int, _ index: Int, _ end: Int, _ threads: inout Threads) -> Bool {
        var waiting = [first]
        while let place = waiting.popLast() {
            guard threads.insert(place) else { continue }
            switch steps[place] {
            case .byte: break
            case .start: if index == 0 { waiting.append(place + 1) }
            case .end: if index == end { waiting.append(place + 1) }
            case .fork(let one, let other): waiting += [other, one]
            case .jump(let target): waiting.append(target)
            case .found: return true
            }
        }
        return false
    }

    /// The steps that are being followed, each once.
    private struct Threads {
        private(set) var list: [Int] = []
        private var isListed: [Bool]

        init(count: Int) { isListed = Array(repeating: false, count: count) }

        mutating func insert(_ place: Int) -> Bool {
            guard !isListed[place] else { return false }
            isListed[place] = true
            list.append(place)
            return true
        }

        mutating func removeAll() {
            for place in list { isListed[place] = false }
            list.removeAll(keepingCapacity: true)
        }
    }
}

/// Some of the 256 bytes.
struct ByteSet: Hashable, Sendable {
    private var words = SIMD4<UInt64>(repeating: 0)

    static let all = ByteSet().inverted

    init() {}

    init(_ byte: UInt8) { insert(byte) }

    mutating func insert(_ byte: UInt8) { words[Int(byte >> 6)] |= 1 << UInt64(byte & 63) }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { insert(byte) }
    }

    func contains(_ byte: UInt8) -> Bool { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }

    var inverted: ByteSet {
        var other = self
        other.words = ~words
        return other
    }
}
