/// How a cipher suite protects records. Key exchange and signatures are not told apart: whoever has the secrets needs neither.
public struct TLSCipherSuite: Hashable, Sendable {
    public enum Encryption: Sendable {
        case none
        case tripleDESCBC, aes128CBC, aes256CBC
        case aes128GCM, aes256GCM, chaCha20Poly1305

        /// Bytes.
        public var keyLength: Int {
            switch self {
            case .none: 0
            case .aes128CBC, .aes128GCM: 16
            case .tripleDESCBC: 24
            case .aes256CBC, .aes256GCM, .chaCha20Poly1305: 32
            }
        }

        /// Bytes of a block in CBC mode; 0: another mode.
        public var blockLength: Int {
            switch self {
            case .tripleDESCBC: 8
            case .aes128CBC, .aes256CBC: 16
            default: 0
            }
        }

        /// Encryption and authentication in one.
        public var isAEAD: Bool {
            switch self {
            case .aes128GCM, .aes256GCM, .chaCha20Poly1305: true
            default: false
            }
        }
    }

    public enum Hash: Sendable {
        case md5, sha1, sha256, sha384

        /// Bytes.
        public var length: Int {
            switch self {
            case .md5: 16
            case .sha1: 20
            case .sha256: 32
            case .sha384: 48
            }
        }
    }

    public var encryption: Encryption
    /// Of the code behind each record; of no meaning with ``Encryption/isAEAD``.
    public var authentication: Hash
    /// What keys are derived with from TLS 1.2 on.
    public var derivation: Hash

    /// `nil`: one that is not known here.
    public init?(_ number: UInt16) {
        guard let (encryption, authentication, derivation) = Self.parts(of: number) else { return nil }
        self.encryption = encryption
        self.authentication = authentication
        self.derivation = derivation
    }

    /// By the numbers of the IANA's TLS Cipher Suites registry (RFC 5246 appendix A.5, 5288, 5289, 7905, 8446 appendix B.4).
    private static func parts(of number: UInt16) -> (Encryption, Hash, Hash)? {
        switch number {
        case 0x0001: (.none, .md5, .sha256)
        case 0x0002: (.none, .sha1, .sha256)
        case 0x003b: (.none, .sha256, .sha256)
        case 0x000a, 0x0016, 0xc008, 0xc012: (.tripleDESCBC, .sha1, .sha256)
        case 0x002f, 0x0033, 0xc009, 0xc013: (.aes128CBC, .sha1, .sha256)
        case 0x0035, 0x0039, 0xc00a, 0xc014: (.aes256CBC, .sha1, .sha256)
        case 0x003c, 0x0067, 0xc023, 0xc027: (.aes128CBC, .sha256, .sha256)
        case 0x003d, 0x006b: (.aes256CBC, .sha256, .sha256)
        case 0xc024, 0xc028: (.aes256CBC, .sha384, .sha384)
        case 0x009c, 0x009e, 0xc02b, 0xc02f, 0x1301: (.aes128GCM, .sha256, .sha256)
        case 0x009d, 0x009f, 0xc02c, 0xc030, 0x1302: (.aes256GCM, .sha384, .sha384)
        case 0xcca8, 0xcca9, 0xccaa, 0x1303: (.chaCha20Poly1305, .sha256, .sha256)
        default: nil
        }
    }
}
