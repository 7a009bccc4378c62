/// `a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:…|2^20|1:4 KDR=0` (RFC 4568).
///
/// A suite that the box does not speak is no error: such a line has no ``suite`` and no ``keys``.
public struct SDPCrypto: Sendable, Equatable {
    /// Index in ``SDP/lines``.
    public let line: Int
    public let tag: UInt32
    public let suite: SRTPSuite?
    public let suiteName: Range<Int>
    /// At least one of a suite that is known.
    public let keys: [SDPCryptoKey]
    public let session: SDPCryptoSession
}

/// One `inline:` of a line; what it prints as never shows the key.
public struct SDPCryptoKey: Sendable, Equatable {
    public let master: SRTPMasterKey
    /// In packets; `nil`: the most that the transform allows.
    public let lifetime: UInt64?
    public let mki: SDPMasterKeyIdentifier?
}

/// `1:4`: what stands in each packet to say by which key it is protected.
public struct SDPMasterKeyIdentifier: Sendable, Hashable {
    public let value: UInt64
    /// Bytes, 1 to 128.
    public let length: Int

    /// As in a packet.
    public var bytes: [UInt8] {
        (0..<length).reversed().map { $0 < 8 ? UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) : 0 }
    }
}

/// The session parameters behind the keys (RFC 4568 section 6.3).
public struct SDPCryptoSession: Sendable, Hashable {
    /// Keys are derived anew every 2 to that power packets.
    public var keyDerivationRate: UInt8?
    public var isRTPUnencrypted = false
    public var isRTCPUnencrypted = false
    public var isRTPUnauthenticated = false
    /// The window that replayed packets are looked for in.
    public var windowSize: UInt32?
    /// `FEC_ORDER`, `FEC_KEY` and what RFC 4568 does not name: an answerer that does not know one must refuse the line.
    public var hasOther = false

    public init() {}

    /// Nothing that would make the stream another one than the suite's.
    public var isPlain: Bool {
        (keyDerivationRate ?? 0) == 0 && !isRTPUnencrypted && !isRTCPUnencrypted && !isRTPUnauthenticated && !hasOther
    }
}

extension SDP {
    /// The `a=crypto` lines of `media`, in order of preference.
    public func cryptos(of media: SDPMedia) throws(SDPError) -> [SDPCrypto] {
        var cryptos: [SDPCrypto] = []
        for index in media.lines {
            guard let attribute = attribute(at: index), attribute.kind == .crypto else { continue }
            cryptos.append(try crypto(attribute))
        }
        return cryptos
    }

    public func crypto(_ attribute: SDPAttribute) throws(SDPError) -> SDPCrypto {
        let malformed = SDPError(.cryptoMalformed, at: attribute.name.lowerBound)
        guard let value = attribute.value else { throw malformed }
        var fields = SDPFields(value)
        guard let tagRange = fields.next(bytes.span), let tag = bytes.span.decimal(tagRange, upTo: 999_999_999),
            let suiteName = fields.next(bytes.span), let parameters = fields.next(bytes.span)
        else { throw malformed }
        let suite = SRTPSuite(sdp: bytes.span, suiteName)
        var session = SDPCryptoSession()
        while let parameter = fields.next(bytes.span) {
            guard session.take(bytes.span, parameter) else {
                throw SDPError(.cryptoMalformed, at: parameter.lowerBound)
            }
        }
        return SDPCrypto(
            line: attribute.line, tag: UInt32(truncatingIfNeeded: tag), suite: suite, suiteName: suiteName,
            keys: try suite.map { suite throws(SDPError) in try keys(parameters, suite) } ?? [], session: session)
    }

    private func keys(_ range: Range<Int>, _ suite: SRTPSuite) throws(SDPError) -> [SDPCryptoKey] {
        var keys: [SDPCryptoKey] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = bytes.span.first(SIPSyntax.semicolon, in: start..<range.upperBound) ?? range.upperBound
            guard keys.count < SDPLimits.keys else { throw SDPError(.cryptoMalformed, at: start) }
            keys.append(try SDPCryptoKey.read(bytes.span, start..<end, suite))
            start = end + 1
        }
        return keys
    }
}

extension SDPCryptoSession {
    /// Takes one parameter; false when it is malformed.
    mutating func take(_ text: Span<UInt8>, _ range: Range<Int>) -> Bool {
        let equals = text.first(SIPSyntax.equals, in: range)
        let name = range.lowerBound..<(equals ?? range.upperBound)
        let value = (equals.map { $0 + 1 } ?? range.upperBound)..<range.upperBound
        if text.equals(name, ignoringCase: "kdr") {
            guard let rate = text.decimal(value, upTo: 24) else { return false }
            keyDerivationRate = UInt8(truncatingIfNeeded: rate)
        } else if text.equals(name, ignoringCase: "wsh") {
            guard let size = text.decimal(value, upTo: UInt64(UInt32.max)) else { return false }
            windowSize = UInt32(truncatingIfNeeded: size)
        } else if text.equals(range, ignoringCase: "unencrypted_srtp") {
            isRTPUnencrypted = true
        } else if text.equals(range, ignoringCase: "unencrypted_srtcp") {
            isRTCPUnencrypted = true
        } else if text.equals(range, ignoringCase: "unauthenticated_srtp") {
            isRTPUnauthenticated = true
        } else {
            hasOther = true
        }
        return true
    }
}
