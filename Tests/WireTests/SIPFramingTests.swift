import TestSupport
import Testing
import Wire

/// Where messages end on a stream, and what datagrams are.
@Suite struct SIPFramingTests {
    private typealias Outcome = SIPFraming.Outcome

    /// All outcomes of `stream`, which arrives in pieces of `size` bytes, up to the first that consumes nothing at the end.
    private func outcomes(_ stream: [UInt8], from sender: SIPFraming.Sender, size: Int) -> [Outcome] {
        var framing = SIPFraming(from: sender)
        var (buffer, outcomes) = ([UInt8](), [Outcome]())
        for start in stride(from: 0, to: stream.count, by: size) {
            buffer += stream[start..<min(start + size, stream.count)]
            while let consumed = step(&framing, buffer, &outcomes) { buffer.removeFirst(consumed) }
            if case .malformed = outcomes.last { return outcomes }
        }
        return outcomes
    }

    private func step(_ framing: inout SIPFraming, _ buffer: [UInt8], _ outcomes: inout [Outcome]) -> Int? {
        guard !buffer.isEmpty else { return nil }
        let outcome = framing.next(buffer.span)
        switch outcome {
        case .complete(let length), .ping(let length), .pong(let length):
            outcomes.append(outcome)
            return length
        case .needMore(let count):
            #expect(count > 0)
            return nil
        case .malformed:
            outcomes.append(outcome)
            return nil
        }
    }

    private func outcome(_ text: String, from sender: SIPFraming.Sender = .opener) -> Outcome {
        var framing = SIPFraming(from: sender)
        let bytes = Array(text.utf8)
        return framing.next(bytes.span)
    }

    @Test(
        "messages and keep-alives glued together, in segments of any size", arguments: [1, 2, 3, 7, 64, 1460, 100_000])
    func segmentation(size: Int) {
        let messages = SampleSIP.all.map(\.1)
        var stream: [UInt8] = []
        var expected: [Outcome] = []
        for message in messages {
            stream += message + Array("\r\n\r\n".utf8)
            expected += [.complete(length: message.count), .ping(length: 4)]
        }
        stream += messages[0] + messages[1]
        expected += [.complete(length: messages[0].count), .complete(length: messages[1].count)]
        #expect(outcomes(stream, from: .opener, size: size) == expected)
    }

    @Test func keepAlivesAreToldApart() {
        #expect(outcome("\r\n\r\n") == .ping(length: 4))
        #expect(outcome("\r\n") == .needMore(atLeast: 1))
        #expect(outcome("\r") == .needMore(atLeast: 1))
        #expect(outcome("\r\n\r") == .needMore(atLeast: 1))
        #expect(outcome("\r\nINVITE") == .pong(length: 2))
        #expect(outcome("\n\n") == .pong(length: 1))
        #expect(outcome("\r\n", from: .acceptor) == .pong(length: 2))
        #expect(outcome("\r\n\r\n", from: .acceptor) == .pong(length: 2))
        #expect(outcome("\r", from: .acceptor) == .needMore(atLeast: 1))
        #expect(outcome("") == .needMore(atLeast: 1))
    }

    @Test("what is missing is said once it is known")
    func needs() {
        let head = "OPTIONS sip:a SIP/2.0\r\nl: 10\r\n\r\n"
        #expect(outcome(head + "1234") == .needMore(atLeast: 6))
        #expect(outcome(head + "1234567890x") == .complete(length: head.utf8.count + 10))
        #expect(outcome(String(head.dropLast(1))) == .needMore(atLeast: 1))
    }

    @Test("a message without a length has no body", arguments: ["", "X: 1\r\n"])
    func noLength(header: String) {
        let head = "OPTIONS sip:a SIP/2.0\r\n\(header)\r\n"
        #expect(outcome(head + "BYE") == .complete(length: head.utf8.count))
    }

    @Test(
        arguments: [
            ("\u{16}\u{3}\u{1}", SIPError.Reason.startLineMalformed), ("GET / HTTP/1.1\r\n", .startLineMalformed),
            ("\rX", .startLineMalformed), ("OPTIONS sip:a SIP/2.0\r\nX: 1\rY\r\n\r\n", .bareCarriageReturn),
            ("OPTIONS sip:a SIP/2.0\r\nl: -1\r\n\r\n", .contentLengthInvalid),
            ("OPTIONS sip:a SIP/2.0\r\nl: 1\r\nl: 1\r\n\r\n", .contentLengthRepeated),
            ("OPTIONS sip:a SIP/2.0\r\nl: 262145\r\n\r\n", .bodyTooLong),
            ("OPTIONS sip:a SIP/2.0\r\nc: text/plain\r\n\r\n", .contentLengthMissing),
            ("OPTIONS sip:a SIP/2.0\r\nX\r\n\r\n", .headerLineMalformed),
            ("OPTIONS sip:a SIP/2.0\r\nX Y: 1\r\n\r\n", .headerLineMalformed),
            ("OPTIONS sip:@ SIP/2.0\r\n", .uriMalformed),
        ])
    func streamsThatAreNone(text: String, reason: SIPError.Reason) {
        guard case .malformed(let error) = outcome(text) else {
            Issue.record("\(outcome(text))")
            return
        }
        #expect(error.reason == reason)
    }

    @Test("neither a line nor a header section is waited for for ever")
    func bounds() {
        let long = String(repeating: "a", count: SIPLimits.startLine + 2)
        #expect(outcome(long) == .malformed(SIPError(.startLineTooLong, at: SIPLimits.startLine + 2)))
        #expect(outcome(String(long.dropLast())) == .needMore(atLeast: 1))
        let line = "X: " + String(repeating: "a", count: SIPLimits.headerSection)
        let endless = outcome("OPTIONS sip:a SIP/2.0\r\n" + line)
        #expect(endless == .malformed(SIPError(.headerSectionTooLong, at: SIPLimits.headerSection)))
        let lines = "OPTIONS sip:a SIP/2.0\r\n" + String(repeating: "X: 1\r\n", count: SIPLimits.headers + 1) + "\r\n"
        guard case .malformed(let error) = outcome(lines) else { return #expect(Bool(false)) }
        #expect(error.reason == .tooManyHeaders)
    }

    @Test("a hostile sender's single bytes cost no more than its bytes")
    func linear() {
        var framing = SIPFraming(from: .opener)
        let section = Array(("OPTIONS sip:a SIP/2.0\r\nX: " + String(repeating: "a", count: 60_000)).utf8)
        let clock = ContinuousClock()
        let duration = clock.measure {
            for count in 1...section.count {
                let seen = section.span.extracting(..<count)
                #expect(framing.next(seen) == .needMore(atLeast: 1))
            }
        }
        // Looking at all of it each time would be 1.8 thousand million bytes, which takes a minute.
        #expect(duration < .seconds(10))
    }

    @Test("every message cut at any byte is waited for, or as a datagram refused or shorter by whole headers")
    func truncation() throws {
        for (name, bytes) in SampleSIP.all {
            for count in 1..<bytes.count {
                var framing = SIPFraming(from: .opener)
                let cut = Array(bytes[..<count])
                guard case .needMore = framing.next(cut.span) else {
                    Issue.record("\(name) at \(count)")
                    return
                }
                if let message = try? SIPMessage.read(cut) {
                    // Half of the empty line counts as much as none of it.
                    let end = cut.dropLast(cut.last == UInt8(ascii: "\r") ? 1 : 0)
                    #expect(!message.hasEmptyLine && end.last == UInt8(ascii: "\n"), "\(name) at \(count)")
                }
            }
        }
    }

    @Test func datagrams() {
        func kind(_ bytes: [UInt8]) -> SIPDatagram { SIPDatagram(bytes.span) }
        #expect(kind(SampleSIP.invite) == .message(from: 0))
        #expect(kind([13, 10, 13, 10] + SampleSIP.invite) == .message(from: 4))
        for filler: [UInt8] in [[], [13, 10, 13, 10], [13, 10], [0, 0, 0, 0], [0], [13, 10, 0]] {
            #expect(kind(filler) == .keepAlive)
        }
        #expect(kind([0, 0, 1]) == .message(from: 0))
        let binding: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + [UInt8](repeating: 7, count: 12)
        #expect(kind(binding) == .stun && kind(Array(binding.dropLast())) == .message(from: 0))
    }
}
