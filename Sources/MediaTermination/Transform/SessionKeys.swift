import CMediaCrypto
import Wire

/// What follows from a master key (RFC 3711 section 4.3, RFC 6188, RFC 7714 section 11) for packets of one kind; the key
/// derivation rate is 0, so it is derived once.
struct SessionKeys {
    enum Purpose: UInt8 {
        case rtp = 0
        case rtcp = 3
    }

    static let authenticationKeyLength = 20
    static let saltLength = 14

    let cipherKey: [UInt8]
    let authenticationKey: [UInt8]
    /// GCM's 12 bytes end with two of zero.
    let salt: [UInt8]
}

extension SessionKeys {
    init(_ masterKey: SRTPMasterKey, _ suite: SRTPSuite, for purpose: Purpose) throws(SRTPFailure) {
        guard masterKey.bytes.count == suite.keyLength + suite.saltLength else { throw .setupFailed }
        var generator = try Generator(masterKey, suite)
        let cipherKey = try generator.bytes(suite.keyLength, label: purpose.rawValue)
        let authenticationKey = try generator.bytes(Self.authenticationKeyLength, label: purpose.rawValue + 1)
        let salt = try generator.bytes(suite.saltLength, label: purpose.rawValue + 2)
        self.init(
            cipherKey: cipherKey, authenticationKey: authenticationKey,
            salt: salt + [UInt8](repeating: 0, count: Self.saltLength - salt.count))
    }

    /// AES in counter mode over nothing, under the master key.
    struct Generator: ~Copyable {
        private let cipher: BlockCipher
        private let high: UInt64
        private let low: UInt64

        init(_ masterKey: SRTPMasterKey, _ suite: SRTPSuite) throws(SRTPFailure) {
            var salt = Array(masterKey.bytes[suite.keyLength...])
            salt += [UInt8](repeating: 0, count: 16 - salt.count)
            cipher = try BlockCipher(key: Array(masterKey.bytes[..<suite.keyLength]))
            high = salt.span.uint64(at: 0)
            low = salt.span.uint64(at: 8)
        }

        /// - Parameter label: which of the keys. It stands in byte 7 of the 14 bytes that are added to the salt, behind it
        ///   the index, which is 0.
        mutating func bytes(_ count: Int, label: UInt8) throws(SRTPFailure) -> [UInt8] {
            var result = [UInt8](repeating: 0, count: count)
            var span = result.mutableSpan
            guard cipher.counterMode(&span, 0..<count, high: high ^ UInt64(label), low: low) else { throw .setupFailed }
            return result
        }
    }
}
