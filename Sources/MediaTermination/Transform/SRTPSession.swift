import Wire

/// SRTP and SRTCP under one master key, which is one direction of one media stream (RFC 3711, RFC 6188, RFC 7714): packets
/// are protected or unprotected in the caller's buffer, without an allocation, a lock or a wait.
///
/// Its owner may hand it to another thread, and uses it from one at a time. It knows up to 16 synchronization sources; on
/// the receiving side only an authenticated packet makes one known, and then in place of the one that was silent for
/// longest. On the sending side a 17th is refused: a source that came back after it was forgotten would repeat its key
/// stream. Master key identifiers (MKI) are not spoken.
public struct SRTPSession: ~Copyable, Sendable {
    public enum Direction: UInt8, Sendable, CaseIterable {
        case protect, unprotect
    }

    public enum Implementation: UInt8, Sendable, CaseIterable {
        /// On libcrypto: flat in the number of streams, and five to a hundred times as fast as libsrtp2 where that
        /// stands on NSS.
        case own
        /// For when ``TransformSelfTest`` finds that both do not agree.
        case libsrtp
    }

    /// Bytes that ``protect(_:length:)`` and ``protectRTCP(_:length:)`` add at most, whatever the suite.
    public static let maximumOverhead = 20

    public let suite: SRTPSuite
    public let direction: Direction

    // One of the two.
    private var own: StreamTransform?
    private var reference: LibSRTPSession?

    /// - Throws: ``SRTPFailure/setupFailed`` when the key does not have the suite's length or a library refuses it.
    public init(
        suite: SRTPSuite, masterKey: SRTPMasterKey, direction: Direction, implementation: Implementation = .own
    ) throws(SRTPFailure) {
        self.suite = suite
        self.direction = direction
        switch implementation {
        case .own:
            own = try StreamTransform(suite, masterKey, direction)
            reference = nil
        case .libsrtp:
            own = nil
            reference = try LibSRTPSession(suite, masterKey, direction)
        }
    }

    /// Of the key for RTP.
    func keyPlace() -> KeyPlace { own?.keyPlace() ?? KeyPlace() }

    /// Protects the RTP packet of `length` bytes at the start of `buffer`, which has room behind it: for the suite's
    /// ``Wire/SRTPSuite/tagLength``.
    ///
    /// - Returns: the length it has now. When it throws, the packet must not be sent: it may be encrypted in part.
    @inline(__always)
    public mutating func protect(_ buffer: inout MutableSpan<UInt8>, length: Int) throws(SRTPFailure) -> Int {
        guard direction == .protect else { throw .wrongDirection }
        guard length >= 0, length <= buffer.count, suite.tagLength <= buffer.count - length else { throw .noRoom }
        if let length = try own?.protect(&buffer, length) { return length }
        guard let length = try reference?.protect(&buffer, length) else { throw .setupFailed }
        return length
    }

    /// Authenticates and decrypts the SRTP packet of `length` bytes at the start of `buffer`.
    ///
    /// - Returns: the length it has now. When it throws, nothing of the session has changed; the packet may have.
    @inline(__always)
    public mutating func unprotect(_ buffer: inout MutableSpan<UInt8>, length: Int) throws(SRTPFailure) -> Int {
        guard direction == .unprotect else { throw .wrongDirection }
        guard length >= 0, length <= buffer.count else { throw .noRoom }
        if let length = try own?.unprotect(&buffer, length) { return length }
        guard let length = try reference?.unprotect(&buffer, length) else { throw .setupFailed }
        return length
    }

    /// As ``protect(_:length:)``, for an RTCP packet, compound or not. Needs room for 4 bytes of index and the suite's
    /// ``Wire/SRTPSuite/controlTagLength``.
    public mutating func protectRTCP(_ buffer: inout MutableSpan<UInt8>, length: Int) throws(SRTPFailure) -> Int {
        guard direction == .protect else { throw .wrongDirection }
        let overhead = suite.controlTagLength + ControlIndex.length
        guard length >= 0, length <= buffer.count, overhead <= buffer.count - length else { throw .noRoom }
        if let length = try own?.protectRTCP(&buffer, length) { return length }
        guard let length = try reference?.protectRTCP(&buffer, length) else { throw .setupFailed }
        return length
    }

    /// As ``unprotect(_:length:)``, for an SRTCP packet.
    public mutating func unprotectRTCP(_ buffer: inout MutableSpan<UInt8>, length: Int) throws(SRTPFailure) -> Int {
        guard direction == .unprotect else { throw .wrongDirection }
        guard length >= 0, length <= buffer.count else { throw .noRoom }
        if let length = try own?.unprotectRTCP(&buffer, length) { return length }
        guard let length = try reference?.unprotectRTCP(&buffer, length) else { throw .setupFailed }
        return length
    }
}
