import Box

/// Measured values by name, in the order in which they were noted. The name says the unit: `packetsPerSecond`.
struct Figures {
    private(set) var entries: [(key: String, value: Double?)] = []

    /// `nil` for what could not be measured, and for what nobody noted.
    subscript(key: String) -> Double? { entries.first { $0.key == key }?.value }

    /// Notes a figure; a later value for the same name replaces the earlier.
    mutating func note(_ key: String, _ value: Double?) {
        if let place = entries.firstIndex(where: { $0.key == key }) {
            entries[place].value = value
        } else {
            entries.append((key, value))
        }
    }

    /// An object, or `null` when there is no figure at all.
    var json: JSONValue {
        if entries.isEmpty { return .null }
        return .object(entries.map { ($0.key, $0.value.map(Self.number) ?? .null) })
    }

    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map { .integer($0) } ?? .decimal(value)
    }
}
