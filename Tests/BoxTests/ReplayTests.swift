import Capture
import ConfigLanguage
import Inspection
import TestSupport
import Testing
import Wire

@testable import Box

/// A recording of a test's own: IP packets with the moments at which they were seen.
struct Recording {
    private(set) var packets: [(milliseconds: Int, frame: [UInt8], linkType: LinkType)] = []

    mutating func add(_ milliseconds: Int, _ packet: [UInt8]) { packets.append((milliseconds, packet, .raw)) }
    mutating func addFrame(_ milliseconds: Int, _ frame: [UInt8]) { packets.append((milliseconds, frame, .ethernet)) }

    /// A datagram; ends are `a.b.c.d:port`.
    mutating func udp(_ milliseconds: Int, _ source: String, _ destination: String, _ payload: [UInt8]) throws {
        let (from, to) = (try endpoint(source), try endpoint(destination))
        add(
            milliseconds,
            PacketBuilder(from: from.address, to: to.address).udp(from: from.port, to: to.port, payload))
    }

    func bytes() throws -> [UInt8] {
        let types: [LinkType] = [.raw, .ethernet]
        var writer = try PcapngWriter(
            memoryLimit: 1 << 20, interfaces: types.map { CaptureInterface(name: "", linkType: $0) })
        for packet in packets {
            let frame = packet.frame
            let moment = Timestamp(nanoseconds: evening.nanoseconds + Int64(packet.milliseconds) * 1_000_000)
            try writer.write(
                frame: frame.span, interface: packet.linkType == .raw ? 0 : 1, timestamp: moment,
                wireLength: frame.count)
        }
        return writer.contents
    }
}

@Suite struct ReplayTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func replay(
        _ recordings: [(name: String, interface: String?, recording: Recording)], _ configuration: Configuration? = nil,
        output: String? = nil
    ) throws -> ReplayReport {
        let files = try recordings.map {
            ReplayRequest.File(path: try folder.write($0.name, try $0.recording.bytes()), interface: $0.interface)
        }
        return try Replay(ReplayRequest(configuration: configuration, files: files, output: output)).run()
    }

    /// A phone that reads a file of one block from the server's mapped address, as each side of the box sees it.
    private func download(server: String, byPhone: Bool) throws -> Recording {
        var recording = Recording()
        let (phone, port) = ("98.208.49.30:49152", "\(server):40000")
        if byPhone { try recording.udp(0, phone, "\(server):69", TFTPBytes.readRequest("a.xml")) }
        if !byPhone { try recording.udp(10, port, phone, TFTPBytes.data(1, [1, 2, 3])) }
        if byPhone { try recording.udp(20, phone, port, TFTPBytes.acknowledgment(1)) }
        return recording
    }

    @Test func filesAreReadInOrderOfTime() throws {
        let report = try replay(
            [
                ("inside", "inside", try download(server: "192.0.2.101", byPhone: false)),
                ("outside", "outside", try download(server: "10.10.0.26", byPhone: true)),
            ], try configuration())
        #expect(report.tftp.map(\.status) == [.complete])
        #expect(report.tftp.first?.server.description == "10.10.0.26:69")
        #expect(report.tftp.first?.realServer.description == "192.0.2.101:69")
        #expect(report.counters.rewritten == 3)
    }

    @Test func longRecordingsKeepTheirOrder() throws {
        // More than is handed to the engine at a time, in bytes and in frames.
        let count = 12_000
        var recordings = [Recording(), Recording()]
        for number in 0..<count {
            let payload = [UInt8(number & 0xff), UInt8(number >> 8)] + [UInt8](repeating: 7, count: number % 97)
            // Now several of one recording in a row, now one of each.
            let which = number / 7 % 2
            try recordings[which].udp(number, "98.208.49.30:5000", "192.0.2.101:6000", payload)
        }
        let output = folder.file("out.pcapng")
        let report = try replay([("a", nil, recordings[0]), ("b", nil, recordings[1])], output: output)
        #expect(report.counters.read == UInt64(count))
        #expect(report.counters.forwarded == UInt64(count))
        var reader = try CaptureReader(path: output)
        var numbers: [Int] = []
        while try reader.next() != nil {
            reader.withFrame { frame in numbers.append(Int(frame[28]) | Int(frame[29]) << 8) }
        }
        #expect(numbers == Array(0..<count))
    }

    @Test func whatWouldLeaveIsWrittenWithItsReason() throws {
        var recording = try download(server: "10.10.0.26", byPhone: true)
        try recording.udp(30, "98.208.49.30:5000", "10.10.0.26:70", [1])
        let output = folder.file("out.pcapng")
        _ = try replay([("outside", "outside", recording)], try configuration(), output: output)
        var reader = try CaptureReader(path: output)
        var lines: [String] = []
        while let record = try reader.next() {
            reader.withFrame { frame in
                lines.append("\(record.interface) " + PacketLine.text(frame.span.bytes(in: 0..<frame.count)))
            }
        }
        #expect(reader.interfaces.map(\.name) == ["outside", "inside"])
        #expect(lines == ["1 98.208.49.30.49152 > 192.0.2.101.69:  udp 14"])
        let comments = try processOutput(["tshark", "-n", "-r", output, "-T", "fields", "-e", "frame.comment"]).text
        #expect(
            comments == """
                forward: inspect-tftp, outside -> inside, flow 1 opened, NAT 192.0.2.101:69 seen as 10.10.0.26:69, \
                access-list pp extended permit udp any host 10.10.0.26 eq tftp

                """)
    }

    @Test func paddingBehindAPacketStaysBehind() throws {
        var recording = Recording()
        let request = PacketBuilder(from: try address("98.208.49.30"), to: try address("192.0.2.101"))
            .udp(from: 49_152, to: 69, TFTPBytes.readRequest("a"))
        recording.addFrame(0, LinkFrames.ethernet(request) + [UInt8](repeating: 0xee, count: 30))
        let output = folder.file("out.pcapng")
        let report = try replay([("frames", nil, recording)], output: output)
        #expect(report.tftp.map(\.file) == ["a"])
        var reader = try CaptureReader(path: output)
        #expect(try reader.next()?.capturedLength == request.count)
    }

    @Test func whatIsNoIPAndWhatIsBrokenIsCounted() throws {
        var recording = Recording()
        recording.addFrame(0, LinkFrames.ethernet([0, 1, 8, 0], etherType: 0x0806))
        recording.addFrame(1, [1, 2, 3])
        recording.add(2, [0x45, 0, 0])
        let counts = try replay([("odd", nil, recording)]).counters
        #expect(counts.read == 3)
        #expect(counts.forwarded == 1)
        #expect(counts.undecodable == 2)
    }

    @Test func aDatagramThatNeverGotWholeIsDroppedAtTheEnd() throws {
        var recording = Recording()
        let builder = PacketBuilder(from: try address("98.208.49.30"), to: try address("192.0.2.101"))
        let whole = builder.udp(from: 5000, to: 6000, [UInt8](repeating: 1, count: 100))
        recording.add(0, try #require(try builder.fragments(of: whole, size: 48).first))
        let counts = try replay([("half", nil, recording)]).counters
        #expect(counts.read == 1)
        #expect(counts.dropped == 1)
        #expect(counts.count(of: .fragmentReassemblyFailed) == 1)
    }

    @Test func anEmptyRecordingHasEveryKey() throws {
        let report = try replay([("empty", nil, Recording())])
        expectSameLines(
            report.json.pretty,
            """
            {
              "packets": {
                "read": 0,
                "forwarded": 0,
                "rewritten": 0,
                "injected": 0,
                "dropped": 0,
                "undecodable": 0,
                "outgoing": 0
              },
              "drops": {},
              "undecodable": {},
              "flows": {
                "total": 0,
                "udp": 0,
                "tcp": 0,
                "other": 0
              },
              "classes": {
                "inspect-tftp": 0,
                "inspect-sip": 0,
                "inspect-skinny": 0,
                "inspect-phone-proxy": 0,
                "app-redirect": 0,
                "inspect-rtp": 0
              },
              "tftp": [],
              "sip": {
                "messages": 0,
                "requests": {},
                "responses": {},
                "malformed": 0,
                "transports": {
                  "udp": 0,
                  "tcp": 0
                }
              },
              "skinny": {
                "messages": 0,
                "names": {},
                "versions": [],
                "malformed": 0
              },
              "registrations": [],
              "calls": [],
              "rtp": [],
              "pinholes": {
                "opened": 0,
                "used": 0,
                "expired": 0
              },
              "recorded": {
                "start": null,
                "end": null,
                "seconds": null
              },
              "warnings": []
            }
            """)
    }

    @Test func theReportForPeopleTellsTheSame() throws {
        var recording = try download(server: "192.0.2.101", byPhone: true)
        try recording.udp(30, "98.208.49.30:49153", "192.0.2.101:69", [0, 9])
        #expect(
            try replay([("r", nil, recording)]).text == """
                3 packets read: 2 forwarded (0 rewritten), 1 dropped, 0 undecodable
                  Inspection failure (inspect-fail) 1
                2 UDP, 0 TCP, 0 other flows
                TFTP 98.208.49.30:49152 reads a.xml from 192.0.2.101:69: incomplete, 0 blocks, 0 bytes, 0 retransmissions
                """)
    }

    // MARK: What can not be read or written

    private func failure(_ request: ReplayRequest) -> String {
        do throws(ReplayError) {
            _ = try Replay(request).run()
            return "no failure"
        } catch {
            return (error.isUsage ? "usage: " : "") + error.description.replacing(folder.path, with: "FOLDER")
        }
    }

    @Test func unreadableInputIsNamed() throws {
        let text = try folder.write("text", "not a capture, surely")
        let good = try folder.write("good", try Recording().bytes())
        let cut = try folder.write("cut", Array(try Recording().bytes().prefix(10)))
        func reading(_ path: String, interface: String? = nil, output: String? = nil) throws -> String {
            failure(
                ReplayRequest(
                    configuration: try configuration(), files: [ReplayRequest.File(path: path, interface: interface)],
                    output: output))
        }
        #expect(try reading(text) == "FOLDER/text: neither a pcap nor a pcapng file, at offset 0")
        #expect(try reading(folder.file("absent")) == "FOLDER/absent: open: No such file or directory")
        #expect(try reading(folder.path) == "FOLDER: read: Is a directory")
        #expect(try reading(cut).hasPrefix("FOLDER/cut: "))
        #expect(try reading(good, interface: "dmz") == "usage: no interface is called dmz in the configuration")
        #expect(try reading(good, output: good) == "usage: FOLDER/good: is to be read and to be written")
        #expect(try TestFiles.read(good) == Recording().bytes())
        #expect(try reading(good, output: folder.file("no/where")).hasPrefix("FOLDER/no/where: open: "))
    }

    @Test func aFileThatBreaksInTheMiddleCountsUpToThere() throws {
        var recording = Recording()
        for number in 0..<3 { try recording.udp(number, "98.208.49.30:49152", "192.0.2.101:69", [0, 4, 0, 1]) }
        let path = try folder.write("cut", Array(try recording.bytes().dropLast(7)))
        let report = try Replay(ReplayRequest(configuration: nil, files: [ReplayRequest.File(path: path)])).run()
        #expect(report.counters.read == 2)
        #expect(report.warnings.count == 1)
        #expect(report.warnings.first?.hasPrefix("\(path): the file was cut short") == true)
    }
}
