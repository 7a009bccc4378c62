import Wire

/// How one direction of a recorded connection is protected from some record on, and which record is next.
struct RecordProtection: Sendable {
    struct Opened {
        var contentType: TLSRecord.ContentType
        var text: [UInt8]
    }

    private let suite: TLSCipherSuite
    /// What is spoken, as on the wire.
    private let version: UInt16
    private let key: [UInt8]
    /// Of CBC in TLS 1.0, the next vector; of AEAD ciphers, the part of the nonce that stays.
    private var vector: [UInt8]
    private let codeKey: [UInt8]
    private let encryptsThenAuthenticates: Bool
    private var sequence: UInt64 = 0
    /// Of TLS 1.3: what further keys are made of.
    private let secret: [UInt8]

    /// Nonces of GCM have so many bytes of their own in each record (RFC 5288 section 3).
    private static let explicitNonceLength = 8
    private static let nonceLength = 12

    // MARK: Making

    /// TLS 1.2 and before (RFC 5246 section 6.3); `nil` where OpenSSL refuses.
    init?(_ hello: TLSServerHello, _ suite: TLSCipherSuite, master: [UInt8], clientRandom: [UInt8], isFromClient: Bool)
    {
        let encryption = suite.encryption
        let codeLength = encryption.isAEAD ? 0 : suite.authentication.length
        let vectorLength = Self.vectorLength(encryption, hello.version)
        let length = 2 * (codeLength + encryption.keyLength + vectorLength)
        guard
            var block = KeyDerivation.expand(
                master, "key expansion", hello.random + clientRandom, length: length, version: hello.version,
                suite.derivation)?[...]
        else { return nil }
        /// The client's part, and the server's.
        func take(_ count: Int) -> [UInt8] {
            let both = block.prefix(2 * count)
            block = block.dropFirst(2 * count)
            return Array(isFromClient ? both.prefix(count) : both.suffix(count))
        }
        codeKey = take(codeLength)
        key = take(encryption.keyLength)
        vector = take(vectorLength)
        self.suite = suite
        version = hello.version
        encryptsThenAuthenticates = hello.encryptsThenAuthenticates && encryption.blockLength > 0
        secret = []
    }

    private static func vectorLength(_ encryption: TLSCipherSuite.Encryption, _ version: UInt16) -> Int {
        switch encryption {
        case .none: 0
        case .aes128GCM, .aes256GCM: nonceLength - explicitNonceLength
        case .chaCha20Poly1305: nonceLength
        // From TLS 1.1 on each record has a vector of its own.
        case .tripleDESCBC, .aes128CBC, .aes256CBC: version < 0x0302 ? encryption.blockLength : 0
        }
    }

    /// TLS 1.3 (RFC 8446 section 7.3).
    init?(_ suite: TLSCipherSuite, secret: [UInt8]) {
        let encryption = suite.encryption
        guard encryption.isAEAD, secret.count == suite.derivation.length,
            let key = KeyDerivation.expandLabel(secret, "key", length: encryption.keyLength, suite.derivation),
            let vector = KeyDerivation.expandLabel(secret, "iv", length: Self.nonceLength, suite.derivation)
        else { return nil }
        self.suite = suite
        version = 0x0304
        self.key = key
        self.vector = vector
        codeKey = []
        encryptsThenAuthenticates = false
        self.secret = secret
    }

    /// After KeyUpdate (RFC 8446 section 7.2).
    var next: RecordProtection? {
        KeyDerivation.expandLabel(secret, "traffic upd", length: suite.derivation.length, suite.derivation)
            .flatMap { RecordProtection(suite, secret: $0) }
    }

    // MARK: Opening

    /// What a record holds; `nil`, and nothing has changed, where it is not what these keys have protected.
    mutating func open(_ record: TLSRecord, _ fragment: ArraySlice<UInt8>) -> Opened? {
        guard let opened = version == 0x0304 ? openInner(record, fragment) : openOuter(record, fragment) else {
            return nil
        }
        sequence &+= 1
        return opened
    }

    /// RFC 8446 section 5.2.
    private func openInner(_ record: TLSRecord, _ fragment: ArraySlice<UInt8>) -> Opened? {
        let text = RecordCrypto.open(
            fragment, suite.encryption, key: key, nonce: mixedNonce, clear: Self.header(record, fragment.count))
        guard let text, let end = text.lastIndex(where: { $0 != 0 }),
            let type = TLSRecord.ContentType(rawValue: text[end])
        else { return nil }
        return Opened(contentType: type, text: Array(text[..<end]))
    }

    private mutating func openOuter(_ record: TLSRecord, _ fragment: ArraySlice<UInt8>) -> Opened? {
        let text: [UInt8]?
        switch suite.encryption {
        case .none: text = checked(Array(fragment), record)
        case .tripleDESCBC, .aes128CBC, .aes256CBC: text = openBlocks(record, fragment)
        case .aes128GCM, .aes256GCM:
            let nonce = vector + fragment.prefix(Self.explicitNonceLength)
            text = openSealed(record, fragment.dropFirst(Self.explicitNonceLength), nonce)
        case .chaCha20Poly1305: text = openSealed(record, fragment, mixedNonce)
        }
        return text.map { Opened(contentType: record.contentType, text: $0) }
    }

    /// RFC 5246 section 6.2.3.3.
    private func openSealed(_ record: TLSRecord, _ sealed: ArraySlice<UInt8>, _ nonce: [UInt8]) -> [UInt8]? {
        guard nonce.count == Self.nonceLength, sealed.count >= 16 else { return nil }
        let clear = sequenceBytes + Self.header(record, sealed.count - 16)
        return RecordCrypto.open(sealed, suite.encryption, key: key, nonce: nonce, clear: clear)
    }

    /// RFC 5246 section 6.2.3.2; with the code behind what is encrypted, RFC 7366.
    private mutating func openBlocks(_ record: TLSRecord, _ fragment: ArraySlice<UInt8>) -> [UInt8]? {
        var blocks = fragment
        if encryptsThenAuthenticates {
            guard let inner = checked(Array(fragment), record) else { return nil }
            blocks = inner[...]
        }
        let width = suite.encryption.blockLength
        let hasOwnVector = vector.isEmpty
        let first = hasOwnVector ? Array(blocks.prefix(width)) : vector
        if hasOwnVector { blocks = blocks.dropFirst(width) }
        guard let text = RecordCrypto.decrypt(blocks, suite.encryption, key: key, vector: first),
            let padding = text.last.map(Int.init), padding < text.count,
            text.suffix(padding + 1).allSatisfy({ $0 == UInt8(padding) })
        else { return nil }
        let content = Array(text.dropLast(padding + 1))
        guard let result = encryptsThenAuthenticates ? content : checked(content, record) else { return nil }
        if !hasOwnVector { vector = Array(blocks.suffix(width)) }
        return result
    }

    /// What stands before the code at the end, if the code is right.
    private func checked(_ bytes: [UInt8], _ record: TLSRecord) -> [UInt8]? {
        let length = suite.authentication.length
        guard bytes.count >= length else { return nil }
        let content = Array(bytes.dropLast(length))
        let data = sequenceBytes + Self.header(record, content.count) + content
        guard let code = RecordCrypto.code(suite.authentication, key: codeKey, data),
            RecordCrypto.areEqual(bytes.suffix(length), code)
        else { return nil }
        return content
    }

    // MARK: Parts

    private var sequenceBytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: sequence >> UInt64(56 - 8 * $0)) } }

    /// The number of the record, mixed into the nonce (RFC 8446 section 5.3, RFC 7905 section 2).
    private var mixedNonce: [UInt8] {
        zip(vector, [UInt8](repeating: 0, count: Self.nonceLength - 8) + sequenceBytes).map { $0 ^ $1 }
    }

    private static func header(_ record: TLSRecord, _ length: Int) -> [UInt8] {
        [
            record.contentType.rawValue, UInt8(record.version >> 8), UInt8(record.version & 0xff),
            UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
        ]
    }
}
