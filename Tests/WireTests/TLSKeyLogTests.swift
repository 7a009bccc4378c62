import Testing
import Wire

private let random = String(repeating: "0a", count: 32)
private let master = String(repeating: "B1", count: 48)

@Suite struct TLSKeyLogTests {
    private func log(_ text: String) -> TLSKeyLog {
        let bytes = Array(text.utf8)
        return TLSKeyLog(bytes.span)
    }

    private func secret(in log: TLSKeyLog) -> [UInt8]? {
        log.secret(.master, of: [UInt8](repeating: 0x0a, count: 32))
    }

    @Test func secretsAreFoundByLabelAndRandomNumber() {
        let found = log(
            "# a comment\r\n\r\nCLIENT_RANDOM \(random) \(master)\r\n"
                + "EXPORTER_SECRET \(random) 00\nSERVER_TRAFFIC_SECRET_0 \(random) \(random)")
        #expect(secret(in: found) == [UInt8](repeating: 0xb1, count: 48))
        #expect(found.secret(.serverTraffic, of: [UInt8](repeating: 10, count: 32))?.count == 32)
        #expect(found.secret(.clientTraffic, of: [UInt8](repeating: 10, count: 32)) == nil)
        #expect(found.count == 2 && found.unreadableLines == 0)
    }

    @Test(arguments: [
        "CLIENT_RANDOM", "CLIENT_RANDOM \(random)", "CLIENT_RANDOM \(random) \(master) more",
        "CLIENT_RANDOM 0a \(master)", "CLIENT_RANDOM \(random) 0", "CLIENT_RANDOM \(random) zz\(master.dropFirst(2))",
        "CLIENT_RANDOM \(random) \(master)\(master)",
    ])
    func aLineThatIsNotWholeIsCounted(line: String) {
        let found = log(line + "\nCLIENT_RANDOM \(random) \(master)\n")
        #expect(found.unreadableLines == 1 && secret(in: found)?.count == 48)
    }

    @Test func noSecretIsPrinted() {
        let found = log("CLIENT_RANDOM \(random) \(master)")
        var dumped = ""
        dump(found, to: &dumped)
        for text in ["\(found)", String(reflecting: found), dumped] {
            #expect(!text.lowercased().contains("b1") && !text.contains("177"))
        }
    }
}
