import CSRTP
import Wire

/// The same as ``StreamTransform`` by libsrtp2: the reference, and the fallback.
///
/// Used by one thread at a time, as its owner is. This file is one of the thin wrappers around C, the only one that knows
/// libsrtp.
@safe
struct LibSRTPSession: ~Copyable, @unchecked Sendable {
    private typealias Call = (srtp_t, UnsafeMutableRawPointer, UnsafeMutablePointer<Int32>) -> srtp_err_status_t

    private let session: srtp_t
    private let direction: SRTPSession.Direction
    private let suite: SRTPSuite
    /// libsrtp keeps every source it ever saw; this is what it knows, from the latest to the one that was silent for
    /// longest.
    private var sources: [UInt32] = []

    init(
        _ suite: SRTPSuite, _ masterKey: SRTPMasterKey, _ direction: SRTPSession.Direction
    ) throws(SRTPFailure) {
        guard masterKey.bytes.count == suite.keyLength + suite.saltLength, SRTPLibrary.isReady else {
            throw .setupFailed
        }
        var policy = unsafe srtp_policy_t()
        unsafe Self.select(suite, &policy.rtp, &policy.rtcp)
        unsafe policy.ssrc.type = direction == .protect ? ssrc_any_outbound : ssrc_any_inbound
        unsafe policy.window_size = UInt(ReplayWindow.size)
        var key = masterKey.bytes + [UInt8](repeating: 0, count: Int(SRTP_MAX_KEY_LEN) - masterKey.bytes.count)
        let created = unsafe key.withUnsafeMutableBufferPointer { key -> srtp_t? in
            unsafe policy.key = key.baseAddress
            var session: srtp_t?
            return unsafe srtp_create(&session, &policy) == srtp_err_status_ok ? session : nil
        }
        guard let created = unsafe created else { throw .setupFailed }
        unsafe session = created
        self.direction = direction
        self.suite = suite
        sources.reserveCapacity(SourceTable.limit + 1)
    }

    deinit { unsafe srtp_dealloc(session) }

    mutating func protect(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try rtpSSRC(buffer, length, behind: 0)
        return unsafe try run(&buffer, length, ssrc) { unsafe srtp_protect($0, $1, $2) }
    }

    mutating func unprotect(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try rtpSSRC(buffer, length, behind: suite.tagLength)
        return unsafe try run(&buffer, length, ssrc) { unsafe srtp_unprotect($0, $1, $2) }
    }

    mutating func protectRTCP(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try StreamTransform.controlSSRC(buffer, length)
        return unsafe try run(&buffer, length, ssrc) { unsafe srtp_protect_rtcp($0, $1, $2) }
    }

    mutating func unprotectRTCP(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try StreamTransform.controlSSRC(buffer, length)
        // With GCM, libsrtp would take what is authenticated only.
        _ = try ControlIndex.read(buffer, length, suite)
        return unsafe try run(&buffer, length, ssrc) { unsafe srtp_unprotect_rtcp($0, $1, $2) }
    }

    private mutating func run(
        _ buffer: inout MutableSpan<UInt8>, _ length: Int, _ ssrc: UInt32, _ call: Call
    ) throws(SRTPFailure) -> Int {
        if direction == .protect, sources.count >= SourceTable.limit, !sources.contains(ssrc) { throw .sourceLimit }
        var size = Int32(truncatingIfNeeded: length)
        let status = unsafe buffer.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return srtp_err_status_bad_param }
            return unsafe call(session, UnsafeMutableRawPointer(start), &size)
        }
        guard status == srtp_err_status_ok else { throw failure(status) }
        remember(ssrc)
        return Int(size)
    }

    private mutating func remember(_ ssrc: UInt32) {
        if sources.first == ssrc { return }
        if let place = sources.firstIndex(of: ssrc) { sources.remove(at: place) }
        sources.insert(ssrc, at: 0)
        if sources.count > SourceTable.limit, let oldest = sources.popLast() {
            unsafe srtp_remove_stream(session, oldest.bigEndian)
        }
    }
}

// MARK: Headers

extension LibSRTPSession {
    /// libsrtp does not look at the version, and leaves lengths to its cipher.
    private func rtpSSRC(
        _ buffer: borrowing MutableSpan<UInt8>, _ length: Int, behind tail: Int
    ) throws(SRTPFailure) -> UInt32 {
        let header = try StreamTransform.header(buffer, length)
        guard header.payloadOffset <= length - tail else { throw .invalidLength }
        return header.ssrc
    }
}

// MARK: libsrtp's own terms

extension LibSRTPSession {
    private static func select(
        _ suite: SRTPSuite, _ rtp: inout srtp_crypto_policy_t, _ rtcp: inout srtp_crypto_policy_t
    ) {
        switch suite {
        case .aesCM128HMACSHA1x80:
            unsafe srtp_crypto_policy_set_rtp_default(&rtp)
            unsafe srtp_crypto_policy_set_rtp_default(&rtcp)
        case .aesCM128HMACSHA1x32:
            unsafe srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&rtp)
            unsafe srtp_crypto_policy_set_rtp_default(&rtcp)
        case .aesCM256HMACSHA1x80:
            unsafe srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&rtp)
            unsafe srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&rtcp)
        case .aesCM256HMACSHA1x32:
            unsafe srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32(&rtp)
            unsafe srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80(&rtcp)
        case .aeadAES128GCM:
            unsafe srtp_crypto_policy_set_aes_gcm_128_16_auth(&rtp)
            unsafe srtp_crypto_policy_set_aes_gcm_128_16_auth(&rtcp)
        case .aeadAES256GCM:
            unsafe srtp_crypto_policy_set_aes_gcm_256_16_auth(&rtp)
            unsafe srtp_crypto_policy_set_aes_gcm_256_16_auth(&rtcp)
        }
    }

    private func failure(_ status: srtp_err_status_t) -> SRTPFailure {
        switch status {
        case srtp_err_status_auth_fail: .authenticationFailed
        case srtp_err_status_replay_fail: .replayedDuplicate
        case srtp_err_status_replay_old, srtp_err_status_pkt_idx_old: .replayedOld
        case srtp_err_status_key_expired, srtp_err_status_pkt_idx_adv: .keyExhausted
        case srtp_err_status_cant_check: .notEncrypted
        case srtp_err_status_bad_param, srtp_err_status_parse_err: .invalidLength
        default: direction == .protect ? .encryptFailed : .decryptFailed
        }
    }
}

/// libsrtp2, of which a process has one.
public enum SRTPLibrary {
    /// Whether it can be used. Set up once, whoever comes first; it must not be set up by two at a time.
    public static let isReady = srtp_init() == srtp_err_status_ok
}
