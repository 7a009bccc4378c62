extension SDPCryptoKey {
    /// Reads `inline:<key and salt>|<lifetime>|<MKI>:<length>`; lifetime and MKI may each be missing.
    static func read(_ text: Span<UInt8>, _ range: Range<Int>, _ suite: SRTPSuite) throws(SDPError) -> SDPCryptoKey {
        let malformed = SDPError(.cryptoMalformed, at: range.lowerBound)
        guard range.count > 7, text.equals(range.lowerBound..<range.lowerBound + 7, ignoringCase: "inline:") else {
            throw malformed
        }
        var pieces = Self.pieces(text, range.lowerBound + 7..<range.upperBound)[...]
        guard pieces.count <= 3, let key = pieces.popFirst() else { throw malformed }
        guard let bytes = decode(text, key), let master = SRTPMasterKey(bytes, for: suite) else {
            throw SDPError(.cryptoKeyInvalid, at: key.lowerBound)
        }
        var lifetime: UInt64?
        if let first = pieces.first, text.first(SIPSyntax.colon, in: first) == nil {
            guard let packets = packets(text, first) else { throw malformed }
            lifetime = packets
            pieces.removeFirst()
        }
        var mki: SDPMasterKeyIdentifier?
        if let last = pieces.popFirst() {
            guard let identifier = SDPMasterKeyIdentifier(text, last) else { throw malformed }
            mki = identifier
        }
        guard pieces.isEmpty else { throw malformed }
        return SDPCryptoKey(master: master, lifetime: lifetime, mki: mki)
    }

    private static func pieces(_ text: Span<UInt8>, _ range: Range<Int>) -> [Range<Int>] {
        var pieces: [Range<Int>] = []
        var start = range.lowerBound
        while pieces.count < 4, let bar = text.first(UInt8(ascii: "|"), in: start..<range.upperBound) {
            pieces.append(start..<bar)
            start = bar + 1
        }
        return pieces + [start..<range.upperBound]
    }

    /// Some leave the padding out.
    private static func decode(_ text: Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        // No suite's key and salt are longer.
        guard range.count <= 128 else { return nil }
        let characters = text.bytes(in: range)
        return characters.last == UInt8(ascii: "=") ? Base64.decode(characters) : Base64.decodeUnpadded(characters)
    }

    /// `2^20` or a number; none is above 2^48, after which a stream can not go on (RFC 3711 section 9.2).
    private static func packets(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        if range.count > 2, text[range.lowerBound] == UInt8(ascii: "2"),
            text[range.lowerBound + 1] == UInt8(ascii: "^")
        {
            return text.decimal(range.lowerBound + 2..<range.upperBound, upTo: 48).map { 1 << $0 }
        }
        return text.decimal(range, upTo: 1 << 48)
    }
}

extension SDPMasterKeyIdentifier {
    /// Reads `value:length`.
    init?(_ text: Span<UInt8>, _ range: Range<Int>) {
        guard let colon = text.first(SIPSyntax.colon, in: range),
            let value = text.decimal(range.lowerBound..<colon, upTo: .max),
            let length = text.decimal(colon + 1..<range.upperBound, upTo: 128), length > 0,
            length >= 8 || value >> (8 * length) == 0
        else { return nil }
        self.init(value: value, length: Int(length))
    }
}

extension SRTPSuite {
    /// The suite with that name; some write the 256-bit ones in the order of the 128-bit ones.
    init?(sdp text: Span<UInt8>, _ name: Range<Int>) {
        guard let suite = Self.sdpNames.first(where: { text.equals(name, ignoringCase: $0.name) })?.suite else {
            return nil
        }
        self = suite
    }

    private static let sdpNames =
        allCases.map { (suite: $0, name: $0.name.lowercased()) } + [
            (suite: .aesCM256HMACSHA1x80, name: "aes_cm_256_hmac_sha1_80"),
            (suite: .aesCM256HMACSHA1x32, name: "aes_cm_256_hmac_sha1_32"),
        ]
}

extension SDPCrypto {
    /// A new line, without its end: for ``EditList`` only, as it shows the key.
    public static func line(tag: UInt32, _ suite: SRTPSuite, _ key: SRTPMasterKey) -> String {
        "a=crypto:\(tag) \(suite.name) inline:\(String(decoding: Base64.encode(key.bytes), as: UTF8.self))"
    }
}
