/// A JSON document (RFC 8259) that keeps the order of its members, so that outputs can be compared line by line.
public indirect enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// Seconds and other decimals, with six digits behind the point.
    case decimal(Double)
    case string(String)
    case array([JSONValue])
    case object([(String, JSONValue)])

    static func count(_ value: some BinaryInteger) -> JSONValue { .integer(Int64(clamping: value)) }

    /// A value or `null`.
    static func optional<Value>(_ value: Value?, _ make: (Value) -> JSONValue) -> JSONValue {
        value.map(make) ?? .null
    }

    /// The document on one line.
    public var compact: String {
        var text = ""
        write(to: &text, indent: nil, depth: 0)
        return text
    }

    /// The document with one member a line.
    public var pretty: String {
        var text = ""
        write(to: &text, indent: 2, depth: 0)
        return text
    }

    private func write(to text: inout String, indent: Int?, depth: Int) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .decimal(let value): text += Self.decimalText(value)
        case .string(let value): Self.quote(value, to: &text)
        case .array(let values):
            Self.writeList("[", "]", values.count, to: &text, indent, depth) { index, text in
                values[index].write(to: &text, indent: indent, depth: depth + 1)
            }
        case .object(let members):
            Self.writeList("{", "}", members.count, to: &text, indent, depth) { index, text in
                Self.quote(members[index].0, to: &text)
                text += indent == nil ? ":" : ": "
                members[index].1.write(to: &text, indent: indent, depth: depth + 1)
            }
        }
    }

    private static func writeList(
        _ open: String, _ close: String, _ count: Int, to text: inout String, _ indent: Int?, _ depth: Int,
        _ element: (Int, inout String) -> Void
    ) {
        func newLine(_ depth: Int) {
            if let indent { text += "\n" + String(repeating: " ", count: indent * depth) }
        }
        text += open
        for index in 0..<count {
            if index > 0 { text += "," }
            newLine(depth + 1)
            element(index, &text)
        }
        if count > 0 { newLine(depth) }
        text += close
    }

    private static func decimalText(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 9e12 else { return "null" }
        let micros = Int64((abs(value) * 1e6).rounded())
        let fraction = String(micros % 1_000_000)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        return "\(value < 0 && micros != 0 ? "-" : "")\(micros / 1_000_000).\(padded)"
    }

    private static func quote(_ value: String, to text: inout String) {
        text += "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case let scalar where scalar.value < 0x20:
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}
