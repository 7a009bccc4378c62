/// A JSON document (RFC 8259) that keeps the order of its members, so that outputs can be compared line by line.
public indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Seconds and other decimals, with six digits behind the point.
    case decimal(Double)
    case string(String)
    case array([JSONValue])
    /// So many elements, each made when it is written: of what a large network has thousands.
    case list(Int, @Sendable (Int) -> JSONValue)
    case object([(String, JSONValue)])

    static func count(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }

    /// An array with one element for each of `items`, made when it is written.
    static func list<Item: Sendable>(_ items: [Item], _ make: @escaping @Sendable (Item) -> JSONValue) -> JSONValue {
        .list(items.count) { make(items[$0]) }
    }

    /// A value or `null`.
    static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
        value.map(make) ?? .null
    }

    /// The document on one line.
    public var compact: String { JSONWriter.text(of: self, indent: nil) }

    /// The document with one member a line.
    public var pretty: String { JSONWriter.text(of: self, indent: 2) }

    /// The same, handed to `sink` in pieces.
    func writePretty(to sink: @escaping ([UInt8]) -> Void) { JSONWriter.write(self, indent: 2, to: sink) }
}
