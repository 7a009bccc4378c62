/// A place in a configuration file.
struct Site: Hashable, Sendable {
    /// From 1; 0 is no line of the file: what is built in.
    var line: Int
    /// UTF-8 offsets in the line; empty just after its last word.
    var range: Range<Int>

    static let builtIn = Site(line: 0, range: 0..<0)
}

/// A value and where the file says it. Two are equal when their values are: `no` takes back what was said elsewhere.
struct Located<Value: Hashable & Sendable>: Hashable, Sendable {
    var value: Value
    var site: Site

    init(_ value: Value, at site: Site) {
        self.value = value
        self.site = site
    }

    static func == (left: Located, right: Located) -> Bool { left.value == right.value }

    func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// Why a line can not be read: thrown by whatever reads it.
struct Problem: Error, Hashable {
    var site: Site
    var message: String
    /// What could have stood there.
    var expected: [String] = []
    /// The line ended too early; what there is of it is right.
    var isIncomplete = false
}
