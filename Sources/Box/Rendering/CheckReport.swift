import ConfigLanguage

/// What `check` says.
public enum CheckReport {
    public static func json(_ read: ReadConfiguration) -> JSONValue {
        .object([
            ("valid", .bool(read.isValid)),
            ("inForce", .bool(read.isInForce)),
            ("diagnostics", .array(read.diagnostics.map(json))),
        ])
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        .object([
            ("severity", .string(diagnostic.severity.rawValue)),
            ("file", .string(diagnostic.file)),
            ("line", .count(diagnostic.line)),
            ("column", .count(diagnostic.column)),
            ("length", .count(diagnostic.length)),
            ("message", .string(diagnostic.message)),
            ("expected", .array(diagnostic.expected.map { .string($0) })),
        ])
    }

    public static func summary(_ read: ReadConfiguration, file: String) -> String {
        func count(_ severity: Diagnostic.Severity) -> Int { read.diagnostics.count { $0.severity == severity } }
        let pending = count(.notInForce)
        return "\(file): \(count(.error)) errors, \(count(.warning)) warnings"
            + (pending > 0 ? ", \(pending) commands not yet in force" : "")
    }
}
