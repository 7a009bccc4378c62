import Testing

@testable import ConfigLanguage

@Suite("How a problem is shown")
struct DiagnosticTests {
    @Test func withTheLineTheMarkAndWhatWasExpected() throws {
        let diagnostic = try #require(read("interface eth0\n\tip address\t10.0.0.1 mask").diagnostics.first)
        #expect(
            diagnostic.description == """
                box.cfg:2:22: error: 'mask' is not a subnet mask
                \tip address\t10.0.0.1 mask
                \t          \t         ^~~~
                expected: subnet mask
                """)
    }

    @Test func columnsAreCharactersNotBytes() throws {
        let diagnostic = try #require(read("name 10.0.0.1 zürich ünder").diagnostics.first)
        #expect((diagnostic.column, diagnostic.length) == (22, 5))
    }

    @Test(arguments: [
        "enable password S3CRET encrypted", "ena pas S3CRET", "passwd S3CRET encrypted", "username bob password S3CRET",
        "usernme bob password S3CRET privilege 15", "no enable password S3CRET", "crypto ca export t pkcs12 S3CRET",
        "crypto ca export t pk S3CRET junk", "crypto ca import t pkcs12 S3CRET S3CRET", "snmp-server comm S3CRET x",
        "crypto ca trustpoint t\n password S3CRET S3CRET", "key S3CRET", "tunnel-group x pre-shared-key S3CRET",
    ])
    func secretsAreNeverRepeated(text: String) throws {
        let diagnostics = read(text).diagnostics
        #expect(!diagnostics.isEmpty)
        for diagnostic in diagnostics {
            #expect(!"\(diagnostic) \(diagnostic.source) \(diagnostic.expected)".contains("S3CRET"))
        }
    }

    @Test func nothingThatATerminalActsOnIsShown() throws {
        let text = read("frob\u{1b}[2Jnicate \u{9b}31m\u{202e}x").diagnostics.map(\.description).joined()
        for scalar in ["\u{1b}", "\u{9b}", "\u{202e}"] { #expect(!text.contains(scalar)) }
    }

    @Test func aThousandAreKeptAndTheRestCounted() throws {
        let result = read(String(repeating: "frobnicate\n", count: 1500))
        #expect(result.diagnostics.count == 1001)
        let last = try #require(result.diagnostics.last)
        #expect(last.severity == .error)
        #expect(last.message == "more than 1000 problems; not shown: 500 × error")
    }

    @Test func aFileOfMoreThanFourMebibytesIsNotRead() {
        let result = read(String(repeating: "!\n", count: 2 << 20) + "!")
        #expect(result.messages(.error) == ["the file is larger than 4194304 bytes"])
        #expect(result.configuration.servicePolicies.isEmpty)
    }

    @Test func aLineOfMoreThanFourKibibytesIsRefusedAndTheNextOneRead() {
        let result = read("! " + String(repeating: "x", count: 5000) + "\nhostname after")
        #expect(result.messages(.error) == ["the line is longer than 4096 bytes"])
        #expect(result.configuration.hostname == "after")
        #expect(result.diagnostics.allSatisfy { $0.source.count < 300 })
    }

    @Test func nearMissesAreThoseOfFewSlips() {
        let known = ["access-list", "access-group", "capture", "route"]
        #expect(Keyword.nearMisses(of: "acess-list", among: known) == ["access-list"])
        #expect(Keyword.nearMisses(of: "captrue", among: known) == ["capture"])
        #expect(Keyword.nearMisses(of: "rot", among: known).isEmpty)
        #expect(Keyword.nearMisses(of: "frobnicate", among: known).isEmpty)
    }
}
