/// How many calls, how many at a time, how fast one after the other.
struct CallPlan {
    var calls = 0
    var simultaneous = 1
    /// New ones a second.
    var rate = 20.0
    private(set) var begun = 0
    private var allowance = 1.0
    private var last: Double?

    init(calls: Int, simultaneous: Int, rate: Double) {
        self.calls = calls
        self.simultaneous = simultaneous
        self.rate = rate
    }

    var isExhausted: Bool { begun >= calls }

    /// How many may begin now, with so many under way, at a time in seconds.
    mutating func mayBegin(underWay: Int, at time: Double) -> Int {
        allowance = min(max(1, rate / 10), allowance + (last.map { time - $0 } ?? 0) * rate)
        last = time
        return max(0, min(Int(allowance), min(calls - begun, simultaneous - underWay)))
    }

    mutating func add(_ more: Int) { calls += more }

    mutating func hasBegun() {
        begun += 1
        allowance -= 1
    }
}
