import Wire

/// The word that SRTCP adds to a packet: whether it is encrypted, and its index of 31 bits (RFC 3711 section 3.4).
enum ControlIndex {
    static let length = 4
    static let last: UInt64 = 1 << 31 - 1
    static let encrypted: UInt32 = 1 << 31

    /// The index of an SRTCP packet of `length` bytes. GCM puts it behind the tag (RFC 7714 section 9.2), HMAC before it.
    ///
    /// - Throws: when it says that the packet is not encrypted, or when there is no room for it, tag and header.
    static func read(
        _ buffer: borrowing MutableSpan<UInt8>, _ length: Int, _ suite: SRTPSuite
    ) throws(SRTPFailure) -> UInt32 {
        guard length - Self.length - suite.controlTagLength >= RTCPHeader.clearLength else { throw .invalidLength }
        let tail = suite.isAEAD ? Self.length : Self.length + suite.controlTagLength
        let word = buffer.span.uint32(at: length - tail)
        guard word & encrypted != 0 else { throw .notEncrypted }
        return word & ~encrypted
    }
}

extension StreamTransform {
    /// `buffer` has room for index and tag behind the packet.
    mutating func protectRTCP(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try Self.controlSSRC(buffer, length)
        let index = nextControlIndex
        guard index <= ControlIndex.last else { throw .keyExhausted }
        let word = ControlIndex.encrypted | UInt32(truncatingIfNeeded: index)
        switch control.algorithm {
        case .counterMode(let cipher):
            let counter = control.counter(ssrc, index)
            let encrypted = cipher.counterMode(
                &buffer, RTCPHeader.clearLength..<length, high: counter.high, low: counter.low)
            guard encrypted else { throw .encryptFailed }
            buffer.store(word, at: length)
            control.hmac.sign(
                &buffer, to: length + ControlIndex.length, trailer: nil, length: control.tagLength)
        case .gcm(let cipher):
            let terms = AuthenticatedCipher.Terms(
                nonce: control.nonce(ssrc, index), clear: RTCPHeader.clearLength, trailer: word)
            guard cipher.seal(&buffer, to: length, terms) else { throw .encryptFailed }
            buffer.store(word, at: length + control.tagLength)
        }
        nextControlIndex += 1
        return length + ControlIndex.length + control.tagLength
    }

    mutating func unprotectRTCP(_ buffer: inout MutableSpan<UInt8>, _ length: Int) throws(SRTPFailure) -> Int {
        let ssrc = try Self.controlSSRC(buffer, length)
        let word = try ControlIndex.read(buffer, length, suite)
        let end = length - ControlIndex.length - control.tagLength
        let index = UInt64(word)
        try controlSources.window(of: ssrc)?.check(index)
        switch control.algorithm {
        case .counterMode(let cipher):
            let signed = end + ControlIndex.length
            guard control.hmac.verify(buffer, to: signed, trailer: nil, length: control.tagLength) else {
                throw .authenticationFailed
            }
            let counter = control.counter(ssrc, index)
            let decrypted = cipher.counterMode(
                &buffer, RTCPHeader.clearLength..<end, high: counter.high, low: counter.low)
            guard decrypted else { throw .decryptFailed }
        case .gcm(let cipher):
            let terms = AuthenticatedCipher.Terms(
                nonce: control.nonce(ssrc, index), clear: RTCPHeader.clearLength,
                trailer: ControlIndex.encrypted | word)
            try cipher.open(&buffer, to: end, terms)
        }
        controlSources.commit(index, of: ssrc)
        return end
    }

    /// What is in the clear of any RTCP packet.
    static func controlSSRC(
        _ buffer: borrowing MutableSpan<UInt8>, _ length: Int
    ) throws(SRTPFailure) -> UInt32 {
        guard length >= RTCPHeader.clearLength else { throw .invalidLength }
        guard buffer[0] >> 6 == 2 else { throw .invalidVersion }
        return buffer.span.uint32(at: 4)
    }
}
