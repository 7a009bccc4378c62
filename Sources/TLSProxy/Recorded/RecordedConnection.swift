import Wire

/// A TLS connection that somebody else has had, opened with the secrets of a key log: TLS 1.0 to 1.3, from its first byte on.
/// It takes what each side sent, in order, and gives what that said.
///
/// What can not be opened is left out, and ``trouble`` says why. Early data of TLS 1.3 is left out, too.
public struct RecordedConnection: Sendable {
    public enum Trouble: String, Sendable {
        case noSecret = "its secret is not in the key log"
        case unknownSuite = "its cipher suite is not known"
        case notOpened = "a record can not be opened"
        case malformed = "what was sent is not TLS"
        case noHello = "it does not begin with a handshake"
    }

    private struct Direction {
        /// Of a record whose rest has not come.
        var input: [UInt8] = []
        /// Of a handshake message whose rest has not come.
        var handshake: [UInt8] = []
        var protection: RecordProtection?
        /// From the next ChangeCipherSpec on.
        var pending: RecordProtection?
        /// Of TLS 1.3: the handshake is over.
        var hasFinished = false
        /// Nothing more can be made of it.
        var isLost = false
    }

    private let keyLog: TLSKeyLog
    private var client = Direction()
    private var server = Direction()
    private var clientRandom: [UInt8]?
    private var hello: TLSServerHello?
    private var suite: TLSCipherSuite?
    /// Records with data of the application that were opened.
    public private(set) var openedRecords = 0
    /// The first one; `nil`: all is well.
    public private(set) var trouble: Trouble?

    private static let longestHandshake = 262_144

    public init(_ keyLog: TLSKeyLog) { self.keyLog = keyLog }

    /// Takes bytes of one side; what they say.
    public mutating func take(_ bytes: [UInt8], fromClient isFromClient: Bool) -> [UInt8] {
        var plaintext: [UInt8] = []
        guard !self[isFromClient].isLost else { return plaintext }
        var input = self[isFromClient].input + bytes
        var start = 0
        reading: while !self[isFromClient].isLost {
            switch TLSRecord.next(input.span.extracting(start...)) {
            case .needMore: break reading
            case .malformed: lose(isFromClient, .malformed)
            case .complete(let record):
                let fragment = input[start + TLSRecord.headerLength..<start + record.length]
                start += record.length
                take(record, fragment, isFromClient, &plaintext)
            }
        }
        input.removeSubrange(..<start)
        self[isFromClient].input = self[isFromClient].isLost ? [] : input
        return plaintext
    }

    private subscript(_ isFromClient: Bool) -> Direction {
        get { isFromClient ? client : server }
        _modify { if isFromClient { yield &client } else { yield &server } }
    }

    private mutating func lose(_ isFromClient: Bool, _ why: Trouble) {
        self[isFromClient].isLost = true
        trouble = trouble ?? why
    }

    // MARK: Records

    private mutating func take(
        _ record: TLSRecord, _ fragment: ArraySlice<UInt8>, _ isFromClient: Bool, _ plaintext: inout [UInt8]
    ) {
        var opened = RecordProtection.Opened(contentType: record.contentType, text: [])
        // In TLS 1.3 this one means nothing, and is in the clear (RFC 8446 section 5).
        let isForShow = record.contentType == .changeCipherSpec && isModern
        if self[isFromClient].protection != nil, !isForShow {
            guard let result = self[isFromClient].protection?.open(record, fragment) else {
                // Early data has keys of its own; what follows it can be opened.
                if isModern, isFromClient, !client.hasFinished, record.contentType == .applicationData { return }
                return lose(isFromClient, .notOpened)
            }
            opened = result
        } else {
            opened.text = Array(fragment)
        }
        switch opened.contentType {
        case .handshake: takeHandshake(opened.text, isFromClient)
        case .changeCipherSpec: if !isModern { changeKeys(isFromClient) }
        case .applicationData:
            guard self[isFromClient].protection != nil else { return lose(isFromClient, .noHello) }
            openedRecords += 1
            plaintext += opened.text
        case .alert, .heartbeat: return
        }
    }

    private var isModern: Bool { hello?.version == 0x0304 }

    private mutating func changeKeys(_ isFromClient: Bool) {
        guard let next = self[isFromClient].pending else { return lose(isFromClient, trouble ?? .noHello) }
        self[isFromClient].protection = next
        self[isFromClient].pending = nil
    }

    // MARK: Handshakes

    private mutating func takeHandshake(_ bytes: [UInt8], _ isFromClient: Bool) {
        self[isFromClient].handshake += bytes
        let input = self[isFromClient].handshake
        var start = 0
        while input.count - start >= TLSHandshakeType.headerLength {
            let length = Int(input[start + 1]) << 16 | Int(input[start + 2]) << 8 | Int(input[start + 3])
            guard length <= Self.longestHandshake else { return lose(isFromClient, .malformed) }
            let body = start + TLSHandshakeType.headerLength
            guard input.count - body >= length else { break }
            take(input[start], input.span.extracting(body..<body + length), isFromClient)
            start = body + length
        }
        self[isFromClient].handshake.removeSubrange(..<start)
    }

    private mutating func take(_ type: UInt8, _ body: Span<UInt8>, _ isFromClient: Bool) {
        switch type {
        case TLSHandshakeType.clientHello where isFromClient: clientRandom = try? TLSClientHello(body).random
        case TLSHandshakeType.serverHello where !isFromClient: choose(try? TLSServerHello(body))
        case TLSHandshakeType.finished where isModern:
            self[isFromClient].hasFinished = true
            protect(isFromClient, isFromClient ? .clientTraffic : .serverTraffic)
        case TLSHandshakeType.keyUpdate where isModern:
            guard let next = self[isFromClient].protection?.next else { return lose(isFromClient, .notOpened) }
            self[isFromClient].protection = next
        default: return
        }
    }

    private mutating func choose(_ hello: TLSServerHello?) {
        // Only its version counts: a hello follows that has all else.
        if hello?.isRetryRequest == true {
            self.hello = hello
            return
        }
        guard let hello, clientRandom != nil else { return loseBoth(.noHello) }
        guard let suite = TLSCipherSuite(hello.cipherSuite) else { return loseBoth(.unknownSuite) }
        self.hello = hello
        self.suite = suite
        if isModern {
            protect(true, .clientHandshake)
            protect(false, .serverHandshake)
        } else {
            client.pending = protection(true)
            server.pending = protection(false)
        }
    }

    private mutating func loseBoth(_ why: Trouble) {
        lose(true, why)
        lose(false, why)
    }

    /// TLS 1.2 and before.
    private mutating func protection(_ isFromClient: Bool) -> RecordProtection? {
        guard let hello, let suite, let clientRandom, let master = keyLog.secret(.master, of: clientRandom) else {
            trouble = trouble ?? .noSecret
            return nil
        }
        return RecordProtection(
            hello, suite, master: master, clientRandom: clientRandom, isFromClient: isFromClient)
    }

    /// TLS 1.3.
    private mutating func protect(_ isFromClient: Bool, _ label: TLSKeyLog.Label) {
        guard let suite, let clientRandom, let secret = keyLog.secret(label, of: clientRandom),
            let protection = RecordProtection(suite, secret: secret)
        else { return lose(isFromClient, .noSecret) }
        self[isFromClient].protection = protection
    }
}
