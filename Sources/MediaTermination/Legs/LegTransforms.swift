import Wire

/// What opens and seals the packets of one leg.
struct LegTransforms: ~Copyable {
    private(set) var isProtected = false
    /// A packet has authenticated under the present key.
    var isSecured = false
    // What is asked of every packet stands together.
    private var hasReceiver = false
    private var hasSender = false
    private var hasFormer = false
    private var receiverKey = KeyPlace()
    private var senderKey = KeyPlace()
    private var receiver: SRTPSession?
    private var sender: SRTPSession?
    private var receiveKey: MediaKey?
    private var sendKey: MediaKey?
    /// What was sent before the party knew of the present key may still come.
    private var former: SRTPSession?
    private var formerEnd: UInt64 = 0
    /// A key that the transform refused.
    private var hasReceiverFailed = false
    private var hasSenderFailed = false

    init() {}

    /// Takes over what the plan says; keys that did not change go on as they are. `false` when a key was refused.
    mutating func install(
        _ protection: MediaProtection, _ implementation: SRTPSession.Implementation, formerUntil end: UInt64
    ) -> Bool {
        guard case .srtp(let receive, let send) = protection else {
            self = LegTransforms()
            return true
        }
        isProtected = true
        if receive != receiveKey {
            if let old = receiver.take() {
                former = consume old
                formerEnd = end
            }
            receiveKey = receive
            isSecured = false
            receiver = Self.session(receive, .unprotect, implementation)
            hasReceiverFailed = receive != nil && receiver == nil
        }
        if send != sendKey {
            sendKey = send
            sender = Self.session(send, .protect, implementation)
            hasSenderFailed = send != nil && sender == nil
        }
        hasReceiver = receiver != nil
        hasSender = sender != nil
        receiverKey = receiver?.keyPlace() ?? KeyPlace()
        senderKey = sender?.keyPlace() ?? KeyPlace()
        hasFormer = former != nil
        return !hasReceiverFailed && !hasSenderFailed
    }

    private static func session(
        _ key: MediaKey?, _ direction: SRTPSession.Direction, _ implementation: SRTPSession.Implementation
    ) -> SRTPSession? {
        guard let key else { return nil }
        return try? SRTPSession(
            suite: key.suite, masterKey: key.key, direction: direction, implementation: implementation)
    }

    /// Gives up the former key when its time is over.
    mutating func expireFormer(at now: UInt64) {
        guard hasFormer, now >= formerEnd else { return }
        former = nil
        hasFormer = false
    }

    /// Fetches what opening or sealing a packet needs first; changes nothing.
    @inline(__always)
    mutating func expectToOpen() {
        guard hasReceiver else { return }
        unsafe withUnsafePointer(to: &receiver) { unsafe Prefetch.memory($0, lines: Self.hotLines) }
        receiverKey.expect()
    }

    @inline(__always)
    mutating func expectToSeal() {
        guard hasSender else { return }
        unsafe withUnsafePointer(to: &sender) { unsafe Prefetch.memory($0, lines: Self.hotLines) }
        senderKey.expect()
    }

    /// Of a session, what RTP needs.
    private static let hotLines = 3

    /// Opens what the next slot of `batch` holds, of `length` bytes, a copy of `payload`. The length in the clear.
    @inline(__always)
    mutating func open(
        _ batch: FrameBatch, _ length: Int, _ channel: MediaChannel, copyOf payload: Span<UInt8>
    ) throws(MediaDropReason) -> Int {
        guard hasReceiver else { throw hasReceiverFailed ? .srtpSetupFailed : .srtpOnePartNoKey }
        do throws(SRTPFailure) {
            let result = try batch.withNextPayload { bytes throws(SRTPFailure) -> Int? in
                channel == .rtp
                    ? try receiver?.unprotect(&bytes, length: length)
                    : try receiver?.unprotectRTCP(&bytes, length: length)
            }
            isSecured = true
            return result ?? 0
        } catch {
            guard hasFormer, error == .authenticationFailed else {
                throw MediaDropReason(opening: error, channel)
            }
            return try openByFormer(batch, length, channel, copyOf: payload)
        }
    }

    @inline(never)
    private mutating func openByFormer(
        _ batch: FrameBatch, _ length: Int, _ channel: MediaChannel, copyOf payload: Span<UInt8>
    ) throws(MediaDropReason) -> Int {
        // The attempt may have changed the packet.
        batch.copyToNextPayload(payload)
        do throws(SRTPFailure) {
            return try batch.withNextPayload { bytes throws(SRTPFailure) -> Int? in
                channel == .rtp
                    ? try former?.unprotect(&bytes, length: length)
                    : try former?.unprotectRTCP(&bytes, length: length)
            } ?? 0
        } catch {
            throw MediaDropReason(opening: error, channel)
        }
    }

    /// Seals what the next slot of `batch` holds, of `length` bytes. The length it has then.
    @inline(__always)
    mutating func seal(_ batch: FrameBatch, _ length: Int, _ channel: MediaChannel) throws(MediaDropReason) -> Int {
        guard hasSender else { throw hasSenderFailed ? .srtpSetupFailed : .srtpOnePartNoKey }
        do throws(SRTPFailure) {
            return try batch.withNextPayload { bytes throws(SRTPFailure) -> Int? in
                channel == .rtp
                    ? try sender?.protect(&bytes, length: length)
                    : try sender?.protectRTCP(&bytes, length: length)
            } ?? 0
        } catch {
            throw MediaDropReason(sealing: error)
        }
    }
}

extension MediaDropReason {
    fileprivate init(opening failure: SRTPFailure, _ channel: MediaChannel) {
        switch failure {
        case .invalidLength, .noRoom: self = channel == .rtp ? .rtpInvalidLength : .rtcpInvalidLength
        case .invalidVersion: self = channel == .rtp ? .rtpInvalidVersion : .rtcpInvalidVersion
        case .authenticationFailed: self = .srtpValidateAuthTagFailed
        case .replayedDuplicate, .replayedOld: self = .rtpSequenceNumberOutOfRange
        case .sourceLimit: self = .rtpSSRCMismatch
        case .setupFailed, .wrongDirection: self = .srtpSetupFailed
        case .decryptFailed, .encryptFailed, .tagGenerationFailed, .notEncrypted, .keyExhausted:
            self = .srtpDecryptFailed
        }
    }

    fileprivate init(sealing failure: SRTPFailure) {
        switch failure {
        case .tagGenerationFailed: self = .srtpGenerateAuthTagFailed
        case .replayedDuplicate, .replayedOld: self = .rtpSequenceNumberOutOfRange
        case .sourceLimit: self = .rtpSSRCMismatch
        case .setupFailed, .wrongDirection: self = .srtpSetupFailed
        default: self = .srtpEncryptFailed
        }
    }
}
