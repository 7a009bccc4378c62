import TestSupport
import Testing
import Wire

/// What stands where in a message.
@Suite struct SIPMessageTests {
    private func read(_ lines: String...) throws -> SIPMessage { try SIPMessage.read(SampleSIP.message(lines)) }

    @Test func aRequestLine() throws {
        let message = try SIPMessage.read(SampleSIP.invite)
        let line = try #require(message.requestLine)
        #expect(message.method == .invite && message.status == nil && message.isRequest)
        #expect(message.text(line.methodName) == "INVITE")
        #expect(message.text(line.uri.range) == "sip:bob@198.51.100.5:5061;transport=tcp")
        #expect(message.text(line.version) == "SIP/2.0")
    }

    @Test(arguments: [("SIP/2.0 200 OK", 200, "OK"), ("SIP/2.0 100 ", 100, ""), ("sip/2.0 699", 699, "")])
    func aStatusLine(line: String, status: UInt16, reason: String) throws {
        let message = try read(line)
        #expect(message.status == status && message.method == nil && !message.isRequest)
        #expect(message.text(try #require(message.statusLine).reason) == reason)
    }

    @Test(arguments: ["BYE", "PRACK", "UPDATE", "REFER", "SUBSCRIBE", "NOTIFY", "MESSAGE", "INFO", "PUBLISH", "ACK"])
    func methods(name: String) throws {
        #expect(try read("\(name) sip:a SIP/2.0").method == SIPMethod(rawValue: name))
        #expect(try read("\(name.lowercased()) sip:a SIP/2.0").method == .other)
        #expect(try read("X\(name) sip:a SIP/2.0").method == .other)
    }

    @Test(
        arguments: [
            "INVITE  sip:a SIP/2.0", "INVITE sip:a  SIP/2.0", "INVITE sip:a SIP/2.0 ", " INVITE sip:a SIP/2.0",
            "INVITE sip:a", "INVITE", "", "INVITE sip:a SIP/2", "INVITE sip:a HTTP/1.1", "SIP/2.0", "SIP/2.0 20 OK",
            "SIP/2.0 099 OK", "SIP/2.0 700 OK", "SIP/2.0 2000 OK", "SIP/x 200 OK", "IN{VITE sip:a SIP/2.0",
        ])
    func startLinesThatAreNone(line: String) {
        #expect(sipError { () throws(SIPError) in try read(line) }?.reason == .startLineMalformed)
    }

    private func read(_ line: String) throws(SIPError) -> SIPMessage {
        try SIPMessage.read(SampleSIP.message([line]))
    }

    @Test func headersKeepTheirOrderAndTheirBytes() throws {
        let message = try SIPMessage.read(SampleSIP.invite)
        #expect(message.headers.count == SampleSIP.inviteLines.count)
        for (header, line) in zip(message.headers, SampleSIP.inviteLines.dropFirst()) {
            let colon = try #require(line.firstIndex(of: ":"))
            #expect(message.text(header.nameRange) == line[..<colon])
            #expect(message.text(header.value) == line[colon...].dropFirst(2))
            #expect(message.text(header.line) == line + "\r\n")
        }
        #expect(message.places(of: .via) == [0, 1] && message.headers[13].name == .other)
        #expect(message.text(message.body) == SampleSIP.sdp)
        #expect(message.bytes == SampleSIP.invite)
    }

    @Test func everyNameIsReadInAnyCaseAndInItsCompactForm() throws {
        for name in SIPHeaderName.allCases where name != .other {
            var forms = [name.rawValue, name.rawValue.uppercased(), name.rawValue.lowercased()]
            if let letter = name.compact {
                forms += [String(UnicodeScalar(letter)), String(UnicodeScalar(letter)).uppercased()]
            }
            for form in forms {
                let value = name == .contentLength ? "0" : "x"
                let bytes = Array("OPTIONS sip:a SIP/2.0\r\n\(form): \(value)\r\n\r\n".utf8)
                #expect(try SIPMessage.read(bytes).headers.map(\.name) == [name], "\(form)")
            }
            #expect(try read("OPTIONS sip:a SIP/2.0", "\(name.rawValue)x: 1").headers.first?.name == .other)
        }
        #expect(Set(SIPHeaderName.allCases.compactMap(\.compact)).count == 17)
    }

    @Test func compactNamesAndFoldedLines() throws {
        let message = try SIPMessage.read(SampleSIP.compactInvite)
        let names: [SIPHeaderName] = [
            .via, .from, .to, .callID, .cseq, .contact, .supported, .contentLength, .contentType,
        ]
        #expect(message.headers.map(\.name) == names)
        #expect(message.text(message.headers[0].nameRange) == "v")
        #expect(message.text(message.body) == "body")
        let vias = try message.vias()
        #expect(vias.map { message.text($0.sentBy) } == ["192.0.2.2", "192.0.2.9"])
        #expect(vias.map(\.transport) == [.udp, .tcp])
        #expect(vias[0].branch.map(message.text) == "z9hG4bK7")
        #expect(try message.cseq()?.number == 1)
        #expect(try message.values(of: .supported).isEmpty)
        try message.validate()
    }

    @Test func lineFeedsAloneEndLinesToo() throws {
        let text = String(decoding: SampleSIP.register, as: UTF8.self).replacing("\r\n", with: "\n")
        let message = try SIPMessage.read(Array(text.utf8))
        let whole = try SIPMessage.read(SampleSIP.register)
        #expect(message.lineEnd == "\n" && message.headers.map(\.name) == whole.headers.map(\.name))
        try message.validate()
    }

    @Test func aDatagramMayEndWithItsLastHeader() throws {
        let message = try SIPMessage.read(Array("OPTIONS sip:a SIP/2.0\r\nX: 1\r\n".utf8))
        #expect(message.headers.count == 1 && message.body.isEmpty && !message.hasEmptyLine)
        #expect(try SIPMessage.read(Array("OPTIONS sip:a SIP/2.0\r\nl: 0\r\n\r".utf8)).headers.count == 1)
        for text in ["OPTIONS sip:a SIP/2.0\r\nX: 1", "OPTIONS sip:a SIP/2.0", "OPTIONS sip:a SIP/2.0\r\nX: 1\r\n Y"] {
            let error = sipError { () throws(SIPError) in try SIPMessage.read(Array(text.utf8)) }
            #expect(error?.reason == .headerSectionUnterminated)
        }
    }

    @Test(
        "the body is as long as Content-Length says",
        arguments: [("4", "body"), ("0", ""), ("0004", "body"), ("6", "bodymo"), (nil, "bodymore")])
    func body(length: String?, expected: String) throws {
        let header = length.map { "Content-Length: \($0)\r\n" } ?? ""
        let message = try SIPMessage.read(Array("OPTIONS sip:a SIP/2.0\r\n\(header)\r\nbodymore".utf8))
        #expect(message.text(message.body) == expected && message.bytes.count == message.body.upperBound)
    }

    @Test(
        arguments: [
            ("9", SIPError.Reason.bodyTruncated), ("262145", .bodyTooLong), ("-1", .contentLengthInvalid),
            ("+4", .contentLengthInvalid), ("4 ,4", .contentLengthInvalid), ("", .contentLengthInvalid),
            ("99999999999999999999", .contentLengthInvalid), ("4\r\nl: 4", .contentLengthRepeated),
        ])
    func lengthsThatCanNotBe(length: String, reason: SIPError.Reason) {
        let bytes = Array("OPTIONS sip:a SIP/2.0\r\nContent-Length: \(length)\r\n\r\nbodymore".utf8)
        #expect(sipError { () throws(SIPError) in try SIPMessage.read(bytes) }?.reason == reason)
    }

    @Test(arguments: [" X: 1", "X", ": 1", " : 1", "X\u{0}: 1"])
    func linesThatAreNoHeaders(line: String) {
        let error = sipError { () throws(SIPError) in
            try SIPMessage.read(SampleSIP.message(["OPTIONS sip:a SIP/2.0", line]))
        }
        #expect(error?.reason == .headerLineMalformed)
        #expect((23...25).contains(error?.offset ?? 0))
    }

    @Test func limitsAreReached() {
        let start = "OPTIONS sip:a SIP/2.0"
        func reason(_ lines: [String]) -> SIPError.Reason? {
            sipError { () throws(SIPError) in try SIPMessage.read(SampleSIP.message(lines)) }?.reason
        }
        let headers = (0..<SIPLimits.headers).map { "X-\($0): 1" }
        #expect(reason([start] + headers.dropLast()) == nil)
        #expect(reason([start] + headers) == .tooManyHeaders)
        let long = String(repeating: "a", count: SIPLimits.startLine)
        #expect(reason(["OPTIONS sip:\(long.dropLast(20)) SIP/2.0"]) == nil)
        #expect(reason(["OPTIONS sip:\(long) SIP/2.0"]) == .startLineTooLong)
        let longer = String(repeating: "a", count: SIPLimits.headerSection)
        #expect(reason([start, "X: \(longer.dropLast(100))"]) == nil)
        #expect(reason([start, "X: \(longer)"]) == .headerSectionTooLong)
    }

    @Test func nothingOfAMessageIsPrinted() throws {
        for (_, bytes) in SampleSIP.all {
            let message = try SIPMessage.read(bytes)
            var dumped = ""
            dump(message, to: &dumped)
            for text in [String(describing: message), String(reflecting: message), dumped] {
                #expect(text.count < 60 && !text.contains("alice") && !text.contains("inline"))
            }
        }
        #expect("\(try SIPMessage.read(SampleSIP.register))" == "REGISTER, \(SampleSIP.register.count) bytes")
    }
}

/// The error that `body` throws; `nil` when it returns.
func sipError<Value>(_ body: () throws(SIPError) -> Value) -> SIPError? {
    do throws(SIPError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
