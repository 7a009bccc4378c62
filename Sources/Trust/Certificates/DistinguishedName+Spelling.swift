extension DistinguishedName {
    /// The keywords of RFC 4514, X.520 and, for `hostname`, the ASA.
    private static let keywords: [AttributeType: String] = [
        .commonName: "cn", .surname: "sn", .serialNumber: "serialNumber", .country: "c", .locality: "l", .state: "st",
        .organization: "o", .organizationalUnit: "ou", .title: "t", .givenName: "gn", .domainComponent: "dc",
        .userIdentifier: "uid", .emailAddress: "ea", .unstructuredName: "hostname",
    ]

    private static let cucmOrder: [AttributeType] = [
        .commonName, .organizationalUnit, .organization, .locality, .state, .country,
    ]

    /// As Unified CM spells names, in fixed order and without blanks: `CN=…;OU=…;O=…;L=…;ST=…;C=…`. What is absent is
    /// left out.
    ///
    /// Phones compare these names as text, so everything in the trust list and in signed files goes through here. A name
    /// that has none of these attributes is spelled with what it has: it must not become empty.
    public var cucmName: String {
        let known = Self.cucmOrder.flatMap { type in attributes.filter { $0.type == type } }
        return (known.isEmpty ? attributes : known)
            .map { "\(Self.keyword($0.type).uppercased())=\(Self.printable($0.value))" }
            .joined(separator: ";")
    }

    /// As the ASA shows names: the most specific attribute first, which is the last in a certificate.
    public var asaLines: [String] {
        attributes.reversed().map { "\(Self.keyword($0.type))=\(Self.printable($0.value))" }
    }

    private static func keyword(_ type: AttributeType) -> String { keywords[type] ?? type.identifier }

    /// A certificate's author must not be able to steer a terminal.
    private static func printable(_ value: String) -> String {
        String(
            String.UnicodeScalarView(value.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

extension DistinguishedName: CustomStringConvertible {
    /// In one line, as messages of the ASA spell names: `cn=…,ou=…`.
    public var description: String { asaLines.joined(separator: ",") }
}
