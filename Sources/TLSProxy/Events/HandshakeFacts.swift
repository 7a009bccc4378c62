import ConfigLanguage

/// What a phone says first (RFC 8446 section 4.1.2).
public struct ClientHello: Hashable, Sendable {
    /// The highest version that it speaks, as on the wire: 0x0301 is TLS 1.0.
    public var version: UInt16
    /// Cipher suites in the phone's order, as on the wire.
    public var ciphers: [UInt16]
    /// It wants to resume a session.
    public var resumes: Bool
    /// `server_name`, where it is one.
    public var serverName: String?

    /// OpenSSL's names of ``ciphers``; a suite that has none stands as `0x1234`. Signals that are not suites are left out.
    public var cipherNames: [String] { CipherNames.names(of: ciphers) }
}

/// How a handshake ended well.
public struct HandshakeFacts: Hashable, Sendable {
    public var version: TLSVersion
    /// OpenSSL's name.
    public var cipher: String
    /// A session from before: no certificate was sent or checked, the facts of ``peer`` are those of the first time.
    public var isResumed: Bool
    /// `nil`: the peer has no certificate, or none was demanded.
    public var peer: PeerCertificate?
    /// Name of the trust anchor that the chain ends with. `nil` with ``peer`` set: the peer was not checked.
    public var trustpoint: String?
    /// Certificates that the peer sent: message 717025. 0 when resumed.
    public var chainLength: Int
    /// On the server's side: the call server asked for our certificate (message 725005).
    public var wasAskedForCertificate: Bool
}

/// A certificate as log messages and comparisons want it.
public struct PeerCertificate: Hashable, Sendable {
    /// Upper-case hexadecimal digits.
    public var serialNumber: String
    /// `cn=CP-7962G-SEP002155554502,ou=EVVBU,o=Cisco Systems Inc.`: the most particular first, names in lower case, as the
    /// ASA writes it. A comma, plus sign, quote, backslash or control character in a value is escaped (RFC 4514).
    public var subject: String
    public var issuer: String
    /// The subject's common name as it is; `nil` when there is none, more than one, or one with control characters.
    public var commonName: String?
    /// Seconds since 1970.
    public var notBefore: Int64
    public var notAfter: Int64
    /// Size of the public key.
    public var keyBits: Int
    public var der: [UInt8]
}

/// How a handshake ended badly.
public struct HandshakeFailure: Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
        /// ``HandshakeFailure/errors`` say why, and ``HandshakeFailure/verification`` where it is about the certificate.
        case library
        /// ``StreamDeadlines/handshake`` passed.
        case deadline
        /// The peer ended or reset the connection, or the stream was closed by order.
        case disconnected
    }

    public var cause: Cause
    /// Where the handshake stood, in OpenSSL's words: `SSLv3/TLS read client certificate`.
    public var state: String
    /// For message 725014, the first one first.
    public var errors: [LibraryError]
    public var verification: VerificationFailure?
}

/// An error of OpenSSL's.
public struct LibraryError: Hashable, Sendable {
    /// `tls_post_process_client_hello`.
    public var function: String
    /// `no shared cipher`.
    public var reason: String

    public init(function: String, reason: String) {
        self.function = function
        self.reason = reason
    }
}

/// Why the peer's certificate is not accepted.
public struct VerificationFailure: Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// No trust anchor issued it: messages 717009 and 717027, "No suitable trustpoint".
        case noTrustpoint
        case expired
        case notYetValid
        case badSignature
        /// A key or a digest that is too weak for the policy.
        case tooWeak
        /// Message 725015.
        case keyTooLarge(bits: Int, limit: Int)
        case chainTooLong
        /// Anything else that OpenSSL finds: its error number.
        case other(Int32)
    }

    public var reason: Reason
    /// OpenSSL's words: `certificate has expired`.
    public var text: String
    /// Which certificate: 0 is the peer's own, the last one the trust anchor.
    public var depth: Int
    /// The peer's own certificate.
    public var peer: PeerCertificate?
    /// Certificates that the peer sent.
    public var chainLength: Int
}
