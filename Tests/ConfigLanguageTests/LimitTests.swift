import Testing

@testable import ConfigLanguage

@Suite("Every table is bounded")
struct LimitTests {
    /// One more of something than there may be.
    static func many(_ count: Int, _ line: (Int) -> String) -> String {
        (0...count).map(line).joined(separator: "\n")
    }

    @Test(arguments: [
        (many(Limit.interfaces - 2) { "interface e\($0)" }, "interfaces"),
        (many(Limit.routes) { "route outside 10.\($0 >> 8).\($0 & 255).0 255.255.255.0 10.10.0.1" }, "routes"),
        // The global policy's class-map is one.
        (many(Limit.classMaps - 1) { "class-map c\($0)" }, "class-maps"),
        ("class-map match-any c\n" + many(Limit.matches) { "match port tcp eq \($0 + 1)" }, "matches"),
        (many(Limit.policyMaps - 1) { "policy-map p\($0)" }, "policy-maps"),
        (
            many(Limit.classes) { "class-map c\($0)" }
                + "\npolicy-map p\n" + many(Limit.classes) { "class c\($0)" }, "classes"
        ),
        (many(Limit.captures) { "capture c\($0)" }, "captures"),
        (many(Limit.captureMatches) { "capture c match udp any any eq \($0)" }, "matches"),
    ])
    func andSaysSo(text: String, what: String) {
        let errors = read(twoInterfaces + text).messages(.error)
        #expect(errors.count == 1)
        #expect(errors.first?.hasPrefix("more than ") == true && errors.first?.hasSuffix(what) == true)
    }

    /// What is too many is wrong in other ways besides.
    @Test(arguments: [
        (many(Limit.keyPairs) { "crypto key generate rsa label k\($0)" }, "1000 key pairs"),
        (many(Limit.trustpoints) { "crypto ca trustpoint t\($0)" }, "1000 trustpoints"),
        (many(Limit.trustpoints) { "crypto ca enroll t\($0)" }, "1000 enrollments"),
        (many(Limit.trustpoints) { "crypto ca authenticate t\($0)" }, "1000 certificates"),
        (many(Limit.ctlFiles) { "ctl-file c\($0)" }, "64 ctl-files"),
        (
            "crypto ca trustpoint t\nctl-file c\n"
                + many(Limit.recordEntries) { "record-entry tftp trustpoint t address 10.10.1.\($0)" },
            "128 record entries"
        ),
        (
            "phone-proxy p\n"
                + many(Limit.mediaTerminationAddresses) {
                    " media-termination address 10.\($0 >> 8).\($0 & 255).1 interface i\($0)"
                }, "1024 media-termination addresses"
        ),
    ])
    func andSaysSoAmongOthers(text: String, what: String) {
        var reading = Reading(SourceText(twoInterfaces + text, file: ""))
        reading.readAll()
        #expect(reading.log.finished().filter { $0.severity == .error }.map(\.message) == ["more than \(what)"])
    }

    @Test func ofAccessEntriesAreAHundredThousandInAll() {
        var reading = Reading(SourceText("access-list a permit ip any any\naccess-list a deny ip any any", file: ""))
        reading.draft.accessEntryCount = Limit.accessEntries - 1
        reading.readAll()
        #expect(reading.log.finished().map(\.message) == ["more than 100000 access entries"])
    }

    @Test func ofTranslationsAreFourThousand() {
        let text = Self.many(Limit.translations) {
            "static (inside,outside) 10.20.\($0 >> 8).\($0 & 255) 10.30.\($0 >> 8).\($0 & 255)"
        }
        let result = read(twoInterfaces + text)
        #expect(result.messages(.error) == ["more than 4096 translations"])
        #expect(result.configuration.translations.count == Limit.translations)
    }
}
