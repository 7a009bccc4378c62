import Capture
import Testing
import Wire

@Suite("Packet filters")
struct PacketFilterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var expression: String
        var linkType = LinkType.ethernet
        var matches: Bool
        var testDescription: String { "\(expression) on \(linkType)" }
    }

    /// About a UDP packet of 192.0.2.1:40000 → 198.51.100.7:5060.
    static let cases = [
        Case(expression: "", matches: true),
        Case(expression: "udp port 5060", matches: true),
        Case(expression: "tcp port 5060", matches: false),
        Case(expression: "host 192.0.2.1 and dst port 5060", matches: true),
        Case(expression: "src host 198.51.100.7", matches: false),
        Case(expression: "ether src 02:00:00:00:00:02", matches: true),
        Case(expression: "greater 100", matches: true),
        Case(expression: "greater 1000", matches: false),
        Case(expression: "udp[8:4] = 0x5349502f", matches: true),
        Case(expression: "udp port 5060", linkType: .raw, matches: true),
        Case(expression: "udp port 69", linkType: .raw, matches: false),
        Case(expression: "ip6", linkType: .raw, matches: false),
    ]

    @Test("match what tcpdump's language says", arguments: cases)
    func matches(_ test: Case) throws {
        let frame = udpFrame(to: 5_060, Array("SIP/2.0 200 OK".utf8))
        let bytes = test.linkType == .raw ? Array(frame.dropFirst(14)) : frame
        let filter = try PacketFilter(test.expression, linkType: test.linkType)
        let matches = filter.matches(bytes.span, wireLength: 500)
        #expect(matches == test.matches)
    }

    @Test("look at no byte that is not there")
    func shortFrames() throws {
        let frame = udpFrame(to: 5_060, [])
        let filter = try PacketFilter("udp port 5060", linkType: .ethernet)
        for length in 0...frame.count {
            let cut = Array(frame[..<length])
            let matches = filter.matches(cut.span, wireLength: 42)
            // The destination port ends at byte 38.
            #expect(matches == (length >= 38), "\(length) bytes")
        }
    }

    @Test(
        "libpcap's own words for what is wrong",
        arguments: [
            ("udp port", "syntax error"), ("port 70000", "illegal port number 70000 > 65535"),
            ("ether host 1.2.3.4", "illegal link layer address"), ("(udp", "syntax error"),
        ])
    func errors(_ expression: String, _ reason: String) {
        var error: CaptureError?
        do throws(CaptureError) {
            _ = try PacketFilter(expression, linkType: .ethernet)
        } catch let caught {
            error = caught
        }
        guard case .filter(expression, let said) = error else {
            Issue.record("\(expression): \(error?.description ?? "no error")")
            return
        }
        #expect(said.contains(reason))
    }

    @Test("expressions are bounded")
    func expressionLimit() {
        #expect(throws: CaptureError.self) {
            _ = try PacketFilter(String(repeating: "(", count: 5_000), linkType: .ethernet)
        }
        // As deep as the limit lets it be: an answer, whichever.
        _ = try? PacketFilter(String(repeating: "(", count: 4_096), linkType: .ethernet)
    }
}
