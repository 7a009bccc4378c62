/// `show logging`.
enum ShowLogging {
    static func text(_ log: LogBuffer) -> String {
        (["\(log.logged) messages logged, \(log.dropped) overwritten"] + log.text).joined(separator: "\n")
    }

    static func json(_ log: LogBuffer) -> JSONValue {
        .object([
            ("logged", .count(log.logged)),
            ("overwritten", .count(log.dropped)),
            ("lines", .array(log.text.map { .string($0) })),
        ])
    }
}
