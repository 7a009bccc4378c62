import ConfigLanguage
import Glibc
import Inspection
import Synchronization
import SystemCalls
import TestSupport
import Testing
import Wire

@testable import Box
@testable import Inspection

/// A box that is made up: it answers every order from tables, on a thread of its own, and notes what it was told to do.
private final class MadeUpBox: @unchecked Sendable {
    let interpreter: CommandInterpreter
    private let mailbox = Mailbox {}
    private let orders = Mutex<[String]>([])
    private let isOver = Atomic<Bool>(false)
    private var thread: WorkerThread?

    init(_ text: String = exampleText, flows: [FlowSummary]? = nil) throws {
        let configuration = try configuration(text)
        var sample = try BoxTables.sample(configuration)
        sample.flows = flows ?? sample.flows
        let tables = sample
        interpreter = CommandInterpreter(configuration, text: text, mailbox: mailbox) { .sample }
        thread = try WorkerThread {
            while !self.isOver.load(ordering: .relaxed) {
                self.mailbox.serve { self.answer($0, tables) }
                usleep(1000)
            }
        }
    }

    private func answer(_ order: Order, _ tables: BoxTables) -> Answer {
        switch order {
        case .tables:
            var answer = tables
            answer.flows = []
            return .tables(answer)
        case .flows(let start): return .flows(slice(start, of: tables.flows))
        case .log: return .log(LogBuffer(limit: 100))
        case .capturedPackets("in"): return .packets([])
        case .captureFile("in"): return .file([1, 2, 3])
        case .capturedPackets(let name), .captureFile(let name): return .failed("Capture <\(name)> does not exist")
        case .clearFlows: return .cleared(3)
        default:
            orders.withLock { $0.append("\(order)") }
            return .done
        }
    }

    /// One flow at a time, the newest first; at every other place of the table there is none.
    private func slice(_ start: Int, of flows: [FlowSummary]) -> FlowSlice {
        let flow = start % 2 == 0 ? [] : [flows[flows.count - 1 - start / 2]]
        return FlowSlice(flows: flow, next: start + 1 < flows.count * 2 ? start + 1 : nil)
    }

    /// What the box was told to do since this was last asked.
    func takeOrders() -> [String] {
        orders.withLock { orders in
            defer { orders = [] }
            return orders
        }
    }

    func say(_ command: String, json: Bool = false) -> String {
        let words = command.split(separator: " ").map(String.init)
        switch interpreter.run(ControlRequest(words: words, json: json)) {
        case .text(let text): return text
        case .file(let bytes): return "file of \(bytes.count) bytes"
        case .failure(let reason): return "ERROR \(reason)"
        }
    }

    func end() {
        isOver.store(true, ordering: .relaxed)
        thread.take()?.join()
    }
}

@Suite struct CommandTests {
    private func withBox(_ text: String = exampleText, _ body: (MadeUpBox) throws -> Void) throws {
        let box = try MadeUpBox(text)
        defer { box.end() }
        try body(box)
    }

    @Test func flowsThatComeInSlicesStandInTheirOrder() throws {
        let box = try MadeUpBox(flows: [try flow(1), try flow(2), try flow(3)])
        defer { box.end() }
        let numbers = box.say("show conn", json: true).split(separator: "\n").filter { $0.contains("\"number\"") }
        #expect(numbers.map { line in line.filter { $0.isNumber } } == ["1", "2", "3"])
    }

    @Test(arguments: [
        ("show conn", "1 in use, 4 most used"), ("sh conn", "1 in use"), ("sh con all", "1 in use"),
        ("show xlate", "1 in use, 1 most used"), ("show asp drop", "\nFrame drop:"), ("sh as dr", "\nFrame drop:"),
        ("show access-list", "access-list cached"), ("sh acc pp", "access-list pp; 1 elements"),
        ("show service-policy", "Global policy:"), ("show version", "Phoneproxy Version"),
        ("show interface", "Interface eth0"), ("sh int", "Interface eth0"), ("show logging", "Syslog logging: enabled"),
        ("show capture", "capture in type raw-data"), ("sh cap in", "\n0 packets captured"),
    ])
    func showCommandsMayBeAbbreviated(command: String, answer: String) throws {
        try withBox { #expect($0.say(command).hasPrefix(answer), "\($0.say(command))") }
    }

    @Test(arguments: [
        "show conn", "show xlate", "show asp drop", "show access-list", "show service-policy", "show version",
        "show interface", "show logging", "show capture", "show capture in",
    ])
    func everyShowCommandSpeaksJSON(command: String) throws {
        try withBox { box in
            let text = box.say(command, json: true)
            // Python's reader is the judge of what is JSON.
            let judge = try processOutput(["python3", "-m", "json.tool"], stdin: Array(text.utf8))
            #expect(judge.status == 0, "\(text)")
        }
    }

    @Test(arguments: [
        ("", "% Invalid command: \nCommands: show conn [all], "),
        ("frobnicate", "% Invalid command: frobnicate\nCommands: "),
        ("show", "% Incomplete command: show conn [all], "), ("sh asp", "% Incomplete command: show asp drop"),
        ("show c", "% Ambiguous command: show conn [all], show capture [NAME]"),
        ("c", "% Ambiguous command: clear conn [all], "), ("show conn detail", "% show conn [all]"),
        ("show xlate now", "% show xlate"), ("show access-list nowhere", "access-list nowhere does not exist"),
        ("show capture nowhere", "Capture <nowhere> does not exist"), ("show capture in x", "% show capture [NAME]"),
        ("clear capture", "% clear capture {NAME | /all}"), ("clear access-list pp", "% clear access-list counters"),
        ("no capture", "% no capture NAME"), ("copy capture:in", "% copy [/noconfirm] [/pcap] capture:NAME FILE"),
        ("copy /pcap in file", "% copy [/noconfirm]"), ("copy /raw capture:in file", "% copy [/noconfirm]"),
        ("copy /pcap capture:nowhere file", "Capture <nowhere> does not exist"),
        (
            "capture x type asp-drop no-such-reason",
            "capture:24:25: error: there is no drop reason 'no-such-reason'\n"
        ),
    ])
    func whatIsWrongIsSaid(command: String, reason: String) throws {
        try withBox { box in
            let answer = box.say(command)
            #expect(answer.hasPrefix("ERROR \(reason)"), "\(answer)")
            #expect(box.takeOrders() == [])
        }
    }

    @Test func capturesAreReadAsInAConfiguration() throws {
        try withBox { box in
            let answer = box.say("cap x interface nowhere")
            #expect(answer.contains("nowhere"), "an interface that is not there is named: \(answer)")
            #expect(answer.hasPrefix("ERROR"))
            #expect(box.takeOrders() == [])
            #expect(box.say("capture x interface inside match udp any any eq 69") == "")
            #expect(box.takeOrders().first?.contains("name: \"x\"") == true)
            #expect(box.say("no capture x") == "")
            #expect(box.takeOrders() == ["stopCapture(\"x\")"])
        }
    }

    @Test func aConfigurationWithForeignLineEndsIsNoObstacle() throws {
        try withBox(exampleText.replacing("\n", with: "\r\n")) { box in
            #expect(box.say("capture x interface nowhere").hasPrefix("ERROR"))
            #expect(box.say("capture x interface inside") == "")
        }
    }

    @Test func clearAndCopyDoWhatTheySay() throws {
        try withBox { box in
            #expect(box.say("clear conn") == "3 connection(s) deleted.")
            #expect(box.say("clear capture in") == "")
            #expect(box.say("clear capture /all") == "")
            #expect(box.say("clear logging buffer") == "")
            #expect(
                box.takeOrders() == ["clearCapture(Optional(\"in\"))", "clearCapture(nil)", "clearLog"])
            #expect(box.say("copy /noconfirm /pcap capture:in out.pcapng") == "file of 3 bytes")
        }
    }

    @Test func whatTheKernelCountedBeforeClearIsNotToldAgain() throws {
        try withBox { box in
            #expect(box.say("show asp drop", json: true).contains("\"ct-invalid\": 2"))
            #expect(box.say("clear asp drop") == "")
            #expect(box.takeOrders() == ["clearDrops"])
            let text = box.say("show asp drop")
            for name in ["ct-invalid", "sp-security-failed", "dispatch-queue-limit"] { #expect(!text.contains(name)) }
            // The made-up engine goes on with its own three.
            #expect(text.contains("(acl-drop)                                 3"))
            #expect(!text.contains("Last clearing: Never"))
            #expect(box.say("show access-list pp").contains("hitcnt=42"))
            #expect(box.say("clear access-list counters") == "")
            #expect(box.say("show access-list pp").contains("hitcnt=2"))
        }
    }
}
