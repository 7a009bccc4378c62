import ArgumentParser
import Box
import Capture
import TestSupport
import Wire

struct RecordingCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recording",
        abstract: "Write a recording of many phones: TFTP, SIP and media, a hundred phones at a time.")

    @Option(help: "At least so many packets.")
    var packets = 600_000

    @Argument(help: "The pcapng file to write.")
    var path: String

    /// Phones that talk at the same time.
    private static let crowd = 100
    private static let server = "192.0.2.101"

    func validate() throws {
        guard (1...10_000_000).contains(packets) else { throw ValidationError("--packets is 1 to 10,000,000.") }
    }

    func run() throws {
        var writer = try PcapngWriter(
            path: path, interfaces: [CaptureInterface(name: "outside", linkType: .ethernet)])
        let server = try address(Self.server)
        var time = Timestamp(seconds: 1_700_000_000)
        var first = 0
        while writer.packetsWritten < packets {
            let scripts = (first..<first + Self.crowd).map { PhoneScript(phone: $0, server: server).packets() }
            for step in 0..<(scripts.map(\.count).max() ?? 0) {
                for script in scripts where step < script.count {
                    try Self.write(script[step], at: time, to: &writer)
                    time.nanoseconds += 20_000
                }
            }
            first += Self.crowd
        }
        try writer.close()
        Console.error("recording: \(writer.packetsWritten) packets of \(first) phones in \(path)")
    }

    private static func write(_ packet: [UInt8], at time: Timestamp, to writer: inout PcapngWriter) throws {
        let frame = LinkFrames.ethernet(packet)
        try writer.write(frame: frame.span, interface: 0, timestamp: time, wireLength: frame.count)
    }
}
