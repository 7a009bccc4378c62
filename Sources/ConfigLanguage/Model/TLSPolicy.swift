/// The cipher suites that `ssl encryption` and `client cipher-suite` name.
public enum SSLCipher: String, Hashable, Sendable, CaseIterable {
    case tripleDESSHA1 = "3des-sha1"
    case aes128SHA1 = "aes128-sha1"
    case aes256SHA1 = "aes256-sha1"
    case desSHA1 = "des-sha1"
    case dheAES128SHA1 = "dhe-aes128-sha1"
    case dheAES256SHA1 = "dhe-aes256-sha1"
    case nullSHA1 = "null-sha1"
    case rc4MD5 = "rc4-md5"
    case rc4SHA1 = "rc4-sha1"

    /// What OpenSSL calls it, which is also how log messages 725011 and 725012 do.
    public var openSSLName: String {
        switch self {
        case .tripleDESSHA1: "DES-CBC3-SHA"
        case .aes128SHA1: "AES128-SHA"
        case .aes256SHA1: "AES256-SHA"
        case .desSHA1: "DES-CBC-SHA"
        case .dheAES128SHA1: "DHE-RSA-AES128-SHA"
        case .dheAES256SHA1: "DHE-RSA-AES256-SHA"
        case .nullSHA1: "NULL-SHA"
        case .rc4MD5: "RC4-MD5"
        case .rc4SHA1: "RC4-SHA"
        }
    }

    /// Broken, or none at all: a connection with it is not private.
    public var isWeak: Bool {
        switch self {
        case .aes128SHA1, .aes256SHA1, .dheAES128SHA1, .dheAES256SHA1: false
        case .tripleDESSHA1, .desSHA1, .nullSHA1, .rc4MD5, .rc4SHA1: true
        }
    }
}

/// Versions of TLS, oldest first. SSL 2.0 and 3.0 are not spoken, whatever a configuration says (RFC 6176, RFC 7568).
public enum TLSVersion: String, Hashable, Sendable, CaseIterable, Comparable {
    case tls10 = "TLSv1"
    case tls11 = "TLSv1.1"
    case tls12 = "TLSv1.2"
    case tls13 = "TLSv1.3"

    /// As on the wire (RFC 8446 section 4.1.2), and as OpenSSL counts them.
    public var wireValue: UInt16 {
        switch self {
        case .tls10: 0x0301
        case .tls11: 0x0302
        case .tls12: 0x0303
        case .tls13: 0x0304
        }
    }

    public static func < (left: TLSVersion, right: TLSVersion) -> Bool { left.wireValue < right.wireValue }
}

/// Which versions and ciphers one side of a TLS proxy speaks.
public struct TLSPolicy: Hashable, Sendable {
    public var minimum: TLSVersion
    public var maximum: TLSVersion
    /// Of TLS 1.2 and before, in order of preference; `nil`: the library's own choice of what is safe. Those of TLS 1.3
    /// are not chosen from.
    public var ciphers: [SSLCipher]?

    public init(minimum: TLSVersion = .tls12, maximum: TLSVersion = .tls13, ciphers: [SSLCipher]? = nil) {
        self.minimum = minimum
        self.maximum = maximum
        self.ciphers = ciphers
    }

    /// What is spoken where a configuration says nothing: TLS 1.2 and 1.3, with modern ciphers.
    public static let modern = TLSPolicy()

    /// It asks for what current libraries refuse unless they are told so: TLS before 1.2, or a weak cipher.
    public var isLegacy: Bool { minimum < .tls12 || ciphers?.contains(where: \.isWeak) ?? false }
}

/// `ssl …` (cisco-facts 3.8).
public struct SSLSettings: Hashable, Sendable {
    /// `ssl server-version` and `ssl client-version`.
    public enum Version: String, Hashable, Sendable, CaseIterable {
        case any
        case sslv3
        case sslv3Only = "sslv3-only"
        case tlsv1
        case tlsv1Only = "tlsv1-only"
        case tlsv1_1 = "tlsv1.1"
        case tlsv1_2 = "tlsv1.2"
        case tlsv1_3 = "tlsv1.3"

        /// From the version named upward, as ASA 9.3 has it; `any` and `sslv3` begin with the oldest that is spoken.
        /// `nil`: nothing is left.
        public var versions: ClosedRange<TLSVersion>? {
            switch self {
            case .any, .sslv3, .tlsv1: .tls10 ... .tls13
            case .sslv3Only: nil
            case .tlsv1Only: .tls10 ... .tls10
            case .tlsv1_1: .tls11 ... .tls13
            case .tlsv1_2: .tls12 ... .tls13
            case .tlsv1_3: .tls13 ... .tls13
            }
        }
    }

    /// Toward phones.
    public var serverVersion = Version.tlsv1_2
    /// Toward call servers.
    public var clientVersion = Version.tlsv1_2
    /// `ssl encryption`, in order of preference; `nil`: nothing is said.
    public var encryption: [SSLCipher]?

    public init() {}
}

extension Configuration {
    /// What is spoken toward phones.
    public var phonePolicy: TLSPolicy { policy(ssl.serverVersion, ssl.encryption) }

    /// What is spoken toward call servers by `proxy`.
    public func serverPolicy(of proxy: TLSProxyDefinition) -> TLSPolicy {
        policy(ssl.clientVersion, proxy.clientCiphers.isEmpty ? ssl.encryption : proxy.clientCiphers)
    }

    private func policy(_ version: SSLSettings.Version, _ ciphers: [SSLCipher]?) -> TLSPolicy {
        var policy = TLSPolicy.modern
        if let versions = version.versions {
            policy.minimum = versions.lowerBound
            policy.maximum = versions.upperBound
        }
        policy.ciphers = ciphers
        return policy
    }
}
