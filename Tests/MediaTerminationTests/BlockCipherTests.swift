import TestSupport
import Testing

@testable import MediaTermination

/// AES in counter mode by the processor's own instructions is what OpenSSL makes of it.
@Suite struct BlockCipherTests {
    @Test(arguments: [16, 32]) func instructionsAndOpenSSLAgree(keyLength: Int) throws {
        var random = SeededGenerator(seed: UInt64(keyLength))
        for length in 0...400 {
            let key = random.bytes(keyLength...keyLength)
            let high = UInt64.random(in: .min ... .max, using: &random)
            // The counter's 16 bits run over in half of the packets.
            let low = UInt64.random(in: .min ... .max, using: &random) | (length % 2 == 0 ? 0xfffd : 0)
            let text = random.bytes(length + 3...length + 3)
            var (own, reference) = (text, text)
            #expect(try encrypt(&own, length, key, high, low, usesInstructions: true))
            #expect(try encrypt(&reference, length, key, high, low, usesInstructions: false))
            #expect(own == reference, "\(length) bytes")
            // What stands behind stays as it is.
            #expect(own.suffix(3) == text.suffix(3))
            #expect(length < 16 || own != text)
        }
    }

    private func encrypt(
        _ bytes: inout [UInt8], _ length: Int, _ key: [UInt8], _ high: UInt64, _ low: UInt64, usesInstructions: Bool
    ) throws -> Bool {
        let cipher = try BlockCipher(key: key, usesInstructions: usesInstructions)
        var span = bytes.mutableSpan
        return cipher.counterMode(&span, 0..<length, high: high, low: low)
    }
}
