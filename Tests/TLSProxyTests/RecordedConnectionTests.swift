import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Testing
import Wire

/// Recorded TLS, opened with a key log: all that OpenSSL has said to itself comes out again.
@Suite struct RecordedConnectionTests {
    private let site: TestSite

    init() throws { site = try TestSite.shared.get() }

    /// What both sides say in each of these tests: a word, nothing much, more than one record.
    private static let words: [(isFromClient: Bool, bytes: [UInt8])] = [
        (true, Array("REGISTER".utf8)), (false, [0]), (true, (0..<40_000).map { UInt8(truncatingIfNeeded: $0 / 7) }),
        (false, (0..<16_384).map { UInt8(truncatingIfNeeded: $0) }), (true, Array("BYE".utf8)),
    ]

    /// What each side says, by a recording of it that comes in pieces of `size` bytes.
    private func opened(
        _ conversation: TLSConversation, _ keyLog: String? = nil, size: Int = 100_000
    ) -> (client: [UInt8], server: [UInt8], connection: RecordedConnection) {
        let text = Array((keyLog ?? conversation.keyLog).utf8)
        var connection = RecordedConnection(TLSKeyLog(text.span))
        var said: (client: [UInt8], server: [UInt8]) = ([], [])
        for piece in conversation.pieces {
            for start in stride(from: 0, to: piece.bytes.count, by: size) {
                let part = Array(piece.bytes[start..<min(start + size, piece.bytes.count)])
                let plaintext = connection.take(part, fromClient: piece.isFromClient)
                if piece.isFromClient { said.client += plaintext } else { said.server += plaintext }
            }
        }
        return (said.client, said.server, connection)
    }

    private func expectAll(_ conversation: TLSConversation, times: Int = 1, size: Int = 100_000) {
        let (client, server, connection) = opened(conversation, size: size)
        let words = (0..<times).flatMap { _ in Self.words }
        // Not by #expect: it would tell every byte of the difference.
        let (isClientWhole, isServerWhole) = (
            client == words.filter(\.isFromClient).flatMap(\.bytes),
            server == words.filter { !$0.isFromClient }.flatMap(\.bytes)
        )
        #expect(isClientWhole && isServerWhole, "\(conversation.cipher): \(client.count) and \(server.count) bytes")
        #expect(connection.trouble == nil)
    }

    private func sayAll(_ conversation: TLSConversation) throws {
        for (isFromClient, bytes) in Self.words { try conversation.say(bytes, fromClient: isFromClient) }
    }

    private func options(_ version: TLSVersion, _ cipher: String? = nil) -> TLSConversation.Options {
        var options = TLSConversation.Options()
        options.version = version
        options.cipher = cipher
        return options
    }

    @Test(
        "each way to protect a record, in each version that has it",
        arguments: [
            (.tls10, "AES128-SHA"), (.tls10, "AES256-SHA"), (.tls10, "NULL-SHA"), (.tls11, "AES128-SHA"),
            (.tls11, "DHE-RSA-AES256-SHA"), (.tls12, "AES128-SHA"), (.tls12, "DHE-RSA-AES128-SHA"),
            (.tls12, "AES128-SHA256"), (.tls12, "AES256-SHA256"), (.tls12, "ECDHE-RSA-AES256-SHA384"),
            (.tls12, "NULL-SHA256"), (.tls12, "NULL-MD5"), (.tls12, "AES128-GCM-SHA256"), (.tls12, "AES256-GCM-SHA384"),
            (.tls12, "ECDHE-RSA-AES128-GCM-SHA256"), (.tls12, "ECDHE-RSA-AES256-GCM-SHA384"),
            (.tls12, "ECDHE-RSA-CHACHA20-POLY1305"), (.tls13, "TLS_AES_128_GCM_SHA256"),
            (.tls13, "TLS_AES_256_GCM_SHA384"), (.tls13, "TLS_CHACHA20_POLY1305_SHA256"),
        ] as [(TLSVersion, String)])
    func everySuite(version: TLSVersion, cipher: String) throws {
        for encryptsThenAuthenticates in [true, false] {
            var options = options(version, cipher)
            options.encryptsThenAuthenticates = encryptsThenAuthenticates
            let conversation = try TLSConversation(site, options)
            #expect(conversation.cipher == cipher)
            try sayAll(conversation)
            conversation.finish()
            expectAll(conversation)
        }
    }

    @Test("a recording in pieces of any size says the same", arguments: [1, 3, 5, 1_000])
    func pieces(size: Int) throws {
        for version in [TLSVersion.tls12, .tls13] {
            let conversation = try TLSConversation(site, options(version))
            try sayAll(conversation)
            expectAll(conversation, size: size)
        }
    }

    @Test("a session that is taken up again", arguments: [TLSVersion.tls12, .tls13])
    func resumed(version: TLSVersion) throws {
        var again = options(version)
        again.earlier = try TLSConversation(site, again)
        let second = try TLSConversation(site, again)
        #expect(second.isResumed)
        try sayAll(second)
        expectAll(second)
    }

    @Test("another handshake inside the first has new keys")
    func renegotiated() throws {
        for cipher in ["AES128-SHA", "ECDHE-RSA-AES256-GCM-SHA384"] {
            let conversation = try TLSConversation(site, options(.tls12, cipher))
            try sayAll(conversation)
            try conversation.renegotiate()
            try sayAll(conversation)
            expectAll(conversation, times: 2)
        }
    }

    @Test("a server that asks the client to begin again")
    func askedAgain() throws {
        var options = options(.tls13)
        options.groups = "P-384"
        let conversation = try TLSConversation(site, options)
        try sayAll(conversation)
        expectAll(conversation)
    }

    @Test("new keys on the way, for one side and for both")
    func updated() throws {
        let conversation = try TLSConversation(site, options(.tls13))
        try sayAll(conversation)
        conversation.updateKeys(fromClient: true, both: false)
        try sayAll(conversation)
        conversation.updateKeys(fromClient: false, both: true)
        try sayAll(conversation)
        expectAll(conversation, times: 3)
    }

    @Test("without its secret nothing comes out, and the reason is told", arguments: TLSVersion.allCases)
    func noSecret(version: TLSVersion) throws {
        let conversation = try TLSConversation(site, options(version))
        try sayAll(conversation)
        let (client, server, connection) = opened(conversation, "# nothing here\n")
        #expect(client.isEmpty && server.isEmpty && connection.trouble == .noSecret)
    }

    @Test(
        "a changed byte ends what can be opened, and is not passed on", arguments: [TLSVersion.tls10, .tls12, .tls13])
    func changed(version: TLSVersion) throws {
        for cipher in version == .tls13 ? [nil] : ["AES128-SHA", nil] as [String?] {
            let conversation = try TLSConversation(site, options(version, cipher))
            try conversation.say(Array("one".utf8), fromClient: true)
            let intact = conversation.pieces.count
            try conversation.say(Array("two".utf8), fromClient: true)
            let keyLog = Array(conversation.keyLog.utf8)
            let changed = conversation.pieces[intact].bytes
            guard case .complete(let record) = TLSRecord.next(changed.span) else {
                Issue.record("no record")
                continue
            }
            for place in TLSRecord.headerLength..<record.length {
                var connection = RecordedConnection(TLSKeyLog(keyLog.span))
                var said: [UInt8] = []
                for (index, piece) in conversation.pieces.enumerated() {
                    var bytes = piece.bytes
                    if index == intact { bytes[place] ^= 0x40 }
                    said += connection.take(bytes, fromClient: piece.isFromClient)
                }
                #expect(said == Array("one".utf8) && connection.trouble == .notOpened)
            }
        }
    }

    @Test("what is no TLS, or not from its beginning, is told")
    func other() throws {
        let none = TLSKeyLog()
        var connection = RecordedConnection(none)
        #expect(connection.take(Array("INVITE sip:a@b SIP/2.0\r\n".utf8), fromClient: true).isEmpty)
        #expect(connection.trouble == .malformed)
        var late = RecordedConnection(none)
        #expect(late.take([23, 3, 3, 0, 4, 1, 2, 3, 4], fromClient: true).isEmpty)
        #expect(late.trouble == .noHello)
    }
}
