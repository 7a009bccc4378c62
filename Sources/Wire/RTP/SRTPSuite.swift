/// How a stream's media is protected: the crypto suites of SDP security descriptions (RFC 4568 section 6.2, RFC 6188,
/// RFC 7714) that the box speaks.
public enum SRTPSuite: UInt8, Sendable, CaseIterable {
    case aesCM128HMACSHA1x80
    case aesCM128HMACSHA1x32
    case aesCM256HMACSHA1x80
    case aesCM256HMACSHA1x32
    case aeadAES128GCM
    case aeadAES256GCM

    /// As in `a=crypto`.
    public var name: String {
        switch self {
        case .aesCM128HMACSHA1x80: "AES_CM_128_HMAC_SHA1_80"
        case .aesCM128HMACSHA1x32: "AES_CM_128_HMAC_SHA1_32"
        case .aesCM256HMACSHA1x80: "AES_256_CM_HMAC_SHA1_80"
        case .aesCM256HMACSHA1x32: "AES_256_CM_HMAC_SHA1_32"
        case .aeadAES128GCM: "AEAD_AES_128_GCM"
        case .aeadAES256GCM: "AEAD_AES_256_GCM"
        }
    }

    /// Bytes.
    public var keyLength: Int {
        switch self {
        case .aesCM128HMACSHA1x80, .aesCM128HMACSHA1x32, .aeadAES128GCM: 16
        case .aesCM256HMACSHA1x80, .aesCM256HMACSHA1x32, .aeadAES256GCM: 32
        }
    }

    /// Bytes.
    public var saltLength: Int {
        switch self {
        case .aeadAES128GCM, .aeadAES256GCM: 12
        default: 14
        }
    }

    /// Bytes that protection adds to an RTP packet.
    public var tagLength: Int {
        switch self {
        case .aesCM128HMACSHA1x80, .aesCM256HMACSHA1x80: 10
        case .aesCM128HMACSHA1x32, .aesCM256HMACSHA1x32: 4
        case .aeadAES128GCM, .aeadAES256GCM: 16
        }
    }
}

extension SRTPSuite {
    /// Encryption and authentication in one (RFC 7714).
    public var isAEAD: Bool { self == .aeadAES128GCM || self == .aeadAES256GCM }

    /// Bytes of the tag of an RTCP packet, which keeps its length where RTP's is cut (RFC 4568 section 6.2.2, RFC 6188
    /// section 4). SRTCP adds four bytes more, for its index.
    public var controlTagLength: Int {
        switch self {
        case .aeadAES128GCM, .aeadAES256GCM: 16
        default: 10
        }
    }
}
