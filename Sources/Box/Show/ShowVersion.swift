/// `show version`.
public enum ShowVersion {
    public static let version = "0.1"

    static func text(_ hostname: String, _ tables: BoxTables) -> String {
        """
        Phoneproxy Version \(version)

        \(hostname) up \(uptime(Int(tables.now.seconds(since: tables.started))))
        """
    }

    private static func uptime(_ seconds: Int) -> String {
        let parts = [
            (seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "min"), (seconds % 60, "sec"),
        ]
        let told = parts.drop { $0.0 == 0 && $0.1 != "sec" }
        return told.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: " ")
    }

    static func json(_ hostname: String, _ tables: BoxTables) -> JSONValue {
        .object([
            ("version", .string(version)),
            ("hostname", .string(hostname)),
            ("upSeconds", .decimal(tables.now.seconds(since: tables.started))),
            ("lostEvents", .count(tables.lostEvents)),
        ])
    }
}
