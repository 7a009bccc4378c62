/// The name of a certificate's subject or issuer (RFC 5280 4.1.2.4): its attributes, in the certificate's order.
public struct DistinguishedName: Hashable, Sendable {
    /// The type of an attribute, by its object identifier.
    public struct AttributeType: Hashable, Sendable {
        /// In dots, such as `2.5.4.3`.
        public let identifier: String

        public init(identifier: String) { self.identifier = identifier }

        public static let commonName = AttributeType(identifier: "2.5.4.3")
        public static let surname = AttributeType(identifier: "2.5.4.4")
        public static let serialNumber = AttributeType(identifier: "2.5.4.5")
        public static let country = AttributeType(identifier: "2.5.4.6")
        public static let locality = AttributeType(identifier: "2.5.4.7")
        public static let state = AttributeType(identifier: "2.5.4.8")
        public static let organization = AttributeType(identifier: "2.5.4.10")
        public static let organizationalUnit = AttributeType(identifier: "2.5.4.11")
        public static let title = AttributeType(identifier: "2.5.4.12")
        public static let givenName = AttributeType(identifier: "2.5.4.42")
        public static let domainComponent = AttributeType(identifier: "0.9.2342.19200300.100.1.25")
        public static let userIdentifier = AttributeType(identifier: "0.9.2342.19200300.100.1.1")
        public static let emailAddress = AttributeType(identifier: "1.2.840.113549.1.9.1")
        /// What the ASA calls `hostname`.
        public static let unstructuredName = AttributeType(identifier: "1.2.840.113549.1.9.2")
    }

    public struct Attribute: Hashable, Sendable {
        public var type: AttributeType
        /// Without a NUL: names are compared as text that a NUL would end.
        public var value: String

        public init(_ type: AttributeType, _ value: String) {
            self.type = type
            self.value = value
        }
    }

    public var attributes: [Attribute]

    public init(_ attributes: [Attribute] = []) { self.attributes = attributes }

    /// The first value of `type`.
    public subscript(type: AttributeType) -> String? { attributes.first { $0.type == type }?.value }
}
