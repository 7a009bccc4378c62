import Wire

/// One kind of packet, RTP or RTCP, under a session's keys.
struct PacketCipher: ~Copyable, Sendable {
    /// What makes the suite.
    enum Algorithm: ~Copyable, Sendable {
        /// AES in counter mode, then HMAC-SHA1 (RFC 3711 section 4).
        case counterMode(BlockCipher)
        case gcm(AuthenticatedCipher)
    }

    let algorithm: Algorithm
    /// Of counter mode alone.
    let hmac: PacketHMAC
    /// Bytes.
    let tagLength: Int
    /// The session salt's 14 bytes as the upper part of 16.
    private let saltHigh: UInt64
    private let saltLow: UInt64

    init(_ suite: SRTPSuite, _ keys: SessionKeys, tagLength: Int, encrypts: Bool) throws(SRTPFailure) {
        if suite.isAEAD {
            algorithm = .gcm(try AuthenticatedCipher(key: keys.cipherKey, encrypts: encrypts))
        } else {
            algorithm = .counterMode(try BlockCipher(key: keys.cipherKey))
        }
        hmac = PacketHMAC(key: keys.authenticationKey)
        self.tagLength = tagLength
        let salt = keys.salt + [0, 0]
        saltHigh = salt.span.uint64(at: 0)
        saltLow = salt.span.uint64(at: 8)
    }

    /// Where counter mode starts for a packet (RFC 3711 section 4.1.1).
    @inline(__always)
    func counter(_ ssrc: UInt32, _ index: UInt64) -> (high: UInt64, low: UInt64) {
        (saltHigh ^ UInt64(ssrc), saltLow ^ index << 16)
    }

    /// GCM's nonce for a packet (RFC 7714 sections 8.1 and 9.1): two bytes of zero, SSRC, index in 48 bits; and the salt.
    @inline(__always)
    func nonce(_ ssrc: UInt32, _ index: UInt64) -> (high: UInt64, low: UInt32) {
        (
            saltHigh ^ (UInt64(ssrc) << 16 | index >> 32),
            UInt32(truncatingIfNeeded: saltLow >> 32) ^ UInt32(truncatingIfNeeded: index)
        )
    }
}
