import Testing

@testable import labphone

/// What labphone's own SIP reads and writes; the box's is another.
@Suite struct SIPMessageTests {
    static let invite = """
        INVITE sip:2001@192.0.2.101 SIP/2.0\r
        v: SIP/2.0/UDP 192.0.2.16:5060;branch=z9hG4bK1, SIP/2.0/TCP 192.0.2.17;branch=z9hG4bK2\r
        f: "Doe, Jane" <sip:1001@192.0.2.101;user=phone>;tag=abc\r
        t: <sip:2001@192.0.2.101>\r
        i: 7@192.0.2.16\r
        CSeq: 4 INVITE\r
        Subject: one\r
          two\r
        l: 4\r
        \r
        v=0\n
        """

    @Test func compactNamesFoldedLinesAndLists() throws {
        let message = try #require(SIPMessage(Array(Self.invite.utf8)[...]))
        #expect(message.method == "INVITE")
        #expect(message.requestURI == "sip:2001@192.0.2.101")
        #expect(message.callID == "7@192.0.2.16")
        #expect(message.sequence == (4, "INVITE"))
        #expect(message["subject"] == "one two")
        #expect(message.all("via").count == 2)
        #expect(message.all("from").count == 1)
        #expect(SIPText.parameter("tag", of: message["from"] ?? "") == "abc")
        #expect(SIPText.uri(of: message["from"] ?? "") == "sip:1001@192.0.2.101;user=phone")
        #expect(message.body == Array("v=0\n".utf8))
    }

    @Test func aResponseBringsWhatTheRequestHad() throws {
        let message = try #require(SIPMessage(Array(Self.invite.utf8)[...]))
        let response = try #require(SIPMessage(message.response(200, "OK", tag: "xyz").bytes[...]))
        #expect(response.status == 200)
        #expect(response.all("via").count == 2)
        #expect(response.sequence == (4, "INVITE"))
        #expect(SIPText.parameter("tag", of: response["to"] ?? "") == "xyz")
    }

    @Test func aStreamCutAnywhereGivesTheSameMessages() {
        let bytes = Array((Self.invite + "\r\n\r\n" + Self.invite).utf8)
        for size in [1, 2, 3, 7, 100, bytes.count] {
            var framer = SIPFramer()
            var found: [SIPMessage] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                found += framer.messages(adding: Array(bytes[start..<min(start + size, bytes.count)]))
            }
            #expect(found.count == 2)
            #expect(found.allSatisfy { $0.body.count == 4 })
            #expect(!framer.isBroken)
        }
    }

    @Test func whatIsNoSIPBreaksAStream() {
        var framer = SIPFramer()
        #expect(framer.messages(adding: Array("no colon here\r\nnor here\r\n\r\n".utf8)).isEmpty)
        #expect(framer.isBroken)
    }

    @Test(arguments: [
        ("sip:1001@10.10.0.26:5061;transport=tls", "1001", "10.10.0.26:5061"),
        ("sip:10.10.0.26", "", "10.10.0.26:5060"),
        ("sip:a@192.0.2.1", "a", "192.0.2.1:5060"),
    ])
    func addresses(_ uri: String, _ user: String, _ endpoint: String) {
        #expect(SIPText.user(of: uri) == user)
        #expect(SIPText.endpoint(of: uri)?.description == endpoint)
    }
}
