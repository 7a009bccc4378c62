/// The levels of `logging`, by name and number.
enum LoggingLevel {
    static let names = [
        "emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging",
    ]
}

extension Words {
    /// A level by name or number, when one stands here.
    mutating func optionalLoggingLevel() throws(Problem) -> Int? {
        if let name = try optionalKeyword(LoggingLevel.names) { return LoggingLevel.names.firstIndex(of: name) }
        return try optionalNumber(in: 0...7)
    }
}

/// `logging …`.
enum LoggingCommands {
    static func enable(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return { $0.draft.logging.isEnabled = isOn }
    }

    static func timestamp(_ words: inout Words) throws(Problem) -> Command.Change {
        let isOn = !words.isNegated
        return { $0.draft.logging.timestamps = isOn }
    }

    static func buffered(_ words: inout Words) throws(Problem) -> Command.Change {
        let level = try level(&words)
        return { $0.draft.logging.buffered = level }
    }

    static func console(_ words: inout Words) throws(Problem) -> Command.Change {
        let level = try level(&words)
        return { $0.draft.logging.console = level }
    }

    /// `nil` for `no`.
    private static func level(_ words: inout Words) throws(Problem) -> Int? {
        let level = try words.optionalLoggingLevel()
        if words.isNegated { return nil }
        guard let level else { throw words.unexpected() }
        return level
    }

    static func bufferSize(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return { $0.draft.logging.bufferSize = Logging().bufferSize }
        }
        let size = try words.number(in: 4096...1_048_576)
        return { $0.draft.logging.bufferSize = size }
    }
}
