import Wire

/// `crypto key generate rsa label NAME modulus N`: a key pair that there has to be.
public struct KeyPairDeclaration: Hashable, Sendable {
    /// The label of the pair that is made when the command gives none.
    public static let defaultLabel = "<Default-RSA-Key>"

    public var label: String
    /// Bits: 512 to 4096; the ASA's default is 1024.
    public var modulus: Int

    public init(label: String, modulus: Int = 1024) {
        self.label = label
        self.modulus = modulus
    }
}

/// How certificates and files are signed. Phones of the 79xx series know SHA-1 alone (RFC 8017: PKCS #1 v1.5).
public enum SignatureDigest: String, Hashable, Sendable, CaseIterable {
    case sha1, sha256, sha512
}

/// `crypto ca trustpoint NAME` with what stands under it, and with `crypto ca enroll` and `crypto ca authenticate`.
public struct Trustpoint: Hashable, Sendable {
    public enum Enrollment: String, Hashable, Sendable {
        /// A certificate that the box signs itself.
        case selfSigned = "self"
        /// A certificate that is pasted.
        case terminal
    }

    public var name: String
    public var enrollment: Enrollment?
    /// `keypair`; `nil`: a pair of the trustpoint's own name.
    public var keyPair: String?
    public var fqdn: String?
    /// `subject-name`, such as `cn=FW_LDC_SIGNER,o=Example`.
    public var subjectName: String?
    /// `serial-number`: the box's serial number in the subject.
    public var includesSerialNumber = false
    /// `proxy-ldc-issuer`: it signs the certificates that the TLS proxy makes for phones.
    public var isProxyLDCIssuer = false
    /// `signature-digest`, a command of our own; `nil`: SHA-256, or what the CTL file that uses it asks for.
    public var digest: SignatureDigest?
    /// `crypto ca enroll NAME` stands in the file.
    public var isEnrolled = false
    /// The certificate that followed `crypto ca authenticate NAME`, or stands in its `crypto ca certificate chain`: one
    /// whole DER value as lines of base 64, 64 characters each, without BEGIN and END lines.
    public var authority: PastedText?

    public init(name: String) { self.name = name }
}

/// `ctl-file NAME` (cisco-facts 3.3).
public struct CTLFileDefinition: Hashable, Sendable {
    public enum Role: String, Hashable, Sendable, CaseIterable {
        case capf, cucm, tftp
        case cucmTFTP = "cucm-tftp"
    }

    /// `record-entry ROLE trustpoint NAME address ADDRESS [domain-name NAME]`.
    public struct RecordEntry: Hashable, Sendable {
        public var role: Role
        public var trustpoint: String
        /// As the phones see it.
        public var address: IPAddress
        public var domainName: String?

        public init(role: Role, trustpoint: String, address: IPAddress, domainName: String? = nil) {
            self.role = role
            self.trustpoint = trustpoint
            self.address = address
            self.domainName = domainName
        }
    }

    public var name: String
    /// In the file's order.
    public var entries: [RecordEntry] = []
    /// `cluster-ctl-file PATH`: an existing list to build on.
    public var clusterFile: String?
    /// `sast N`: 1 to 5.
    public var sastCount = 2
    /// `digest`, a command of our own: what the list and the phones' files are signed with.
    public var digest = SignatureDigest.sha1
    /// Until `no shutdown` nothing is made.
    public var isShutdown = true

    public init(name: String) { self.name = name }

    /// The trustpoint whose key signs the list, and those that stand by for it, by their place from 0.
    public func sastTrustpoint(_ index: Int) -> String { "_internal_\(name)_SAST_\(index)" }

    /// The trustpoint whose key signs the phones' files and answers for the call server.
    public var proxyTrustpoint: String { "_internal_PP_\(name)" }
}
