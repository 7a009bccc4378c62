import Wire

/// The parts of header values that phones here look at.
enum SIPText {
    /// The values between commas that stand in no quotes and no angle brackets.
    static func list(_ value: String) -> [String] {
        var values: [String] = []
        var current = ""
        var isQuoted = false
        var depth = 0
        for character in value {
            switch character {
            case "\"": isQuoted.toggle()
            case "<" where !isQuoted: depth += 1
            case ">" where !isQuoted: depth -= 1
            case "," where !isQuoted && depth == 0:
                values.append(current)
                current = ""
                continue
            case " " where current.isEmpty: continue
            default: break
            }
            current.append(character)
        }
        return values + [current]
    }

    /// A parameter behind the address of From, To, Via or Contact.
    static func parameter(_ name: String, of value: String) -> String? {
        let tail = value.lastIndex(of: ">").map { value[value.index(after: $0)...] } ?? value[...]
        for part in tail.split(separator: ";").dropFirst(value.contains(">") ? 0 : 1) {
            let pair = part.split(separator: "=", maxSplits: 1)
            if let first = pair.first, trimmed(first) == name { return pair.count > 1 ? trimmed(pair[1]) : "" }
        }
        return nil
    }

    private static func trimmed(_ text: Substring) -> String { String(text.filter { $0 != " " }) }

    /// The URI in `"Name" <sip:…>;tag=…`, or in a value without brackets.
    static func uri(of value: String) -> String {
        if let open = value.firstIndex(of: "<"), let close = value[open...].firstIndex(of: ">") {
            return String(value[value.index(after: open)..<close])
        }
        return String(value.prefix { $0 != ";" })
    }

    /// `sip:USER@HOST:PORT;…`: the user.
    static func user(of uri: String) -> String {
        let rest = uri.drop { $0 != ":" }.dropFirst()
        return rest.contains("@") ? String(rest.prefix { $0 != "@" }) : ""
    }

    /// `sip:USER@HOST:PORT;…`: host and port; 5060 where none is written. `nil` for a host that is no IPv4 address.
    static func endpoint(of uri: String) -> Endpoint? {
        var rest = uri.drop { $0 != ":" }.dropFirst()
        if let at = rest.firstIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        let host = rest.prefix { $0 != ";" && $0 != "?" && $0 != ">" }.split(separator: ":")
        guard let address = host.first.flatMap({ IPAddress($0) }), address.isV4 else { return nil }
        return Endpoint(address, host.count > 1 ? UInt16(host[1]) ?? 5060 : 5060)
    }

    /// Letters and digits that nobody guesses.
    static func token() -> String { String(UInt64.random(in: 0 ... .max), radix: 36) }
}
