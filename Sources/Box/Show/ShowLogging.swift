import ConfigLanguage

/// `show logging`.
enum ShowLogging {
    static func text(_ log: LogBuffer, _ logging: Logging) -> String {
        let head = [
            "Syslog logging: \(logging.isEnabled ? "enabled" : "disabled")",
            "    Timestamp logging: \(logging.timestamps ? "enabled" : "disabled")",
            "    Console logging: \(destination(logging.console))",
            "    Buffer logging: \(destination(logging.buffered)), \(log.logged) messages logged, "
                + "\(log.dropped) overwritten",
        ]
        return (head + log.text).joined(separator: "\n")
    }

    private static func destination(_ level: Int?) -> String {
        guard let level, levels.indices.contains(level) else { return "disabled" }
        return "level \(levels[level])"
    }

    private static let levels = [
        "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging",
    ]

    static func json(_ log: LogBuffer) -> JSONValue {
        .object([
            ("logged", .count(log.logged)),
            ("overwritten", .count(log.dropped)),
            ("lines", .array(log.text.map { .string($0) })),
        ])
    }
}
