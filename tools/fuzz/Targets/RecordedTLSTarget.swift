import TLSProxy
import TestSupport
import Wire

/// A key log up to the first zero byte, and what both sides of a connection sent: pieces of 255 bytes at most, each after a byte
/// that says who (odd: the client) and one with its length.
func recordedTLSPromise(_ input: Span<UInt8>) -> String? {
    var place = 0
    while place < input.count, input[place] != 0 { place += 1 }
    let keyLog = TLSKeyLog(input.extracting(..<place))
    guard keyLog.count <= place / 97 else { return "more secrets than lines" }
    var whole = RecordedConnection(keyLog)
    var slow = RecordedConnection(keyLog)
    var said: (whole: [UInt8], slow: [UInt8]) = ([], [])
    place += 1
    while place + 2 <= input.count {
        let isFromClient = input[place] & 1 == 1
        let end = min(input.count, place + 2 + Int(input[place + 1]))
        let piece = input.bytes(in: place + 2..<end)
        place = end
        let opened = whole.take(piece, fromClient: isFromClient)
        // What waited for its end comes with it.
        if opened.count > piece.count + TLSRecord.longestFragment { return "more comes out than went in" }
        said.whole += opened
        for start in stride(from: 0, to: piece.count, by: 7) {
            said.slow += slow.take(Array(piece[start..<min(start + 7, piece.count)]), fromClient: isFromClient)
        }
    }
    guard said.whole == said.slow else { return "it says something else in small pieces" }
    return whole.trouble == slow.trouble ? nil : "it fails for another reason in small pieces"
}

/// One side says REGISTER, the other 200 OK (in TLS 1.3, the first side alone): of OpenSSL's making, without the messages of the
/// handshake that nothing depends on.
func recordedTLSSeeds() -> [FuzzTarget.Seed] {
    [
        recordedSeed(
            "tls-1.2-gcm",
            """
            CLIENT_RANDOM \
            9fd4d425f33b25ca93b66102f6cd008c277e5cb771b6c9b351fbac2432f354ae \
            d8e701fb2811967c30c5ad2dee7e502b981a702c5d152b5ec1e6b10656bc2bf69f658d6315e86a87a0448dacbfd414e8

            """,
            [
                (true, "16030100260100002203039fd4d425f33b25ca93b66102f6cd008c277e5cb771b6c9b351fbac2432f354ae"),
                (
                    false,
                    "1603030039020000350303733755f5307ddbfd64c5d41ff2d0441dd99b73e204e887fc5a71cfe96403a23500009c0000"
                        + "0dff010001000023000000170000"
                ),
                (true, "140303000101"),
                (true, "160303002846ce4dfcf3068090033391cc67c3ea417c5217a1f28b95e5c0a0a5e94538df9f608b4046b1d15ed5"),
                (false, "140303000101"),
                (false, "160303002879b7323e74b72e346db052381728f67ee65ece601742274e0fd6ae69f4e5666b03e1b0ee56101cef"),
                (true, "170303002046ce4dfcf30680916b324dcd6c87a573d803212b7910a8ab36cc3e3767d14c7a"),
                (false, "170303001e79b7323e74b72e35291b16f4b1adb93905a3ad230134a95e5270000e8822"),
            ]),
        recordedSeed(
            "tls-1.2-cbc",
            """
            CLIENT_RANDOM \
            7fdc21ccef4f3d9209f831d8dc8e902d176a89d5426b06015939f22d6d5c7a00 \
            f9b1fba17c96e15ee2e1753069da79db5f1324b92e0fe4312164c91df14a9813bf6cf7514ff800af98cc1b0e98111216

            """,
            [
                (true, "16030100260100002203037fdc21ccef4f3d9209f831d8dc8e902d176a89d5426b06015939f22d6d5c7a00"),
                (
                    false,
                    "160303003d02000039030388358b258c16a03db3d35df6f953d665d1342570026a0143e305d7d21e146d6000002f0000"
                        + "11ff01000100002300000016000000170000"
                ),
                (true, "140303000101"),
                (
                    true,
                    "1603030044e6a6954895cbf1e26a3933c20898eff68407debc46e10b8618ea41bdcfaf5981b631f2741f855ca7c0d675"
                        + "f355db208daa94624b9982a1bd3cd0eb09e1991f4a1b951c19"
                ),
                (false, "140303000101"),
                (
                    false,
                    "1603030044fc95b73a9a52329c522538329f6de65351c5ef75aef94429c0e2c58bb4a42ca449b1158068758bf0b1afb8"
                        + "f661f323803740619db82f6ccb3a5148abd474d0c5de74edcc"
                ),
                (
                    true,
                    "1703030034e532e4f49cc2dd27a619b64da33e77b738ef6ec226f0d831826dc7df46f661b09b469fe455fdc3afc8d4f2"
                        + "a4587ac664ec59def4"
                ),
                (
                    false,
                    "170303003444510781ff3648ae7a4302b56d511c6efc700675ea0dc109ab52983cbbb1f5de812746a56b8ff0e02ad49b"
                        + "b2b4090d5605825df6"
                ),
            ]),
        recordedSeed(
            "tls-1.3",
            """
            SERVER_HANDSHAKE_TRAFFIC_SECRET \
            e461e82dbda9c18ab054fc62f152e79beef0d063140f1e41f9c0b3e72bcbb89f \
            e39035b22904b73d83fc2f23ec3564ca21d30235ba799857bcae76c4319d491058906acb3ccb02cd50cbeef53c26dbd0
            CLIENT_HANDSHAKE_TRAFFIC_SECRET \
            e461e82dbda9c18ab054fc62f152e79beef0d063140f1e41f9c0b3e72bcbb89f \
            695ec5e2b8a0b32194550043d84263d13841ef2606061310226ea4d282f4d4ca3e0e811a1cba00bf71534dbf746a5a6d
            CLIENT_TRAFFIC_SECRET_0 \
            e461e82dbda9c18ab054fc62f152e79beef0d063140f1e41f9c0b3e72bcbb89f \
            129d098e4b97613eccd2192c6f9f37410efd3d873e1e8c72d41489ba3459d659acbd5c89b554d36532603f19b54f5044

            """,
            [
                (true, "1603010026010000220303e461e82dbda9c18ab054fc62f152e79beef0d063140f1e41f9c0b3e72bcbb89f"),
                (
                    false,
                    "160303007a020000760303cfedfc5c150e4b05e53157a8e8d34850de676e2595d02d607ba5115b329dbd06204417f793"
                        + "2a95cfa5ba3d0c5611f4877e9a4733cf185ae82560f6271c4cf8d4b6130200002e002b0002030400330024001d0020da"
                        + "352a2e56aa037f11dcaa80e0d6cc346986a931717b5a92047058ee71919446"
                ),
                (true, "140303000101"),
                (
                    true,
                    "170303004571c42a9b0d52996a96c6d776baac9106362a56cee167ffa71ac74306fb5bd1372a4da944230ab3501e8e1c"
                        + "0124a2a9d5e7a86b921f357e24d24ad64afa6d3fcfb41c30325d"
                ),
                (true, "17030300197414701f88bfaa17507614ebd0087db40f2b6b67626fb8d105"),
            ]),
    ]
}

private func recordedSeed(
    _ name: String, _ keyLog: String, _ records: [(isFromClient: Bool, hex: String)]
) -> FuzzTarget.Seed {
    let pieces = records.flatMap { record in
        let bytes = bytes(hex: record.hex)
        return [record.isFromClient ? 1 : 0, UInt8(truncatingIfNeeded: bytes.count)] + bytes
    }
    return FuzzTarget.Seed(name: name, bytes: Array(keyLog.utf8) + [0] + pieces)
}
