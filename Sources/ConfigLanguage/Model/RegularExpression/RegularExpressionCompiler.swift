/// What a pattern says, as a tree.
indirect enum RegularExpressionTree {
    case byte(ByteSet)
    case start
    case end
    case sequence([RegularExpressionTree])
    case alternatives([RegularExpressionTree])
    /// `nil`: as often as there are.
    case repeated(RegularExpressionTree, least: Int, most: Int?)
}

/// Lays a tree out as steps.
struct RegularExpressionCompiler {
    var steps: [RegularExpression.Step] = []

    /// Nothing may be repeated without end either, such as `((){255}){255}`.
    private var visits = 0

    /// Too much has been asked for; what stands in ``steps`` is no longer of use.
    private(set) var isFull = false

    mutating func add(_ tree: RegularExpressionTree) {
        visits += 1
        isFull = isFull || visits > 16 * RegularExpression.stepLimit || steps.count >= RegularExpression.stepLimit
        guard !isFull else { return }
        switch tree {
        case .byte(let set): steps.append(.byte(set))
        case .start: steps.append(.start)
        case .end: steps.append(.end)
        case .sequence(let parts): for part in parts { add(part) }
        case .alternatives(let ways): add(ways[...])
        case .repeated(let part, let least, let most): add(part, least: least, most: most)
        }
    }

    private mutating func add(_ ways: ArraySlice<RegularExpressionTree>) {
        guard let first = ways.first else { return }
        guard ways.count > 1 else { return add(first) }
        let fork = steps.count
        steps.append(.jump(fork))
        add(first)
        let jump = steps.count
        steps.append(.jump(jump))
        steps[fork] = .fork(fork + 1, steps.count)
        add(ways.dropFirst())
        steps[jump] = .jump(steps.count)
    }

    private mutating func add(_ part: RegularExpressionTree, least: Int, most: Int?) {
        for _ in 0..<least where !isFull { add(part) }
        guard let most else {
            let fork = steps.count
            steps.append(.jump(fork))
            add(part)
            steps.append(.jump(fork))
            steps[fork] = .fork(fork + 1, steps.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<max(least, most) where !isFull {
            forks.append(steps.count)
            steps.append(.jump(steps.count))
            add(part)
        }
        for fork in forks { steps[fork] = .fork(fork + 1, steps.count) }
    }
}
