import TestSupport
import Testing
import Wire

/// `a=crypto` (RFC 4568).
@Suite struct SDPCryptoTests {
    private func cryptos(_ lines: String...) throws(SDPError) -> (SDP, [SDPCrypto]) {
        let attributes = lines.map { "a=crypto:\($0)\r\n" }.joined()
        let sdp = try SDP.read(Array("v=0\r\nm=audio 1 RTP/SAVP 0\r\n\(attributes)".utf8))
        return (sdp, try sdp.cryptos(of: sdp.media[0]))
    }

    private func key(_ suite: SRTPSuite) -> [UInt8] { (0..<UInt8(suite.keyLength + suite.saltLength)).map { $0 } }

    private func inline(_ suite: SRTPSuite) -> String { String(decoding: Base64.encode(key(suite)), as: UTF8.self) }

    @Test func ofAnOffer() throws {
        let sdp = try SDP.read(Array(SampleSIP.secureSDP.utf8))
        let cryptos = try sdp.cryptos(of: sdp.media[0])
        #expect(cryptos.map(\.tag) == [1, 2, 3])
        #expect(cryptos.map(\.suite) == [.aesCM128HMACSHA1x80, .aeadAES256GCM, nil])
        #expect(cryptos.map { sdp.text($0.suiteName) }.last == "F8_128_HMAC_SHA1_80")
        #expect(cryptos[0].keys.map(\.master.bytes) == [key(.aesCM128HMACSHA1x80)])
        #expect(cryptos[1].keys.map(\.master.bytes) == [key(.aeadAES256GCM)] && cryptos[2].keys.isEmpty)
        #expect(cryptos[0].keys[0].lifetime == 1 << 20 && cryptos[0].keys[0].mki?.bytes == [0, 0, 0, 1])
        #expect(cryptos.map(\.session.isPlain) == [true, true, false])
        #expect(cryptos[1].session.windowSize == 64 && cryptos[2].session.isRTCPUnencrypted)
        #expect(cryptos.map { sdp.text(sdp.lines[$0.line].value).prefix(8) } == ["crypto:1", "crypto:2", "crypto:3"])
    }

    @Test(arguments: SRTPSuite.allCases)
    func everySuiteIsWrittenAndRead(suite: SRTPSuite) throws {
        let master = try #require(SRTPMasterKey(key(suite), for: suite))
        let line = SDPCrypto.line(tag: 7, suite, master)
        let sdp = try SDP.read(Array("v=0\r\nm=audio 1 RTP/SAVP 0\r\n\(line)\r\n".utf8))
        let crypto = try #require(try sdp.cryptos(of: sdp.media[0]).first)
        #expect(crypto.suite == suite && crypto.tag == 7 && crypto.keys.map(\.master) == [master])
        // Without its padding, as some write it.
        let unpadded = line.filter { $0 != "=" }.replacing("acrypto", with: "a=crypto")
        let again = try SDP.read(Array("v=0\r\nm=audio 1 RTP/SAVP 0\r\n\(unpadded)\r\n".utf8))
        #expect(try again.cryptos(of: again.media[0]).first?.keys.map(\.master) == [master])
    }

    @Test func otherSpellings() throws {
        let (_, cryptos) = try cryptos(
            "1 AES_CM_256_HMAC_SHA1_80 inline:\(inline(.aesCM256HMACSHA1x80))",
            "2 aes_cm_128_hmac_sha1_32 INLINE:\(inline(.aesCM128HMACSHA1x32))")
        #expect(cryptos.map(\.suite) == [.aesCM256HMACSHA1x80, .aesCM128HMACSHA1x32])
    }

    @Test func lifetimesAndIdentifiers() throws {
        let key = "inline:\(inline(.aesCM128HMACSHA1x80))"
        let (_, cryptos) = try cryptos(
            "1 AES_CM_128_HMAC_SHA1_80 \(key)|1000;\(key)|5:1;\(key)|2^31|18446744073709551615:9",
            "2 AES_CM_128_HMAC_SHA1_80 \(key) KDR=1 UNENCRYPTED_SRTP UNAUTHENTICATED_SRTP FEC_ORDER=FEC_SRTP")
        #expect(cryptos[0].keys.map(\.lifetime) == [1000, nil, 1 << 31])
        #expect(cryptos[0].keys.map { $0.mki?.bytes } == [nil, [5], [0] + [UInt8](repeating: 0xff, count: 8)])
        let session = cryptos[1].session
        #expect(session.keyDerivationRate == 1 && session.isRTPUnencrypted && session.isRTPUnauthenticated)
        #expect(session.hasOther && !session.isPlain)
    }

    @Test func linesThatAreNone() throws {
        let suite = "AES_CM_128_HMAC_SHA1_80"
        let key = inline(.aesCM128HMACSHA1x80)
        let bad: [(String, SDPError.Reason)] = [
            ("", .cryptoMalformed), ("x \(suite) inline:\(key)", .cryptoMalformed), ("1 \(suite)", .cryptoMalformed),
            ("1234567890 \(suite) inline:\(key)", .cryptoMalformed), ("1 \(suite) uri:\(key)", .cryptoMalformed),
            ("1 \(suite) inline:", .cryptoMalformed), ("1 \(suite) inline:\(key.dropLast())", .cryptoKeyInvalid),
            ("1 \(suite) inline:\(key)AAAA", .cryptoKeyInvalid),
            ("1 \(suite) inline:!\(key.dropFirst())", .cryptoKeyInvalid),
            ("1 AEAD_AES_128_GCM inline:\(key)", .cryptoKeyInvalid),
            ("1 \(suite) inline:\(key)|2^49", .cryptoMalformed),
            ("1 \(suite) inline:\(key)|x", .cryptoMalformed), ("1 \(suite) inline:\(key)|1:0", .cryptoMalformed),
            ("1 \(suite) inline:\(key)|256:1", .cryptoMalformed), ("1 \(suite) inline:\(key)|1:129", .cryptoMalformed),
            ("1 \(suite) inline:\(key)|1|1:1|x", .cryptoMalformed),
            ("1 \(suite) inline:\(key) KDR=25", .cryptoMalformed),
            ("1 \(suite) inline:\(key) WSH=x", .cryptoMalformed),
            (
                "1 \(suite) " + [String](repeating: "inline:\(key)", count: SDPLimits.keys + 1).joined(separator: ";"),
                .cryptoMalformed
            ),
        ]
        for (line, reason) in bad {
            let error = sdpError { () throws(SDPError) in try cryptos(line) }
            #expect(error?.reason == reason, "\(line)")
        }
    }

    @Test func noKeyIsEverPrinted() throws {
        let text = inline(.aesCM128HMACSHA1x80)
        let (sdp, cryptos) = try cryptos("1 AES_CM_128_HMAC_SHA1_80 inline:\(text)")
        var dumped = ""
        dump((sdp, cryptos), to: &dumped)
        for printed in ["\(sdp)", "\(cryptos)", String(reflecting: (sdp, cryptos)), dumped] {
            // Neither in base 64, nor as numbers, nor as the numbers of the characters.
            #expect(!printed.contains(text.prefix(8)) && !printed.contains("1, 2, 3") && !printed.contains("65, 65"))
        }
    }
}

/// Changes of a description.
@Suite struct SDPEditTests {
    private func edited(_ text: String, _ change: (inout EditList, SDP) throws -> Void) throws -> String {
        let sdp = try SDP.read(Array(text.utf8))
        var edits = EditList()
        try change(&edits, sdp)
        let bytes = ByteEdit.apply(try edits.ordered(within: sdp.bytes.count), to: sdp.bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func addressesPortsAndProfiles() throws {
        let text = try edited(SampleSIP.sdp) { edits, sdp in
            edits.setAddress(of: try #require(sdp.origin).address, to: try #require(IPAddress("198.51.100.1")))
            edits.setAddress(of: try #require(sdp.connection), to: try #require(IPAddress("2001:db8::7")))
            edits.setPort(of: sdp.media[0], to: 20_000)
            edits.setProfile(of: sdp.media[0], to: .rtpSAVP)
        }
        let expected = SampleSIP.sdp.replacing("2890844527 IN IP4 192.0.2.2", with: "2890844527 IN IP4 198.51.100.1")
            .replacing("c=IN IP4 192.0.2.2", with: "c=IN IP6 2001:db8::7")
            .replacing("m=audio 49170 RTP/AVP", with: "m=audio 20000 RTP/SAVP")
        #expect(text == expected)
    }

    @Test func linesComeAndGo() throws {
        let text = try edited(SampleSIP.secureSDP) { edits, sdp in
            for crypto in try sdp.cryptos(of: sdp.media[0]) { edits.remove(line: crypto.line, of: sdp) }
            edits.append(line: "a=new", to: sdp.media[0], of: sdp)
            edits.insertConnection(to: IPAddress(v4: 0xc000_0201), of: sdp.media[2], of: sdp)
        }
        let lines = SampleSIP.secureSDP.split(separator: "\r\n").filter { !$0.hasPrefix("a=crypto") }
        let expected = SampleSIP.lines(lines.map(String.init))
            .replacing("a=recvonly\r\n", with: "a=recvonly\r\na=new\r\n")
            .replacing("udptl t38\r\n", with: "udptl t38\r\nc=IN IP4 192.0.2.1\r\n")
        #expect(text == expected)
    }

    @Test(arguments: [("\r", "\n"), ("\r\n", ""), ("\n", ""), ("", "\r\n")])
    func behindALineOfAnyEnd(end: String, added: String) throws {
        let text = try edited("v=0\r\nm=audio 1 RTP/AVP 0" + end) { edits, sdp in
            edits.append(line: "a=x", to: sdp.media[0], of: sdp)
        }
        #expect(
            text.utf8.elementsEqual(
                ("v=0\r\nm=audio 1 RTP/AVP 0" + end + added + "a=x" + (added.isEmpty ? "\r\n" : "")).utf8))
    }

    @Test func behindALineWithoutAnEnd() throws {
        let text = try edited("v=0\nm=audio 1 RTP/AVP 0\ni=x") { edits, sdp in
            edits.insertConnection(to: IPAddress(v4: 1), of: sdp.media[0], of: sdp)
            edits.append(line: "a=x", to: sdp.media[0], of: sdp)
        }
        #expect(text == "v=0\nm=audio 1 RTP/AVP 0\ni=x\nc=IN IP4 0.0.0.1\na=x")
    }
}
