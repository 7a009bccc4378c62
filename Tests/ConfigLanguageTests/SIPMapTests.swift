import Testing

@testable import ConfigLanguage

@Suite("SIP inspection maps")
struct SIPMapTests {
    @Test func parametersFillTheModel() throws {
        let map = try #require(
            valid(
                """
                policy-map type inspect sip m
                 parameters
                  no im
                  ip-address-privacy
                  max-forwards-validation action drop log
                  rtp-conformance
                  software-version action mask
                  state-checking action reset
                  strict-header-validation action drop-connection log
                  no traffic-non-sip
                  uri-non-sip action log
                """
            ).sipInspectionMaps["m"])
        var expected = SIPInspectionMap(name: "m")
        expected.permitsInstantMessages = false
        expected.hidesAddresses = true
        expected.maxForwardsValidation = .init(.drop, logs: true)
        expected.rtpConformance = .init(enforcesPayloadType: false)
        expected.softwareVersion = .init(.mask)
        expected.stateChecking = .init(.reset)
        expected.strictHeaderValidation = .init(.dropConnection, logs: true)
        expected.permitsNonSIP = false
        expected.nonSIPURIs = .init(.log)
        #expect(map == expected)
    }

    @Test func rulesStandInOrderWithTheirActions() throws {
        let configuration = valid(
            """
            regex boss boss
            regex chief chief
            class-map type regex match-any names
             match regex boss
             match regex chief
            class-map type inspect sip match-any calls
             match request-method invite
             match not called-party regex class names
            policy-map type inspect sip m
             match third-party-registration regex boss
              drop send-protocol-error log
             class calls
              rate-limit 50
             match uri sip length gt 256
              log
            policy-map p
             class class-default
              inspect sip m
            service-policy p global
            """)
        let boss = try SIPInspectionMap.TextPattern(name: "boss", expressions: [RegularExpression("boss")])
        let names = try SIPInspectionMap.TextPattern(
            name: "names", isClass: true, expressions: [RegularExpression("boss"), RegularExpression("chief")])
        #expect(
            configuration.sipInspectionMaps["m"]?.rules == [
                .init(matches: [.init(.thirdPartyRegistration(boss))], action: .drop(sendsError: true), logs: true),
                .init(
                    classMap: "calls",
                    matches: [.init(.requestMethod(.invite)), .init(.calledParty(names), isInverted: true)],
                    matchesAll: false, action: .rateLimit(50)),
                .init(matches: [.init(.uriLength(.sip, over: 256))], logs: true),
            ])
        #expect(configuration.policyMaps["p"]?.classes.first?.inspections.first?.policy == "m")
    }
}

@Suite("Regular expressions")
struct RegularExpressionTests {
    private func isFound(_ pattern: String, in text: String) throws -> Bool {
        let bytes = Array(text.utf8)
        return try RegularExpression(pattern).isFound(in: bytes.span)
    }

    @Test(arguments: [
        ("abc", "xxabcxx", "xxabxc"), ("^abc", "abcd", "xabc"), ("abc$", "xabc", "abcd"), ("^$", "", "a"),
        ("a.c", "abc", "ac"), ("a?c", "c", "b"), ("^a*b$", "aaab", "aaa"), ("^a+b", "ab", "b"),
        ("^(ab|cd)+$", "abcdab", "abc"), ("^a{3}$", "aaa", "aa"), ("^a{2,}$", "aaaa", "a"),
        ("^a{1,2}$", "aa", "aaa"), ("^a{0}b", "b", "ab"), ("[abc]", "xbx", "xyz"), ("^[^abc]+$", "xyz", "xbz"),
        ("[a-f0-9]{4}", "zz12efzz", "12g4"), ("[]x]", "]", "y"), ("[a-]", "-", "b"), ("[\\]]", "]", "["),
        ("\\.com", "a.com", "axcom"), ("\\x41\\102", "AB", "ab"), ("a\\tb", "a\tb", "atb"),
        ("^(a|)b$", "b", "cb"), ("^((a*)*)*b", "aaab", "aaa"), ("sip:.*@example", "sip:bob@example.com", "sip:bob"),
        ("(^a)|(b$)", "ac", "ba"), ("\u{e9}", "caf\u{e9}", "cafe"), ("a|b|c", "xc", "xd"),
    ])
    func findWhatTheySay(pattern: String, match: String, miss: String) throws {
        #expect(try isFound(pattern, in: match))
        #expect(try !isFound(pattern, in: miss))
    }

    @Test(arguments: [
        ("", 0), ("(", 0), ("a)", 1), ("[a", 0), ("[z-a]", 1), ("+", 0), ("a**", 2), ("a{", 1), ("a{1", 1),
        ("a{2,1}", 1), ("a{256}", 2), ("\\", 0), ("\\x4", 0), ("\\x+4", 0), ("\\400", 0),
        (String(repeating: "a", count: 101), 0), (String(repeating: "(", count: 17), 16),
        ("(a{255}){5}", 0), ("((((((((){255}){255}){255}){255}){255}){255}){255})", 0),
    ])
    func thatCanNotBeReadAreRefusedAtTheFault(pattern: String, offset: Int) {
        do throws(RegularExpression.Fault) {
            _ = try RegularExpression(pattern)
            Issue.record("read: \(pattern)")
        } catch {
            #expect(error.offset == offset, "\(pattern): \(error.message)")
        }
    }

    /// What makes a matcher that goes back run for hours.
    @Test func takeNoLongerForBeingNasty() throws {
        #expect(try !isFound("^(a|a|aa)*(a*)*c$", in: String(repeating: "a", count: 4000)))
    }

    /// Random bytes read, or are refused, and never trap.
    @Test func ofAnythingAtAllNeverTrap() {
        var seed: UInt64 = 7
        let letters = Array("ab(|)*+?{1,2}[^-]\\x4.$".utf8)
        let text = Array("abba".utf8)
        var read = 0
        for _ in 0..<20000 {
            var pattern: [UInt8] = []
            for _ in 0..<12 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                pattern.append(letters[Int(seed >> 33) % letters.count])
            }
            if let expression = try? RegularExpression(String(decoding: pattern, as: UTF8.self)) {
                _ = expression.isFound(in: text.span)
                read += 1
            }
        }
        #expect(read > 100)
    }
}
