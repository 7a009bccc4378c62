import CSRTP
import Glibc
import MediaTermination

/// The SDES suites that phones here offer and take (RFC 4568 section 6.2, RFC 7714 section 14.2).
enum SDESSuite: String, CaseIterable {
    case aes128Tag80 = "AES_CM_128_HMAC_SHA1_80"
    case aes128Tag32 = "AES_CM_128_HMAC_SHA1_32"
    case gcm128 = "AEAD_AES_128_GCM"
    case gcm256 = "AEAD_AES_256_GCM"

    /// Master key and salt together.
    var keyBytes: Int {
        switch self {
        case .aes128Tag80, .aes128Tag32: 30
        case .gcm128: 28
        case .gcm256: 44
        }
    }
}

/// One direction of a call's SRTP, by libsrtp2: what the box's own transform is measured against.
///
/// This file is one of the thin wrappers around C.
@safe
final class MediaCrypto {
    enum Direction { case sending, receiving }
    enum Failure: Error { case authentication, replay, other }

    private let session: srtp_t
    /// More than SRTP ever adds.
    static let room = 64

    /// - Parameter key: master key and salt, as many bytes as the suite says.
    init?(_ suite: SDESSuite, key: [UInt8], _ direction: Direction) {
        guard SRTPLibrary.isReady, key.count == suite.keyBytes else { return nil }
        var key = key
        let made = unsafe key.withUnsafeMutableBufferPointer { buffer -> srtp_t? in
            var policy = unsafe srtp_policy_t()
            switch suite {
            case .aes128Tag80: unsafe srtp_crypto_policy_set_rtp_default(&policy.rtp)
            case .aes128Tag32: unsafe srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp)
            case .gcm128: unsafe srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp)
            case .gcm256: unsafe srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp)
            }
            unsafe policy.rtcp = policy.rtp
            unsafe policy.ssrc.type = direction == .sending ? ssrc_any_outbound : ssrc_any_inbound
            unsafe policy.key = buffer.baseAddress
            unsafe policy.window_size = 1024
            var session: srtp_t?
            guard unsafe srtp_create(&session, &policy) == srtp_err_status_ok else { return nil }
            return unsafe session
        }
        guard let made = unsafe made else { return nil }
        unsafe session = made
    }

    deinit { unsafe srtp_dealloc(session) }

    /// Protects the packet in the first `count` bytes; the new length. `nil` when libsrtp2 refuses.
    func protect(_ packet: inout [UInt8], count: Int) -> Int? {
        guard packet.count >= count + Self.room else { return nil }
        var length = Int32(count)
        let status = unsafe packet.withUnsafeMutableBytes { unsafe srtp_protect(session, $0.baseAddress, &length) }
        return status == srtp_err_status_ok ? Int(length) : nil
    }

    /// Opens the packet in the first `count` bytes; the new length.
    func unprotect(_ packet: inout [UInt8], count: Int) throws(Failure) -> Int {
        guard packet.count >= count else { throw .other }
        var length = Int32(count)
        let status = unsafe packet.withUnsafeMutableBytes { unsafe srtp_unprotect(session, $0.baseAddress, &length) }
        switch status {
        case srtp_err_status_ok: return Int(length)
        case srtp_err_status_auth_fail: throw .authentication
        case srtp_err_status_replay_fail, srtp_err_status_replay_old: throw .replay
        default: throw .other
        }
    }
}
