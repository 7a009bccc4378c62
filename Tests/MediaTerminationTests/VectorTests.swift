import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// The RFCs' own examples.
@Suite("SRTP test vectors")
struct VectorTests {
    @Test(
        "AES counter mode (RFC 3711 appendix B.2)",
        arguments: [
            (0, "E03EAD0935C95E80E166B16DD92B4EB4 D23513162B02D0F72A43A2FE4A5F97AB 41E95B3BB0A2E8DD477901E4FCA894C0"),
            (
                0xfeff,
                "EC8CDF7398607CB0F2D21675EA9EA1E4 362B7C3C6773516318A077D7FC5073AE 6A2CC3787889374FBEB4C81B17BA6C44"
            ),
        ])
    func counterMode(_ block: Int, _ stream: String) throws {
        let cipher = try BlockCipher(key: bytes(hex: "2B7E151628AED2A6ABF7158809CF4F3C"))
        let length = (block + 3) * 16
        var text = [UInt8](repeating: 0, count: length)
        var span = text.mutableSpan
        let isDone = cipher.counterMode(
            &span, 0..<length, high: 0xf0f1_f2f3_f4f5_f6f7, low: 0xf8f9_fafb_fcfd_0000)
        #expect(isDone)
        #expect(Array(text[(block * 16)...]) == bytes(hex: stream))
    }

    @Test("key derivation (RFC 3711 appendix B.3)")
    func keyDerivation() throws {
        let master = bytes(hex: "E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6")
        let key = try #require(SRTPMasterKey(master, for: .aesCM128HMACSHA1x80))
        let keys = try SessionKeys(key, .aesCM128HMACSHA1x80, for: .rtp)
        #expect(keys.cipherKey == bytes(hex: "C61E7A93744F39EE10734AFE3FF7A087"))
        #expect(keys.salt == bytes(hex: "30CBBC08863D8C85D49DB34A9AE1"))
        #expect(keys.authenticationKey == bytes(hex: "CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4"))
        var generator = try SessionKeys.Generator(key, .aesCM128HMACSHA1x80)
        #expect(
            try generator.bytes(94, label: 1)
                == bytes(
                    hex: """
                        CEBE321F6FF7716B6FD4AB49AF256A156D38BAA48F0A0ACF3C34E2359E6CDBCEE049646C43D9327AD175578EF7227098
                        6371C10C9A369AC2F94A8C5FBCDDDC256D6E919A48B610EF17C2041E474035766B68642C59BBFC2F34DB60DBDFB2
                        """))
    }

    /// The RFC stops at SRTP; these follow from its section 4.3.2 by any AES.
    @Test("key derivation for SRTCP")
    func controlKeys() throws {
        let master = bytes(hex: "E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6")
        let key = try #require(SRTPMasterKey(master, for: .aesCM128HMACSHA1x80))
        let keys = try SessionKeys(key, .aesCM128HMACSHA1x80, for: .rtcp)
        #expect(keys.cipherKey == bytes(hex: "4C1AA45A81F73D61C800BBB00FBB1EAA"))
        #expect(keys.authenticationKey == bytes(hex: "8D54534FEB49AE8E7993A6BD0B844FC323A93DFD"))
        #expect(keys.salt == bytes(hex: "9581C7AD87B3E530BF3E4454A8B3"))
    }

    @Test("key derivation with 256 bits (RFC 6188 section 7.1)")
    func longKeyDerivation() throws {
        let master = bytes(
            hex: "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6 3b04803de51ee7c96423ab5b78d2")
        let key = try #require(SRTPMasterKey(master, for: .aesCM256HMACSHA1x80))
        let keys = try SessionKeys(key, .aesCM256HMACSHA1x80, for: .rtp)
        #expect(
            keys.cipherKey == bytes(hex: "5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4"))
        #expect(keys.salt == bytes(hex: "fa31791685ca444a9e07c6c64e93"))
        #expect(keys.authenticationKey == bytes(hex: "fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"))
    }

    static let packet = bytes(
        hex: """
            8040f17b 8041f8d3 5501a0b2 47616c6c 69612065 7374206f 6d6e6973 20646976 69736120 696e2070 61727465 73207472
            6573
            """)

    @Test(
        "GCM (RFC 7714 sections 16.1.1, 16.1.2, 16.2.1, 16.2.2)",
        arguments: [
            (
                SRTPSuite.aeadAES128GCM,
                """
                f24de3a3 fb34de6c acba861c 9d7e4bca be633bd5 0d294e6f 42a5f47a 51c7d19b 36de3adf 8833899d 7f27beb1 6a9152cf
                765ee439 0cce
                """
            ),
            (
                .aeadAES256GCM,
                """
                32b1de78 a822fe12 ef9f78fa 332e33aa b1801238 9a58e2f3 b50b2a02 76ffae0f 1ba63799 b87b7aa3 db36dfff d6b0f9bb
                7878d7a7 6c13
                """
            ),
        ])
    func gcm(_ suite: SRTPSuite, _ sealed: String) throws {
        let keys = SessionKeys(
            cipherKey: (0..<suite.keyLength).map { UInt8($0) }, authenticationKey: [],
            salt: Array("Quid pro quo".utf8) + [0, 0])
        let expected = Self.packet.prefix(12) + bytes(hex: sealed)
        let header = try RTPHeader.decode(Self.packet.span)

        let packetCipher = try PacketCipher(suite, keys, tagLength: 16, encrypts: true)
        let nonce = packetCipher.nonce(header.ssrc, UInt64(header.sequenceNumber))
        #expect(nonce.high == 0x5175_3c65_80c2_726f && nonce.low == 0x2071_8414)
        var text = Self.packet + [UInt8](repeating: 0, count: 16)
        var span = text.mutableSpan
        let sealing = try AuthenticatedCipher(key: keys.cipherKey, encrypts: true)
        let isSealed = sealing.seal(&span, to: Self.packet.count, .init(nonce: nonce, clear: 12))
        #expect(isSealed)
        #expect(text == Array(expected))

        let opening = try AuthenticatedCipher(key: keys.cipherKey, encrypts: false)
        var back = text.mutableSpan
        try opening.open(&back, to: Self.packet.count, .init(nonce: nonce, clear: 12))
        #expect(Array(text.prefix(Self.packet.count)) == Self.packet)
    }

    @Test(
        "GCM that authenticates alone (RFC 7714 sections 16.1.3, 16.1.4, 16.2.3, 16.2.4)",
        arguments: [
            (SRTPSuite.aeadAES128GCM, "22493f82d2bce397e9d79e3b19aa4216"),
            (.aeadAES256GCM, "a866d5910f887463067ceefec45215d4"),
        ])
    func tagging(_ suite: SRTPSuite, _ tag: String) throws {
        let key = (0..<suite.keyLength).map { UInt8($0) }
        let terms = AuthenticatedCipher.Terms(nonce: (0x5175_3c65_80c2_726f, 0x2071_8414), clear: Self.packet.count)
        var text = Self.packet + [UInt8](repeating: 0, count: 16)
        var span = text.mutableSpan
        let sealing = try AuthenticatedCipher(key: key, encrypts: true)
        let isSealed = sealing.seal(&span, to: Self.packet.count, terms)
        #expect(isSealed)
        #expect(text == Self.packet + bytes(hex: tag))
        let opening = try AuthenticatedCipher(key: key, encrypts: false)
        var back = text.mutableSpan
        try opening.open(&back, to: Self.packet.count, terms)
        text[20] ^= 1
        #expect(throws: SRTPFailure.authenticationFailed) {
            var back = text.mutableSpan
            try opening.open(&back, to: Self.packet.count, terms)
        }
    }

    @Test("HMAC-SHA1 (RFC 2202 section 3, cases 1, 2 and 3)")
    func hmac() {
        let cases: [(key: [UInt8], text: [UInt8], tag: String)] = [
            ([UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8), "b617318655057264e28bc0b6fb378c8ef146be00"),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "125d7342b9ac11cd91a39af48aa17b4f63f175d3"
            ),
        ]
        for example in cases {
            let hmac = PacketHMAC(key: example.key)
            var text = example.text + [UInt8](repeating: 0, count: 20)
            var span = text.mutableSpan
            hmac.sign(&span, to: example.text.count, trailer: nil, length: 20)
            #expect(text == example.text + bytes(hex: example.tag))
            // The last four bytes as a trailer are as good.
            let end = example.text.count - 4
            var shorter = Array(example.text.prefix(end)) + bytes(hex: example.tag)
            let trailer = example.text.span.uint32(at: end)
            let shorterSpan = shorter.mutableSpan
            let isSame = hmac.verify(shorterSpan, to: end, trailer: trailer, length: 20)
            #expect(isSame)
        }
    }
}
