import Testing
import Wire

@testable import labphone

@Suite struct SessionDescriptionTests {
    @Test(arguments: SDESSuite.allCases)
    func whatIsWrittenIsRead(_ suite: SDESSuite) throws {
        var sdp = SessionDescription(media: Endpoint(IPAddress(v4: 0x0a0a_0019), 20_000))
        sdp.isSecure = true
        sdp.crypto = [.init(tag: 3, suite)]
        sdp.direction = .sendonly
        let read = try #require(SessionDescription(sdp.bytes))
        #expect(read.media == sdp.media)
        #expect(read.isSecure)
        #expect(read.direction == .sendonly)
        #expect(read.crypto.first?.tag == 3)
        #expect(read.crypto.first?.suite == suite)
        #expect(read.crypto.first?.key == sdp.crypto.first?.key)
    }

    @Test func theStreamsOwnAddressCounts() throws {
        let text =
            "v=0\r\nc=IN IP4 192.0.2.1\r\nm=audio 4000 RTP/AVP 0\r\nc=IN IP4 192.0.2.2\r\nm=video 5000 RTP/AVP 97\r\n"
        let read = try #require(SessionDescription(Array(text.utf8)))
        #expect(read.media.description == "192.0.2.2:4000")
        #expect(!read.isSecure)
    }

    @Test func base64IsRFC4648s() {
        #expect(Base64Text.encoded(Array("foobar".utf8)) == "Zm9vYmFy")
        #expect(Base64Text.encoded(Array("foob".utf8)) == "Zm9vYg==")
        #expect(Base64Text.decoded("Zm9vYg==") == Array("foob".utf8))
        #expect(Base64Text.decoded("Zm9v?") == nil)
    }
}
