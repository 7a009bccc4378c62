/// Why a packet was not protected or not unprotected, in the words of the ASA's drop reasons; what is counted under which
/// is the caller's to decide.
public enum SRTPFailure: UInt8, Error, Sendable, CaseIterable {
    /// Too short for its header, CSRC list, header extension, index or tag (`inspect-rtp-invalid-length`).
    case invalidLength
    /// Not version 2 (`inspect-rtp-invalid-version`).
    case invalidVersion
    /// The packet's tag is not the key's (`inspect-srtp-validate-authtag-failed`).
    case authenticationFailed
    /// `inspect-srtp-decrypt-failed`.
    case decryptFailed
    /// `inspect-srtp-encrypt-failed`.
    case encryptFailed
    /// `inspect-srtp-generate-authtag-failed`.
    case tagGenerationFailed
    /// The index was used before (RFC 3711 section 3.3.2).
    case replayedDuplicate
    /// The index lies before the replay window: used or not, nobody knows.
    case replayedOld
    /// SRTCP that says it is not encrypted (RFC 3711 section 3.4), which no suite of ours negotiates.
    case notEncrypted
    /// The master key has protected all the packets it may (RFC 3711 section 9.2), or the stream's index has come to its
    /// end.
    case keyExhausted
    /// More synchronization sources than a session may protect under one key.
    case sourceLimit
    /// A session for one direction was asked for the other.
    case wrongDirection
    /// The buffer ends before the packet, or has no room behind it for what protection adds.
    case noRoom
    /// The key does not fit the suite, or the library refused it (`inspect-srtp-setup-srtp-failed`).
    case setupFailed
}
