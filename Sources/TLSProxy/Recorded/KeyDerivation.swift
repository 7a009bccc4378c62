import Wire

/// How TLS makes keys out of secrets.
enum KeyDerivation {
    /// The pseudorandom function (RFC 5246 section 5); before TLS 1.2 both MD5 and SHA-1 (RFC 2246 section 5).
    ///
    /// - Parameter version: as on the wire.
    static func expand(
        _ secret: [UInt8], _ label: String, _ seed: [UInt8], length: Int, version: UInt16, _ hash: TLSCipherSuite.Hash
    ) -> [UInt8]? {
        let seed = Array(label.utf8) + seed
        guard version < 0x0303 else { return expand(secret, seed, length, hash) }
        let half = (secret.count + 1) / 2
        guard let first = expand(Array(secret.prefix(half)), seed, length, .md5),
            let second = expand(Array(secret.suffix(half)), seed, length, .sha1)
        else { return nil }
        return zip(first, second).map { $0 ^ $1 }
    }

    /// P_hash of RFC 5246 section 5.
    private static func expand(
        _ secret: [UInt8], _ seed: [UInt8], _ length: Int, _ hash: TLSCipherSuite.Hash
    ) -> [UInt8]? {
        var output: [UInt8] = []
        var round = seed
        while output.count < length {
            guard let next = RecordCrypto.code(hash, key: secret, round),
                let more = RecordCrypto.code(hash, key: secret, next + seed)
            else { return nil }
            round = next
            output += more
        }
        return Array(output.prefix(length))
    }

    /// HKDF-Expand-Label without a context (RFC 8446 section 7.1), of no more than one hash.
    static func expandLabel(
        _ secret: [UInt8], _ label: String, length: Int, _ hash: TLSCipherSuite.Hash
    ) -> [UInt8]? {
        guard length <= hash.length else { return nil }
        let name = Array("tls13 \(label)".utf8)
        let info = [UInt8(length >> 8), UInt8(length & 0xff), UInt8(name.count)] + name + [0]
        return RecordCrypto.code(hash, key: secret, info + [1]).map { Array($0.prefix(length)) }
    }
}
