import TestSupport
import Testing
import Wire

/// The strict look: what RFC 3261 demands.
@Suite struct SIPValidationTests {
    private func reason(_ bytes: [UInt8]) throws -> SIPError? {
        let message = try SIPMessage.read(bytes)
        return sipError { () throws(SIPError) in try message.validate() }
    }

    /// The INVITE with the first of its lines that begin with `prefix` changed to `line`, or left out.
    private func invite(_ prefix: String, _ line: String?) -> [UInt8] {
        var lines = SampleSIP.inviteLines
        if let index = lines.firstIndex(where: { $0.hasPrefix(prefix) }) {
            lines.replaceSubrange(index...index, with: line.map { [$0] } ?? [])
        }
        return SampleSIP.message(lines, body: SampleSIP.sdp)
    }

    @Test func goodMessages() throws {
        for (name, bytes) in SampleSIP.all { #expect(try reason(bytes) == nil, "\(name)") }
    }

    @Test("without what RFC 2543 did not know a message is good")
    func old() throws {
        let lines = [
            "BYE sip:a SIP/2.0", "Via: SIP/2.0/UDP a", "From: sip:a", "To: sip:b", "Call-ID: 1", "CSeq: 1 BYE",
        ]
        #expect(try reason(SampleSIP.message(lines, contentLength: false)) == nil)
    }

    @Test(arguments: ["From", "To", "Call-ID", "CSeq"])
    func whatMustBeThere(name: String) throws {
        let header = SIPHeaderName(rawValue: name)
        let missing = try reason(invite(name + ":", nil))
        #expect(missing?.reason == .headerMissing && missing?.header == header)
        let empty = try reason(invite(name + ":", name + ":"))
        #expect(empty?.reason == .headerMissing && empty?.header == header)
    }

    @Test(
        arguments: [
            ("INVITE", "INVITE sip:bob@example.com SIP/7.0", SIPError.Reason.versionUnsupported),
            ("INVITE", "INVITE sip:bob@example.com?Route=%3Csip:x%3E SIP/2.0", .uriHeadersForbidden),
            ("X-Vendor", "X\u{e9}: 1", .headerNameMalformed), ("X-Vendor", "X: \r1", .bareCarriageReturn),
            ("X-Vendor", "X Y: 1", .headerNameMalformed),
            ("X-Vendor", "To: <sip:c@example.com>", .headerRepeated), ("X-Vendor", "i: 2", .headerRepeated),
            ("X-Vendor", "Max-Forwards: 5", .headerRepeated), ("CSeq", "CSeq: 1 BYE", .methodMismatch),
            ("CSeq", "CSeq: 36893488147419103232 INVITE", .valueOutOfRange),
            ("Max-Forwards", "Max-Forwards: 256", .valueOutOfRange), ("X-Vendor", "RSeq: x", .valueMalformed),
            ("Via", "Via: SIP/2.0/UDP a;;,;,,", .parameterMalformed), ("From", "From: \"A <sip:a>", .quoteUnterminated),
            ("Contact", "Contact: \"Joe\" <sip:joe@example.org>;;;;", .parameterMalformed),
            ("Route", "Route: <sip:>", .uriMalformed), ("Content-Type", "Content-Type: sdp", .valueMalformed),
            ("X-Vendor", "Path: sip:a@", .hostMalformed), ("X-Vendor", "Refer-To: <sip:a:x>", .portMalformed),
        ])
    func whatMustNotBe(place: String, line: String, expected: SIPError.Reason) throws {
        let error = try reason(invite(place, line))
        #expect(error?.reason == expected, "\(String(describing: error))")
    }

    @Test func aMethodThatIsNotKnownIsComparedAsItStands() throws {
        func message(_ method: String, _ sequence: String) -> [UInt8] {
            SampleSIP.message([
                "\(method) sip:a SIP/2.0", "Via: SIP/2.0/UDP a", "From: sip:a", "To: sip:b", "Call-ID: 1",
                "CSeq: 1 \(sequence)",
            ])
        }
        #expect(try reason(message("NEW", "NEW")) == nil)
        #expect(try reason(message("NEW", "OTHER"))?.reason == .methodMismatch)
        #expect(try reason(message("RE%47IST", "RE%47IST")) == nil)
    }

    @Test func errorsSayWhereAndNotWhat() throws {
        let error = try #require(try reason(invite("Route", "Route: <sip:secret@>")))
        #expect(error.header == .route && error.offset > 300)
        #expect(error.description == "sip Route host-malformed at offset \(error.offset)")
        #expect(Set(SIPError.Reason.allCases.map(\.rawValue)).count == SIPError.Reason.allCases.count)
    }
}
