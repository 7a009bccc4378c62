import ArgumentParser
import Box
import MediaTermination

struct MediaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media",
        abstract: "A media relay between the networks of tools/lib/bench-net.sh, for tools/bench media to load.",
        discussion: "Says 'ready', relays until SIGTERM, and says what it dropped."
    )

    @Option(help: "Sessions.")
    var streams = 1000

    @Option(help: "Seconds that it runs at most.")
    var seconds = 240

    @Argument(help: "The streams, for the load: FILE.a and FILE.b.")
    var file: String

    func validate() throws {
        guard (1...10_000).contains(streams) else { throw ValidationError("--streams is 1 to 10,000.") }
        guard (1...3600).contains(seconds) else { throw ValidationError("--seconds is 1 to 3,600.") }
    }

    func run() throws {
        var site = MediaSite(streams: streams)
        let counters = try site.run(file, seconds: seconds) { Console.print("ready") }
        let (received, sent) = (counters.received.packets, counters.sent.packets)
        Console.print("received \(received) sent \(sent) overruns \(counters.ringOverruns)")
        for (reason, count) in counters.drops.nonzero { Console.print("\(reason.name) \(count)") }
    }
}
