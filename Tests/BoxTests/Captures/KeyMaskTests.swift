import TestSupport
import Testing

@testable import Box

/// Keys never get into a capture that was not asked to have them, however the bytes are cut.
@Suite struct KeyMaskTests {
    private func masked(_ text: String, pieces: [Int] = []) -> String {
        var mask = KeyMask()
        var rest = Array(text.utf8)[...]
        var result: [UInt8] = []
        for length in pieces + [rest.count] {
            var piece = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            mask.hideKeys(in: &piece)
            result += piece
        }
        return String(decoding: result, as: UTF8.self)
    }

    @Test(arguments: [
        (
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNf+/19=|2^20|1:4\r\n",
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:xxxxxxxx=|2^20|1:4\r\n"
        ),
        ("inline:AAAA|2^20|1:4;inline:BBBB|2^20|2:4\r\n", "inline:xxxx|2^20|1:4;inline:xxxx|2^20|2:4\r\n"),
        ("INLINE:AAAA KDR=0\n", "INLINE:xxxx KDR=0\n"),
        ("inline: AAAA KDR=0\n", "inline: xxxx KDR=0\n"),
        ("inlinline:AAAA\n", "inlinline:xxxx\n"),
        ("inline inlin:AAAA\n", "inline inlin:AAAA\n"),
        ("t=0 0\r\nk=base64:c2VjcmV0\r\na=x\r\n", "t=0 0\r\nk=xxxxxxxxxxxxxxx\r\na=x\r\n"),
        ("a=key-mgmt:mikey AQAFgM0X==\r\n", "a=key-mgmt:xxxxx xxxxxxxx==\r\n"),
        ("v=0\r\nm=audio 20000 RTP/SAVP 0\r\n", "v=0\r\nm=audio 20000 RTP/SAVP 0\r\n"),
        ("inline:", "inline:"), ("", ""),
    ])
    func aKeyIsHiddenAndNothingElse(text: String, expected: String) {
        #expect(masked(text) == expected)
    }

    @Test func whereItIsCutMakesNoDifference() {
        let text =
            "a=crypto:1 S inline:WVNfX19zZW1j|2^20\r\nk=clear:abc\r\na=crypto:2 S inline:QUJD\r\n"
            + "a=key-mgmt:m QQ\r\n"
        let whole = masked(text)
        #expect(!whole.contains("WVNf") && !whole.contains("abc") && !whole.contains("QUJD") && !whole.contains("QQ"))
        for place in 0...text.utf8.count { #expect(masked(text, pieces: [place]) == whole) }
        #expect(masked(text, pieces: [Int](repeating: 1, count: text.utf8.count)) == whole)
    }

    @Test func anythingAtAllKeepsItsLength() {
        var generator = SeededGenerator(seed: 12)
        for _ in 0..<2_000 {
            var bytes = generator.bytes(0...64)
            let count = bytes.count
            var mask = KeyMask()
            mask.hideKeys(in: &bytes)
            #expect(bytes.count == count)
        }
    }
}
