import ArgumentParser
import Box
import Wire

/// `labphone callmanager`: the inside, for Skinny phones.
struct CallManagerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "callmanager",
        abstract: "A small call manager for Skinny phones: registers them, and sets up calls between them.",
        discussion: """
            Prints `ready`, one JSON object for each conversation, and a summary when --stay is over or SIGTERM comes.
            Numbers have four digits. Ends with 0 when every conversation was completed and nothing came that makes no sense.
            """
    )

    @Option(help: "Where it listens: ADDRESS or ADDRESS:PORT.")
    var bind: String

    @Option(help: "The first device.")
    var first = "SEP001DA2100000"

    @Option(help: "Its number; the next device has the next.")
    var number: UInt64 = 1000

    @Option(help: "So many devices may register.")
    var devices = 1000

    @Option(name: .customLong("newest"), help: "The newest protocol version that it speaks.")
    var newest: UInt8 = 22

    @Option(help: "Seconds between keep-alives; those of a phone that is registered elsewhere have twice as many.")
    var keepAlive: UInt32 = 30

    @Flag(help: "Gives out keys for the phones' media.")
    var keys = false

    @Flag(help: "Records each call: two more streams of the phone that calls.")
    var record = false

    @Flag(help: "Sends older phones the media messages of version 10, as Asterisk does.")
    var longForms = false

    @Flag(help: "As CallManager Express: passThroughPartyId is always 0.")
    var express = false

    @Option(help: "The number that sends back what it hears.")
    var echo = "7000"

    @Option(help: "A SIP phone or server for the numbers that begin with 2: ADDRESS or ADDRESS:PORT.")
    var desk: String?

    @Option(help: "The other call managers, for phones that ask: ADDRESS[:PORT],…")
    var others: String?

    @Option(help: "So many phones that want to come back are told to wait first.")
    var refuseTokens = 0

    @Option(help: "Tones that are known when heard: 10 to 3900 Hz,…")
    var frequency = "431"

    @Option(help: "Seconds to stay when nobody calls.")
    var stay = 600.0

    @Option(help: "Seconds after which it ends, whatever is under way; 7200 at most.")
    var limit = 3600.0

    @Flag(help: "Nothing but the summary.")
    var summary = false

    func validate() throws {
        guard DeviceName(first) != nil else { throw ValidationError("--first is SEP and a MAC address") }
        guard (1000...9999).contains(number), (1...100_000).contains(devices), (3...22).contains(newest),
            (1...3600).contains(keepAlive), (1...7200).contains(limit), stay >= 0
        else { throw ValidationError("--number has four digits, --newest is 3 to 22, --keep-alive 1 to 3600") }
        _ = try settings()
    }

    private func settings() throws -> CallManager.Settings {
        var settings = CallManager.Settings(bound: try LabEndpoint.read(bind, "--bind", port: 2000))
        settings.first = DeviceName(first) ?? DeviceName(mac: 0)
        settings.firstNumber = number
        settings.devices = devices
        settings.version = newest
        settings.keepAlive = keepAlive
        settings.standbyKeepAlive = keepAlive * 2
        settings.givesKeys = keys
        settings.records = record
        settings.isExpress = express
        settings.hasLongForms = longForms
        settings.echo = echo
        settings.desk = try desk.map { try LabEndpoint.read($0, "--desk", port: 5060) }
        settings.others = try others.map { try LabEndpoint.list($0, "--others", port: 2000) } ?? []
        settings.refusedTokens = refuseTokens
        settings.tones = try ToneList.read(frequency)
        return settings
    }

    func run() throws {
        try CommandRun.finish {
            let loop = try EventLoop()
            let print = CommandRun.printer(onlySummary: summary)
            var ended = 0
            var completed = 0
            var recorded = 0
            let manager = try CallManager(loop, settings()) { conversation in
                ended += 1
                if conversation.isCompleted { completed += 1 }
                if conversation.isRecorded { recorded += 1 }
                print(conversation.json)
            }
            EndRequest.listen()
            Console.print("ready")
            try serve(loop, manager)
            let own: [(String, Int)] = [("conversations", ended), ("completed", completed), ("recorded", recorded)]
            print(
                .object([
                    ("summary", .object(manager.members + own.map { ($0.0, .integer(Int64($0.1))) }))
                ]))
            return ended == completed && manager.strayAcks == 0 && manager.outOfOrder == 0 && manager.refusals == 0
        }
    }

    private func serve(_ loop: EventLoop, _ manager: CallManager) throws(LabError) {
        let end = loop.now.adding(fraction: limit)
        var quietSince = loop.now
        try loop.run {
            if !manager.conversations.isEmpty || manager.stationCount > 0 { quietSince = loop.now }
            return EndRequest.hasCome || loop.now > end || loop.now.seconds(since: quietSince) > stay
        }
        manager.hangUpAll()
        let last = loop.now.adding(fraction: 1)
        try loop.run { manager.conversations.isEmpty || loop.now > last }
    }
}
