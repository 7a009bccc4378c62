import TestSupport
import Testing
import Wire

/// URIs, and the addresses they stand in.
@Suite struct SIPURITests {
    /// What a URI is made of, as text.
    struct Pieces: Sendable {
        var uri: String
        var user: String?
        var password: String?
        var host: String?
        var port: UInt16?
        var parameters: String = ""
        var headers: String?
    }

    private static let good = [
        Pieces(uri: "sip:example.com", host: "example.com"),
        Pieces(uri: "sip:bob@192.0.2.1:5062", user: "bob", host: "192.0.2.1", port: 5062),
        Pieces(uri: "sips:a:b@[2001:db8::1]:5061", user: "a", password: "b", host: "[2001:db8::1]", port: 5061),
        Pieces(uri: "SIP:a;p=u%40x@h;lr?s=1&b=2", user: "a;p=u%40x", host: "h", parameters: ";lr", headers: "s=1&b=2"),
        Pieces(uri: "sip:a?b/c@h_1.x-y;q=[::1];x", user: "a?b/c", host: "h_1.x-y", parameters: ";q=[::1];x"),
        Pieces(uri: "sip:h?to=x", host: "h", headers: "to=x"),
        Pieces(uri: "sip:[::ffff:192.0.2.2]", host: "[::ffff:192.0.2.2]"),
        Pieces(uri: "sip:[2001:db8::192.0.2.1]", host: "[2001:db8::192.0.2.1]"),
        Pieces(uri: "sip:\u{e9}@h", user: "\u{e9}", host: "h"),
        Pieces(uri: "tel:+1-201-555-0123;phone-context=x", user: "+1-201-555-0123", parameters: ";phone-context=x"),
        Pieces(uri: "soap.beep://192.0.2.103:3002"), Pieces(uri: "urn:service:sos"),
    ]

    @Test(arguments: good)
    func pieces(expected: Pieces) throws {
        let message = try SIPMessage.read(SampleSIP.message(["OPTIONS \(expected.uri) SIP/2.0"]))
        let uri = try #require(message.requestURI)
        #expect(message.text(uri.range) == expected.uri)
        #expect(uri.user.map(message.text) == expected.user && uri.password.map(message.text) == expected.password)
        #expect(uri.host.map { message.text($0.range) } == expected.host)
        #expect(uri.port == expected.port && uri.portRange.map(message.text) == expected.port.map { "\($0)" })
        #expect(message.text(uri.parameters.range) == expected.parameters)
        #expect(uri.headers.map(message.text) == expected.headers)
    }

    @Test func kindsOfHosts() throws {
        func host(_ text: String) throws -> SIPHost? {
            try SIPMessage.read(SampleSIP.message(["OPTIONS sip:\(text) SIP/2.0"])).requestURI?.host
        }
        #expect(try host("192.0.2.1")?.address == IPAddress("192.0.2.1"))
        #expect(try host("[2001:db8::1]")?.address == IPAddress("2001:db8::1"))
        #expect(try host("[::ffff:192.0.2.2]")?.form == .ipv6)
        for name in ["192.0.2.01", "192.0.2", "192.0.2.256", "1.2.3.4.5", "192.0.2.1.example.com", "x"] {
            #expect(try host(name)?.form == .name, "\(name)")
        }
        #expect(SIPHost.text(of: try #require(IPAddress("2001:db8::1"))) == "[2001:db8::1]")
    }

    @Test(
        arguments: [
            ("sip:", SIPError.Reason.uriMalformed), ("sip", .uriMalformed), (":a", .uriMalformed),
            ("1x:a", .uriMalformed), ("<sip:a>", .uriMalformed), ("sip:@h", .uriMalformed),
            ("sip:a@b@c", .uriMalformed), ("sip:a@", .hostMalformed), ("sip:a\u{7f}b", .uriMalformed),
            ("sip:2001:db8::10", .portMalformed), ("sip:[2001:db8::10", .hostMalformed), ("sip:[a]", .hostMalformed),
            ("sip:h:", .portMalformed), ("sip:h:99999", .portMalformed), ("sip:h;", .parameterMalformed),
            ("sip:h;=1", .parameterMalformed), ("sip:h;a=", .parameterMalformed), ("sip:h%41", .parameterMalformed),
        ])
    func urisThatAreNone(uri: String, reason: SIPError.Reason) {
        let bytes = SampleSIP.message(["OPTIONS \(uri) SIP/2.0"])
        let error = sipError { () throws(SIPError) in try SIPMessage.read(bytes) }
        #expect(error?.reason == reason, "\(String(describing: error))")
    }

    private func from(_ value: String) throws -> (SIPMessage, SIPAddress) {
        let message = try SIPMessage.read(SampleSIP.message(["OPTIONS sip:a SIP/2.0", "From: \(value)"]))
        return (message, try #require(try message.from()))
    }

    @Test("behind a URI without <> parameters are the header's (RFC 3261 section 20.10)")
    func whoseParameters() throws {
        let (bare, first) = try from("sip:a@b;transport=tcp;tag=1")
        #expect(first.uri.isBare && first.uri.transport == nil && first.uri.parameters.count == 0)
        #expect(bare.text(first.uri.range) == "sip:a@b" && first.parameters.count == 2)
        let (enclosed, second) = try from("<sip:a@b;transport=tcp>;tag=1")
        #expect(!second.uri.isBare && second.uri.transport == .tcp)
        #expect(enclosed.text(second.parameters.range) == ";tag=1" && second.tag.map(enclosed.text) == "1")
    }

    @Test(
        arguments: [
            ("A. Bell <sip:a>", "A. Bell"), ("\"a <b>; \\\" c\"<sip:a>", "\"a <b>; \\\" c\""), ("<sip:a>", nil),
            ("caf\u{e9} (home) <sip:a>", "caf\u{e9} (home)"), ("\"\"  <sip:a>", "\"\""), ("sip:a", nil),
        ])
    func displayNames(value: String, name: String?) throws {
        let (message, address) = try from(value)
        #expect(address.displayName.map(message.text) == name && message.text(address.uri.range) == "sip:a")
    }

    @Test(
        arguments: [
            ("Bell, Alexander <sip:a>", SIPError.Reason.uriMalformed), ("\"Bell <sip:a>", .quoteUnterminated),
            ("\"Bell\" sip:a", .valueMalformed), ("<sip:a", .uriMalformed), ("< sip:a>", .uriMalformed),
            ("<sip:a >", .uriMalformed), ("<sip:a>tag=1", .parameterMalformed), ("", .valueMalformed),
            ("<sip:a>;tag=1, <sip:b>", .parameterMalformed), ("<sip:a>;tag=a b", .parameterMalformed),
            ("sip:a, sip:b", .parameterMalformed), ("<sip:a>;tag=\"", .quoteUnterminated),
        ])
    func addressesThatAreNone(value: String, reason: SIPError.Reason) throws {
        let message = try SIPMessage.read(SampleSIP.message(["OPTIONS sip:a SIP/2.0", "From: \(value)"]))
        let error = sipError { () throws(SIPError) in try message.from() }
        #expect(error?.reason == reason && error?.header == .from, "\(String(describing: error))")
    }
}
