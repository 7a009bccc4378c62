import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box
@testable import Inspection

/// What the `capture` commands keep: on the way in as it came, on the way out as it leaves, and drops with their reason.
@Suite struct CaptureSetTests {
    /// An engine with captures around it, driven as the packet thread does.
    private final class Driver {
        let captures: CaptureSet
        private var engine: Engine
        private var time = evening

        init(_ commands: String) throws {
            let configuration = try configuration(exampleText + commands + "\n")
            engine = Engine(configuration)
            captures = CaptureSet(configuration, lists: engine.accessLists)
        }

        func send(_ packet: [UInt8], on interface: InterfaceIndex) {
            var bytes = packet
            var span = bytes.mutableSpan
            captures.note(span.span)
            let verdict = engine.process(&span, from: interface, at: time)
            let flow = verdict.flow.flatMap { engine.summary(of: $0) }
            captures.keep(span.span, verdict, flow: flow, at: time)
            for release in engine.takeReleases() { captures.keep(release, at: time) }
            time = time.adding(seconds: 1)
        }

        /// Interface-less lines of what a capture holds.
        func lines(_ name: String) -> [String] {
            (captures.packets(of: name) ?? []).map { PacketLine.text($0.packet) }
        }

        func comments(_ name: String) -> [String?] { (captures.packets(of: name) ?? []).map(\.comment) }
    }

    private func request(port: UInt16 = 69) throws -> [UInt8] {
        PacketBuilder(from: try address("98.208.49.30"), to: try address("10.10.0.26"))
            .udp(from: 49_152, to: port, TFTPBytes.readRequest("a"))
    }

    private func answer() throws -> [UInt8] {
        PacketBuilder(from: try address("192.0.2.101"), to: try address("98.208.49.30"))
            .udp(from: 40_000, to: 49_152, TFTPBytes.data(1, [1]))
    }

    @Test func eachInterfaceSeesItsOwnSideOfTheTranslation() throws {
        let driver = try Driver("capture in interface inside\ncapture out interface outside")
        driver.send(try request(), on: outside)
        driver.send(try answer(), on: inside)
        #expect(
            driver.lines("out") == [
                "98.208.49.30.49152 > 10.10.0.26.69:  udp 10", "10.10.0.26.40000 > 98.208.49.30.49152:  udp 5",
            ])
        #expect(
            driver.lines("in") == [
                "98.208.49.30.49152 > 192.0.2.101.69:  udp 10", "192.0.2.101.40000 > 98.208.49.30.49152:  udp 5",
            ])
    }

    @Test func dropsAreKeptWithTheirReasonAndOnlyThere() throws {
        let driver = try Driver(
            "capture all type asp-drop all\ncapture acl type asp-drop acl-drop\ncapture syn type asp-drop tcp-not-syn\n"
                + "capture in interface inside\ncapture out interface outside")
        driver.send(try request(port: 70), on: outside)
        driver.send(try request(), on: outside)
        #expect(driver.lines("acl") == ["98.208.49.30.49152 > 10.10.0.26.70:  udp 10"])
        #expect(driver.lines("all") == driver.lines("acl"))
        #expect(driver.lines("syn") == [])
        #expect(driver.lines("in").count == 1)
        #expect(driver.lines("out").count == 2, "a refused packet has come in all the same")
        #expect(
            driver.comments("acl") == [
                "Drop-reason: (acl-drop) Flow is denied by configured rule, access-list pp implicit deny"
            ])
    }

    @Test func matchAndAccessListTakeBothDirections() throws {
        let driver = try Driver(
            "access-list only extended permit udp any host 192.0.2.101 eq 40000\n"
                + "capture m interface inside match udp host 98.208.49.30 host 192.0.2.101 eq 69\n"
                + "capture l interface inside access-list only")
        driver.send(try request(), on: outside)
        driver.send(try answer(), on: inside)
        #expect(driver.lines("m") == ["98.208.49.30.49152 > 192.0.2.101.69:  udp 10"])
        #expect(driver.lines("l") == ["192.0.2.101.40000 > 98.208.49.30.49152:  udp 5"])
    }

    @Test func packetsAreCutAsAskedFor() throws {
        let driver = try Driver(
            "capture h headers-only interface outside\ncapture p packet-length 14 interface outside")
        driver.send(try request(), on: outside)
        #expect(driver.captures.packets(of: "h")?.map(\.packet.count) == [28])
        #expect(driver.captures.packets(of: "p")?.map(\.packet.count) == [14])
    }

    @Test func aFullBufferStopsAndACircularOneGoesOn() throws {
        let driver = try Driver(
            "capture full buffer 1534 interface outside\ncapture ring circular-buffer buffer 1534 interface outside")
        for _ in 0..<40 { driver.send(try request(), on: outside) }
        let status = Dictionary(uniqueKeysWithValues: driver.captures.status.map { ($0.definition.name, $0) })
        #expect(status["full"]?.isFull == true)
        #expect(status["ring"]?.isFull == false)
        let (full, ring) = (driver.captures.packets(of: "full") ?? [], driver.captures.packets(of: "ring") ?? [])
        #expect(full.first?.time == evening)
        #expect(ring.last?.time == evening.adding(seconds: 39))
        #expect(full.count + (status["full"]?.missed ?? 0) == 40)
    }

    @Test func capturesComeAndGo() throws {
        let driver = try Driver("capture in interface inside")
        driver.send(try request(), on: outside)
        #expect(driver.captures.clear("in"))
        #expect(driver.lines("in") == [])
        #expect(!driver.captures.clear("nowhere"))
        driver.captures.start(CaptureDefinition(name: "any"))
        driver.send(try answer(), on: inside)
        #expect(driver.lines("any").count == 2)
        #expect(driver.captures.stop("any"))
        #expect(!driver.captures.stop("any"))
        #expect(driver.captures.packets(of: "any") == nil)
    }

    @Test func tsharkReadsTheFile() throws {
        let driver = try Driver("capture in interface inside")
        driver.send(try request(), on: outside)
        let file = try #require(try driver.captures.file(of: "in"))
        let fields = [
            "tshark", "-n", "-r", "-", "-T", "fields", "-e", "frame.interface_name", "-e", "ip.dst", "-e",
            "tftp.source_file",
        ]
        #expect(try processOutput(fields, stdin: file).text == "inside\t192.0.2.101\ta\n")
    }
}
