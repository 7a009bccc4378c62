import Testing

@testable import labphone

@Suite struct SIPFramerTests {
    private static let message = "OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nCall-ID: 1\r\nContent-Length: 0\r\n\r\n"

    @Test func emptyLinesBetweenMessagesAreCountedAndAreNoMessages() {
        var framer = SIPFramer()
        let text = "\r\n\r\n" + Self.message + "\r\n" + Self.message
        #expect(framer.messages(adding: Array(text.utf8)).count == 2)
        #expect(framer.emptyLines == 3)
        #expect(!framer.isBroken)
    }

    @Test func anEmptyLineInTwoPiecesIsOne() {
        var framer = SIPFramer()
        #expect(framer.messages(adding: [13]).isEmpty)
        #expect(framer.messages(adding: [10]).isEmpty)
        #expect(framer.emptyLines == 1)
    }
}
