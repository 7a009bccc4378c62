import TestSupport
import Testing
import Wire

/// Bodies of one part and of many.
@Suite struct SIPBodyTests {
    private func message(_ type: String, _ body: String, _ more: [String] = []) throws -> SIPMessage {
        try SIPMessage.read(
            SampleSIP.message(["MESSAGE sip:a SIP/2.0"] + more + ["Content-Type: \(type)"], body: body))
    }

    @Test func oneDescription() throws {
        let message = try SIPMessage.read(SampleSIP.invite)
        let part = try #require(try message.sdpPart())
        #expect(part.content == message.body && part.isSDP && !part.isEncoded)
        #expect(try message.bodyParts() == [part])
        for type in ["APPLICATION/SDP", "application / sdp", "application/sdp;charset=utf-8"] {
            #expect(try self.message(type, SampleSIP.sdp).sdpPart()?.content.count == SampleSIP.sdp.utf8.count)
        }
        #expect(try self.message("application/sdp", SampleSIP.sdp, ["e: gzip"]).sdpPart()?.isEncoded == true)
        #expect(try self.message("application/sdp", SampleSIP.sdp, ["e: identity"]).sdpPart()?.isEncoded == false)
        #expect(try self.message("text/plain", "x").sdpPart() == nil)
        #expect(try self.message("application/sdp", "").sdpPart() == nil)
    }

    @Test func partsWithinParts() throws {
        let message = try SIPMessage.read(SampleSIP.multipart)
        let parts = try message.bodyParts()
        #expect(parts.map { message.text($0.content) } == ["--b1x is text", SampleSIP.sdp, "x"])
        #expect(parts.map(\.isSDP) == [false, true, false])
        #expect(parts[1].contentLength.map(message.text) == "\(SampleSIP.sdp.utf8.count)")
        #expect(parts[2].contentType == nil)
        #expect(try message.sdpPart() == parts[1])
    }

    @Test("line ends of any kind, and blanks behind a boundary")
    func odd() throws {
        let message = try message("multipart/mixed;boundary=x", "--x \n\nfirst\n--x\t\r\n\r\n\r\nsecond\r\n--x--")
        #expect(try message.bodyParts().map { message.text($0.content) } == ["first", "\r\nsecond"])
        let empty = try self.message("multipart/mixed;boundary=x", "--x--\r\n")
        #expect(try empty.bodyParts().isEmpty)
    }

    @Test(
        arguments: [
            ("multipart/mixed", "--x\r\n\r\n--x--", SIPError.Reason.multipartMalformed),
            ("multipart/mixed;boundary=\"\"", "--\r\n\r\n----", .multipartMalformed),
            ("multipart/mixed;boundary=x", "no delimiter", .multipartMalformed),
            ("multipart/mixed;boundary=x", "--x\r\n\r\nnever ends", .multipartMalformed),
            ("multipart/mixed;boundary=x", "--x\r\nno header\r\n\r\n--x--", .headerLineMalformed),
            ("multipart/mixed;boundary=x", "--x\r\nc: y\r\n\r\n--x--", .valueMalformed),
        ])
    func bodiesThatAreNone(type: String, body: String, reason: SIPError.Reason) throws {
        let message = try message(type, body)
        #expect(sipError { () throws(SIPError) in try message.bodyParts() }?.reason == reason)
    }

    @Test func partsAndDepthAreBounded() throws {
        func parts(_ count: Int) -> String { String(repeating: "--x\r\n\r\ny\r\n", count: count) + "--x--" }
        let type = "multipart/mixed;boundary=x"
        #expect(try message(type, parts(SIPLimits.parts)).bodyParts().count == SIPLimits.parts)
        let many = try message(type, parts(SIPLimits.parts + 1))
        #expect(sipError { () throws(SIPError) in try many.bodyParts() }?.reason == .tooManyParts)
        func nested(_ depth: Int) -> String {
            (1..<depth).reversed().reduce("--b\(depth)\r\n\r\ny\r\n--b\(depth)--") { inner, level in
                "--b\(level)\r\nc: multipart/mixed;boundary=b\(level + 1)\r\n\r\n\(inner)\r\n--b\(level)--"
            }
        }
        let first = "multipart/mixed;boundary=b1"
        #expect(try message(first, nested(SIPLimits.depth)).bodyParts().count == 1)
        let deep = try message(first, nested(SIPLimits.depth + 1))
        #expect(sipError { () throws(SIPError) in try deep.bodyParts() }?.reason == .partsTooDeep)
    }
}
