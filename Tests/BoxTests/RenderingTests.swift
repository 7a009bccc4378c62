import ConfigLanguage
import Inspection
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Box
@testable import Inspection

/// Log messages and times as an ASA writes them.
@Suite struct SyslogTests {
    private func text(_ kind: Event.Kind, _ configuration: Configuration) -> String {
        let lists = configuration.accessLists.values.sorted { $0.name < $1.name }
        let syslog = SyslogText(InterfaceNames(configuration), accessLists: lists)
        let event = Event(time: evening.adding(seconds: 61), kind: kind)
        let message = syslog.message(event) { $0.destination.isV4 ? inside : nil }
        // The severity is in the text, and both must be one.
        #expect(message.text.contains("-\(message.severity)-"))
        return message.text
    }

    private func key(_ transport: IPProtocol) throws -> FlowKey { try flow(1, transport).initiator }

    @Test func connectionsAreBuiltAndTornDown() throws {
        let configuration = try configuration()
        #expect(
            text(.flowBuilt(try flow(7)), configuration)
                == "%ASA-6-302015: Built inbound UDP connection 7 for outside:98.208.49.30/49152 (98.208.49.30/49152) "
                + "to inside:192.0.2.101/69 (10.10.0.26/69)")
        #expect(
            text(.flowEnded(try flow(7), .idle), configuration)
                == "%ASA-6-302016: Teardown UDP connection 7 for outside:98.208.49.30/49152 to inside:192.0.2.101/69 "
                + "duration 0:01:01 bytes 124")
        #expect(
            text(.flowBuilt(try flow(8, .tcp)), configuration)
                == "%ASA-6-302013: Built inbound TCP connection 8 for outside:98.208.49.30/49152 (98.208.49.30/49152) "
                + "to inside:192.0.2.101/5060 (10.10.0.26/5060)")
        #expect(
            text(.flowEnded(try flow(8, .tcp), .finished), configuration)
                == "%ASA-6-302014: Teardown TCP connection 8 for outside:98.208.49.30/49152 to inside:192.0.2.101/5060 "
                + "duration 0:01:01 bytes 124 TCP FINs")
        #expect(
            text(.flowBuilt(try flow(9, .icmp)), configuration)
                == "%ASA-6-302020: Built inbound ICMP connection for faddr 98.208.49.30/49152 gaddr 10.10.0.26/0 "
                + "laddr 192.0.2.101/0")
        #expect(
            text(.flowEnded(try flow(9, .icmp), .idle), configuration)
                == "%ASA-6-302021: Teardown ICMP connection for faddr 98.208.49.30/49152 gaddr 10.10.0.26/0 "
                + "laddr 192.0.2.101/0")
    }

    @Test func aFlowFromTheInsideIsOutbound() throws {
        var flow = try flow()
        swap(&flow.initiator, &flow.responder)
        #expect(
            text(.flowBuilt(flow), try configuration()).hasPrefix(
                "%ASA-6-302015: Built outbound UDP connection 1 for outside:98.208.49.30/49152 "))
    }

    @Test func refusalsNameTheListAndBothSides() throws {
        let configuration = try configuration()
        let denied = Event.Kind.accessDenied(try key(.udp), AccessEntryIndex(list: 0, entry: nil))
        #expect(
            text(denied, configuration)
                == "%ASA-4-106023: Deny udp src outside:98.208.49.30/49152 dst inside:10.10.0.26/69 "
                + "by access-group \"pp\"")
    }

    @Test func refusalsOfTheSecurityLevelsHaveTheNumberOfTheirProtocol() throws {
        let configuration = try configuration()
        let texts = try [IPProtocol.udp, .tcp, .icmp].map { text(.accessDenied(try key($0), nil), configuration) }
        #expect(
            texts == [
                "%ASA-2-106006: Deny inbound UDP from 98.208.49.30/49152 to 10.10.0.26/69 on interface outside",
                "%ASA-2-106001: Inbound TCP connection denied from 98.208.49.30/49152 to 10.10.0.26/5060 flags SYN "
                    + "on interface outside",
                "%ASA-3-106010: Deny inbound icmp src outside:98.208.49.30/49152 dst inside:10.10.0.26/69",
            ])
    }

    @Test(arguments: [("permit", "permitted"), ("deny", "denied")])
    func anEntryWithLogIsToldByItself(action: String, word: String) throws {
        let text = exampleText.replacing(
            "extended permit udp any host 10.10.0.26 eq 69", with: "extended \(action) udp any any log")
        let configuration = try configuration(text)
        let entry = AccessEntryIndex(list: 0, entry: 0)
        let kind: Event.Kind =
            action == "permit" ? .accessPermitted(try key(.udp), entry) : .accessDenied(try key(.udp), entry)
        #expect(
            self.text(kind, configuration)
                == "%ASA-6-106100: access-list pp \(word) udp outside/98.208.49.30(49152) -> inside/10.10.0.26(69) "
                + "hit-cnt 1 first hit")
    }
}

@Suite struct ClockTests {
    @Test(arguments: [
        (0, "Jan 01 1970 00:00:00"), (951_782_400, "Feb 29 2000 00:00:00"),
        (951_868_799, "Feb 29 2000 23:59:59"), (951_868_800, "Mar 01 2000 00:00:00"),
        (4_107_542_399, "Feb 28 2100 23:59:59"), (4_107_542_400, "Mar 01 2100 00:00:00"),
        (1_795_373_100, "Nov 22 2026 18:45:00"), (-1, "Dec 31 1969 23:59:59"),
    ])
    func datesFollowTheCalendar(seconds: Int64, text: String) {
        #expect(ClockText.stamp(Timestamp(seconds: seconds)) == text)
    }

    @Test func momentsAndDurations() {
        #expect(ClockText.moment(evening) == "18:45:00 UTC Nov 22 2026")
        #expect(ClockText.timeOfDay(Timestamp(nanoseconds: evening.nanoseconds + 1500)) == "18:45:00.000001")
        #expect(ClockText.duration(seconds: 36_005) == "10:00:05")
        #expect(ClockText.duration(from: evening.adding(seconds: 5), to: evening) == "0:00:00")
    }
}

@Suite struct LogBufferTests {
    @Test func theOldestLinesGiveWay() {
        var log = LogBuffer(limit: 20)
        for number in 1...5 { log.append("line \(number)") }
        #expect(log.text == ["line 4", "line 5"])
        #expect(log.logged == 5)
        #expect(log.dropped == 3)
    }

    @Test func aLineThatNeverFitsIsCountedAndLeavesRoom() {
        var log = LogBuffer(limit: 20)
        log.append(String(repeating: "x", count: 100))
        log.append("short")
        #expect(log.text == ["short"])
        #expect(log.dropped == 1)
    }

    @Test func memoryDoesNotGrowWithWhatWasOverwritten() {
        var log = LogBuffer(limit: 100)
        for number in 0..<10_000 { log.append("\(number)") }
        #expect(log.lines.count < 200)
        #expect(log.text.last == "9999")
    }
}

@Suite struct JSONTests {
    @Test(arguments: [
        (JSONValue.string("a\"b\\c\n\r\t\u{1}é\u{1f600}"), #""a\"b\\c\n\r\t\u0001é😀""#),
        (.decimal(1.5), "1.500000"), (.decimal(-0.0000001), "0.000000"), (.decimal(-2.25), "-2.250000"),
        (.decimal(.nan), "null"), (.decimal(0.9999996), "1.000000"),
        (.count(UInt64.max), "9223372036854775807"), (.array([]), "[]"), (.object([]), "{}"),
        (.object([("a", .array([.null, .bool(true)]))]), #"{"a":[null,true]}"#),
    ])
    func valuesAreWrittenByTheRules(value: JSONValue, text: String) {
        #expect(value.compact == text)
    }

    /// As many as several processors share in, and as are handed over in several pieces.
    @Test(arguments: [0, 1, 256, 257, 10_000])
    func aListIsWrittenAsAnArray(count: Int) {
        let numbers = Array(0..<count)
        let list = JSONValue.object([("all", .list(numbers) { .object([("number", .count($0))]) })])
        let array = JSONValue.object([("all", .array(numbers.map { .object([("number", .count($0))]) }))])
        let pieces = Mutex<[[UInt8]]>([])
        list.writePretty { piece in pieces.withLock { $0.append(piece) } }
        let written = pieces.withLock { $0 }
        #expect(String(decoding: written.joined(), as: UTF8.self) == array.pretty)
        #expect(list.compact == array.compact)
        #expect(written.allSatisfy { $0.count < 200_000 }, "what is large is not kept as a whole")
    }
}
