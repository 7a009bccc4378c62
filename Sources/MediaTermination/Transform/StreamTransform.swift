import Wire

/// The box's own transform: a session's keys and what is known of its sources. The order of work is libsrtp's: header,
/// source, index, replay, tag, decryption, and only then anything changes.
struct StreamTransform: ~Copyable, Sendable {
    // What every packet needs stands in front.
    private let rtp: PacketCipher
    private var sources = SourceTable()
    private var budget: UInt64 = 1 << 48

    let suite: SRTPSuite
    let control: PacketCipher
    var controlSources = SourceTable()
    /// Of the next SRTCP packet sent. One for all sources, so that no source ever repeats an index.
    var nextControlIndex: UInt64 = 0

    init(_ suite: SRTPSuite, _ masterKey: SRTPMasterKey, _ direction: SRTPSession.Direction) throws(SRTPFailure) {
        let encrypts = direction == .protect
        let rtp = try PacketCipher(
            suite, SessionKeys(masterKey, suite, for: .rtp), tagLength: suite.tagLength, encrypts: encrypts)
        let control = try PacketCipher(
            suite, SessionKeys(masterKey, suite, for: .rtcp), tagLength: suite.controlTagLength, encrypts: encrypts)
        self.suite = suite
        self.rtp = rtp
        self.control = control
    }

    /// Of the key for RTP.
    func keyPlace() -> KeyPlace {
        switch rtp.algorithm {
        case .counterMode(let cipher): cipher.keyPlace
        case .gcm: KeyPlace()
        }
    }

    /// `buffer` has room for the tag behind the packet.
    @inline(__always)
    mutating func protect(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let header = try Self.header(buffer, length)
        let index = try index(of: header)
        if sources.window(of: header.ssrc) == nil, sources.isFull { throw .sourceLimit }
        switch rtp.algorithm {
        case .counterMode(let cipher):
            let counter = rtp.counter(header.ssrc, index)
            let encrypted = cipher.counterMode(
                &buffer, header.payloadOffset..<length, high: counter.high, low: counter.low)
            guard encrypted else { throw .encryptFailed }
            rtp.hmac.sign(&buffer, to: length, trailer: PacketIndex.rolloverCounter(index), length: rtp.tagLength)
        case .gcm(let cipher):
            let terms = AuthenticatedCipher.Terms(nonce: rtp.nonce(header.ssrc, index), clear: header.payloadOffset)
            guard cipher.seal(&buffer, to: length, terms) else { throw .encryptFailed }
        }
        commit(index, of: header.ssrc)
        return length + rtp.tagLength
    }

    @inline(__always)
    mutating func unprotect(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let header = try Self.header(buffer, length)
        let end = length - rtp.tagLength
        guard header.payloadOffset <= end else { throw .invalidLength }
        let index = try index(of: header)
        switch rtp.algorithm {
        case .counterMode(let cipher):
            let rollover = PacketIndex.rolloverCounter(index)
            guard rtp.hmac.verify(buffer, to: end, trailer: rollover, length: rtp.tagLength) else {
                throw .authenticationFailed
            }
            let counter = rtp.counter(header.ssrc, index)
            let decrypted = cipher.counterMode(
                &buffer, header.payloadOffset..<end, high: counter.high, low: counter.low)
            guard decrypted else { throw .decryptFailed }
        case .gcm(let cipher):
            let terms = AuthenticatedCipher.Terms(nonce: rtp.nonce(header.ssrc, index), clear: header.payloadOffset)
            try cipher.open(&buffer, to: end, terms)
        }
        commit(index, of: header.ssrc)
        return end
    }

    @inline(__always)
    static func header(
        _ buffer: borrowing MutableSpan<UInt8>, _ length: Int
    ) throws(SRTPFailure) -> RTPHeader {
        let packet = buffer.span.extracting(0..<length)
        do throws(WireError) {
            return try RTPHeader.decode(packet)
        } catch {
            throw error.field == .version ? .invalidVersion : .invalidLength
        }
    }

    /// The packet's index, if it may still be used.
    @inline(__always)
    private func index(of header: RTPHeader) throws(SRTPFailure) -> UInt64 {
        let window = sources.window(of: header.ssrc)
        let index = PacketIndex.estimate(header.sequenceNumber, highest: window?.highest)
        guard index <= PacketIndex.last, budget > 0 else { throw .keyExhausted }
        try window?.check(index)
        return index
    }

    @inline(__always)
    private mutating func commit(_ index: UInt64, of ssrc: UInt32) {
        sources.commit(index, of: ssrc)
        budget -= 1
    }
}

// MARK: For tests

extension StreamTransform {
    /// Says that `index` was the last of `ssrc`, and that `budget` packets are left to the key.
    mutating func resume(ssrc: UInt32, after index: UInt64, budget: UInt64 = 1 << 48) {
        sources.commit(index, of: ssrc)
        self.budget = budget
    }
}
