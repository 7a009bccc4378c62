import ArgumentParser
import Box
import Wire

struct PacketTracer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "packet-tracer",
        abstract: "Walk a made-up packet through every phase, and say what each decided.",
        discussion: "phoneproxy packet-tracer input outside udp 98.208.49.30 49152 10.10.0.26 69 --config FILE"
    )

    @Argument(help: "The word input.")
    var input: Input

    @Argument(help: "The interface that the packet comes in on.")
    var interface: String

    @Argument(help: "udp or tcp.")
    var transport: Box.PacketTracer.Transport

    @Argument(help: "The packet's source.")
    var source: IPAddress

    @Argument(help: "Its port.")
    var sourcePort: UInt16

    @Argument(help: "The packet's destination.")
    var destination: IPAddress

    @Argument(help: "Its port.")
    var destinationPort: UInt16

    @Option(help: "The configuration that decides; without one, everything is permitted and inspected.")
    var config: String?

    @Flag(help: "Report as one JSON object.")
    var json = false

    enum Input: String, ExpressibleByArgument, CaseIterable { case input }

    func run() throws {
        let configuration = try config.map { try LoadedConfiguration.valid($0) }
        let report: TraceReport
        do throws(Box.PacketTracer.Refusal) {
            report = try Box.PacketTracer(
                configuration, interface: interface, transport, from: Endpoint(source, sourcePort),
                to: Endpoint(destination, destinationPort)
            ).run()
        } catch {
            throw ValidationError(error.description)
        }
        Console.print(json ? report.json.pretty : report.text)
    }
}

extension Box.PacketTracer.Transport: ExpressibleByArgument {}

extension IPAddress: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
