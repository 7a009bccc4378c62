extension DistinguishedName {
    /// The attributes that `subject-name` of a trustpoint knows, by the ASA's keywords and the usual ones.
    private static let types: [String: AttributeType] = [
        "cn": .commonName, "sn": .surname, "ser": .serialNumber, "serialnumber": .serialNumber, "c": .country,
        "l": .locality, "st": .state, "sp": .state, "o": .organization, "ou": .organizationalUnit, "t": .title,
        "gn": .givenName, "dc": .domainComponent, "uid": .userIdentifier, "ea": .emailAddress, "e": .emailAddress,
        "emailaddress": .emailAddress, "uname": .unstructuredName, "hostname": .unstructuredName,
    ]

    /// Reads `cn=FW_LDC_SIGNER,o="Example, Inc."`: the most specific attribute first, as people write names (RFC 4514), so
    /// that the certificate has them the other way round. A comma in a value is quoted or follows a backslash.
    public init(x500 text: String) throws(TrustError) {
        var written: [Attribute] = []
        for part in try Self.parts(of: text) {
            guard let equals = part.firstIndex(of: "=") else { throw TrustError("\(part): not KEYWORD=VALUE") }
            let keyword = Self.trimmed(part[..<equals])
            guard let type = Self.types[keyword.lowercased()] else {
                throw TrustError("\(keyword): no attribute of a name")
            }
            let value = try Self.unquoted(Self.trimmed(part[part.index(after: equals)...]))
            guard !value.isEmpty else { throw TrustError("\(keyword)= has no value") }
            written.append(Attribute(type, value))
        }
        self.init(written.reversed())
    }

    /// `text` cut at the commas that are neither quoted nor escaped.
    private static func parts(of text: String) throws(TrustError) -> [Substring] {
        var parts: [Substring] = []
        var start = text.startIndex
        var isQuoted = false
        var isEscaped = false
        for index in text.indices {
            let character = text[index]
            if isEscaped {
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                isQuoted.toggle()
            } else if character == ",", !isQuoted {
                parts.append(text[start..<index])
                start = text.index(after: index)
            }
        }
        guard !isQuoted, !isEscaped else { throw TrustError("\(text): a quotation does not end") }
        return parts + [text[start...]]
    }

    private static func unquoted(_ value: String) throws(TrustError) -> String {
        var plain = ""
        var isEscaped = false
        for character in value {
            guard character != "\0" else { throw TrustError("a name has a NUL in it") }
            if !isEscaped, character == "\\" || character == "\"" {
                isEscaped = character == "\\"
            } else {
                plain.append(character)
                isEscaped = false
            }
        }
        return plain
    }

    private static func trimmed(_ text: Substring) -> String {
        let start = text.drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
