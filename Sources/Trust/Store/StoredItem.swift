/// One thing in a trust store, and the name of its file.
///
/// Labels and trustpoint names are free text, so all but letters, digits, `-` and `_` stands in the file's name as `%`
/// and two hexadecimal digits: different names never meet in one file.
struct StoredItem: Hashable {
    enum Kind: String, CaseIterable {
        /// A private key, by its label.
        case key
        /// A trustpoint's own certificate.
        case identity
        /// The authority's certificate that a trustpoint was given.
        case authority

        fileprivate var suffix: String { ".\(rawValue).pem" }
    }

    /// Bytes of a file name that the system has room for, less what the kind and a temporary file add to it.
    private static let nameLimit = 200

    let kind: Kind
    let name: String

    init(_ kind: Kind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// `nil` when no item's file has this name.
    init?(fileName: String) {
        guard let kind = Kind.allCases.first(where: { fileName.hasSuffix($0.suffix) }),
            let name = Self.decoded(fileName.dropLast(kind.suffix.count))
        else { return nil }
        self.init(kind, name)
        guard (try? self.fileName()) == fileName else { return nil }
    }

    func fileName() throws(TrustError) -> String { try Self.encoded(name) + kind.suffix }

    /// `name` as a part of a file name.
    static func encoded(_ name: String) throws(TrustError) -> String {
        var encoded = ""
        for byte in name.utf8 {
            if ASCII.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += "%" + hexadecimal([byte])
            }
        }
        guard !encoded.isEmpty, encoded.utf8.count <= Self.nameLimit else {
            throw TrustError("\(name): \(encoded.isEmpty ? "an empty name" : "too long a name") to be stored")
        }
        return encoded
    }

    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(ASCII.hexadecimalValue),
                let low = rest.popFirst().flatMap(ASCII.hexadecimalValue)
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
