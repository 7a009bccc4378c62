import ArgumentParser

/// How files are asked for.
struct TransferOptions: ParsableArguments {
    @Option(help: "Ask for blocks of so many bytes (RFC 2348); without it, no option is sent.")
    var blksize: Int?

    @Flag(help: "Ask how long each file is (RFC 2349).")
    var tsize = false

    @Option(help: "Seconds until a packet is sent again; doubled each time.")
    var retransmit = 1.0

    @Option(help: "Seconds that a file may take.")
    var timeout = 30.0

    func validate() throws {
        guard blksize.map((8...65_464).contains) ?? true else { throw ValidationError("--blksize is 8 to 65464") }
        guard retransmit >= 0.01, timeout >= retransmit, timeout <= 3600 else {
            throw ValidationError("--retransmit is 0.01 at least, and less than --timeout, which is 3600 at most")
        }
    }

    var settings: TFTPDownload.Settings {
        TFTPDownload.Settings(
            blockSize: blksize, asksSize: tsize, retransmitAfter: retransmit, timeout: timeout)
    }
}

/// What happens to datagrams on the phones' side.
struct LinkOptions: ParsableArguments {
    @Option(help: "Probability that a datagram is lost: 0 to 1.")
    var loss = 0.0

    @Option(help: "Milliseconds in each direction.")
    var delay = 0.0

    @Option(help: "Probability that a datagram is held back until after its retransmission: 0 to 1.")
    var reorder = 0.0

    @Option(help: "What the same losses come from again.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (0...1).contains(loss), (0...1).contains(reorder) else {
            throw ValidationError("--loss and --reorder are probabilities: 0 to 1")
        }
        guard (0...60_000).contains(delay) else { throw ValidationError("--delay is 0 to 60000 milliseconds") }
    }

    func settings(retransmitAfter seconds: Double) -> LinkFaults.Settings {
        LinkFaults.Settings(
            loss: loss, delay: delay / 1000, reorder: reorder, reorderHold: seconds * 1.5, seed: seed)
    }
}
