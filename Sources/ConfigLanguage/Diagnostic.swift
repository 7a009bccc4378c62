/// Something about one place in a configuration file.
public struct Diagnostic: Hashable, Sendable {
    public enum Severity: String, Hashable, Sendable {
        /// The configuration can not be used.
        case error
        /// The box runs with it: it has no effect, or not yet, or may not be what was meant.
        case warning
        /// Read and checked; this version of the box does not act on it, and will not run with it, since traffic would
        /// pass that the command keeps away, or go out as it should not.
        case notInForce = "not yet in force"
    }

    public var severity: Severity
    public var file: String
    /// From 1.
    public var line: Int
    /// From 1, in characters.
    public var column: Int
    /// How many characters are underlined.
    public var length: Int
    public var message: String
    /// What could have stood there, such as `any`, `host`, `A.B.C.D`; empty where it does not apply.
    public var expected: [String]
    /// The whole line, for the underline.
    public var source: String

    public init(
        _ severity: Severity, file: String, line: Int, column: Int, length: Int, message: String,
        expected: [String] = [], source: String
    ) {
        self.severity = severity
        self.file = file
        self.line = line
        self.column = column
        self.length = length
        self.message = message
        self.expected = expected
        self.source = source
    }
}
