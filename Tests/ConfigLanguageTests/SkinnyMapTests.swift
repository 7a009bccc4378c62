import TestSupport
import Testing

@testable import ConfigLanguage

/// `policy-map type inspect skinny`: what it means, what it refuses, and that it is written as it was read.
@Suite struct SkinnyMapTests {
    private func read(_ text: String) -> SkinnyInspectionMap? {
        Configuration.read("policy-map type inspect skinny strict\n\(text)", file: "box.cfg").configuration
            .skinnyInspectionMaps["strict"]
    }

    @Test func whatStandsNowhereIsTheDefault() throws {
        let map = try #require(read(""))
        #expect(map == SkinnyInspectionMap(name: "strict"))
        #expect(map.shortestLength == 4 && map.longestLength == nil && map.messageLimit == nil)
        #expect(map.mediaTimeout == 300 && map.signallingTimeout == 3600 && !map.requiresRegistration)
    }

    private static let whole = """
         parameters
          enforce-registration
          message-id max 0x141
          protocol-version max 17
          rtp-conformance enforce-payloadtype
          sccp-prefix-len max 4000
          sccp-prefix-len min 8
          timeout media 0:01:00
          timeout signaling 0:05:00
         match message-id 0x20
          drop log
         match not message-id range 0x0 0x181
          reset
         match message-id 0x9f
          rate-limit 10
        """

    @Test func everythingIsReadAndWrittenAgain() throws {
        let map = try #require(read(Self.whole))
        #expect(map.requiresRegistration && map.messageLimit == 0x141 && map.versionLimit == 17)
        #expect(map.rtpConformance == .init(enforcesPayloadType: true))
        #expect(map.longestLength == 4000 && map.shortestLength == 8)
        #expect(map.mediaTimeout == 60 && map.signallingTimeout == 300)
        #expect(
            map.rules == [
                .init(messages: 0x20...0x20, action: .drop, logs: true),
                .init(messages: 0...0x181, isInverted: true, action: .reset),
                .init(messages: 0x9f...0x9f, action: .rateLimit(10)),
            ])
        #expect(map.rules[1].fits(0x8000) && !map.rules[1].fits(0x20))
        var configuration = Configuration()
        configuration.skinnyInspectionMaps["strict"] = map
        let lines = RunningConfiguration(configuration).lines(.skinnyInspectionMaps)
        #expect(lines.joined(separator: "\n") == "policy-map type inspect skinny strict\n" + Self.whole)
    }

    @Test func aClassMapsMatchesAreTheRules() throws {
        let text = """
            class-map type inspect skinny match-any calls
             match message-id range 0x6 0x7
             match not message-id range 0x0 0x181
            class-map type inspect skinny match-all empty
            policy-map type inspect skinny strict
             class calls
              drop-connection log
             class empty
              reset
             match message-id 0x20
              mask log
            """
        let result = Configuration.read(text, file: "box.cfg")
        #expect(result.isValid)
        let map = try #require(result.configuration.skinnyInspectionMaps["strict"])
        #expect(map.rules[0].fits(6) && map.rules[0].fits(0x8000) && !map.rules[0].fits(8))
        #expect(map.rules[0].action == .dropConnection && map.rules[0].logs)
        #expect(!map.rules[1].fits(0x8000), "a class-map that matches nothing yet takes nothing")
        #expect(map.rules[2].action == .mask)
        let running = RunningConfiguration(result.configuration)
        let lines = running.lines(.skinnyClassMaps) + running.lines(.skinnyInspectionMaps)
        #expect(lines.joined(separator: "\n") == text)
        let changed = Configuration.read(
            text + "\nclass-map type inspect skinny calls\n no match message-id range 0x6 0x7\n"
                + "policy-map type inspect skinny strict\n no class empty", file: "box.cfg"
        ).configuration.skinnyInspectionMaps["strict"]
        #expect(changed?.rules.count == 2 && changed?.rules[0].fits(6) == false)
    }

    @Test func noGivesTheDefaultBack() throws {
        let text = """
             parameters
              message-id max 0x141
              no message-id max
              timeout media 0:01:00
              no timeout media
              enforce-registration
              no enforce-registration
              sccp-prefix-len max 8
              no sccp-prefix-len max
             match message-id 0x20
              drop log
              no drop log
             no match message-id 0x20
            """
        #expect(read(text) == SkinnyInspectionMap(name: "strict"))
    }

    @Test(
        arguments: [
            "parameters\n message-id max 0x10000", "parameters\n message-id max seven",
            "parameters\n sccp-prefix-len min 65537", "parameters\n timeout media 0:00:00",
            "parameters\n protocol-version max 2", "match message-id range 0x20 0x10", "match request-method invite",
            "class nowhere",
        ])
    func whatCanNotBeIsAnError(_ text: String) {
        let text = "policy-map type inspect skinny strict\n " + text.replacing("\n", with: "\n  ")
        #expect(!Configuration.read(text, file: "box.cfg").isValid)
    }

    @Test func anInspectionNamesIt() {
        let text = """
            policy-map type inspect skinny strict
            policy-map p
             class class-default
              inspect skinny unknown phone-proxy pp
            """
        let result = Configuration.read(text, file: "box.cfg")
        #expect(result.configuration.policyMaps["p"]?.classes.first?.inspections.first?.policy != nil)
    }
}
