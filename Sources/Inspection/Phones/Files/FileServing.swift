import Wire

/// Serves one whole file to one phone over TFTP (RFC 1350; options of RFC 2347, 2348, 2349 and 7440).
///
/// Sans-I/O: payloads go to the caller's outbox, and the caller lets it know when ``deadline`` has come; too early is no
/// harm. A duplicate acknowledgment never sends a block twice (RFC 1123 section 4.2.3.1), and of a window no more is sent
/// again on the phone's word than the phone has taken, so neither a link that doubles or reorders packets nor a phone
/// that means ill multiplies the traffic.
struct FileServing {
    struct Limits: Sendable {
        /// The largest block that is granted: Ethernet's 1500 bytes less the IPv4, UDP and TFTP headers.
        var blockSize = 1468
        /// The most blocks that are under way at one time.
        var windowSize = 16
        /// The longest time between retransmissions that is granted, seconds.
        var timeout = 60
        /// How often the same is sent again before the phone is taken for gone.
        var retransmissions = 5
        /// How long a transfer may take, seconds.
        var duration = 1800

        /// ``blockSize`` for a phone with an IPv6 address.
        static let blockSizeV6 = 1448
    }

    /// Seconds before the first retransmission, and at most before another one.
    private static let firstWait = 1
    private static let longestWait = 8
    /// Bytes of an ERROR's text that are kept.
    private static let longestText = 128

    enum Failure: Hashable, Sendable {
        /// The phone sent an ERROR.
        case phone(code: UInt16, text: String)
        /// The phone stopped to acknowledge.
        case phoneSilent
        /// ``Limits/duration`` is over.
        case tooSlow
    }

    enum Status: Hashable, Sendable {
        case running, complete
        case failed(Failure)
    }

    private(set) var status = Status.running
    /// When to call ``expire(at:into:)``; `nil` once there is nothing left to do.
    var deadline: Timestamp? { isRunning ? min(timer.deadline, end) : nil }
    private var isRunning: Bool {
        if case .running = status { true } else { false }
    }
    /// The data that the phone has acknowledged.
    var blocks: Int { max(0, base - 1) }
    var bytes: Int { min(blocks * blockSize, transferSize) }
    /// Datagrams sent more than once.
    private(set) var retransmissions = 0
    /// Messages that had no business here, or said nothing new.
    private(set) var ignored = 0

    let blockSize: Int
    let windowSize: Int
    /// What the OACK says; empty where there is none.
    let granted: [TFTPWriter.Option]
    private let port: UInt16
    private let transferSize: Int
    /// The short one, or an empty one behind whole ones; counted on beyond 65535, as all blocks are here.
    private let lastBlock: Int
    private let end: Timestamp
    private var timer: RetransmissionTimer
    /// The first block that is not acknowledged; 0 is the OACK.
    private var base: Int
    /// The first block that has never been sent.
    private var next: Int
    /// Stands before block ``base``.
    private var reader: BlockReader
    private let start: BlockReader
    private var lastProgress: Timestamp
    /// Nothing is sent again on the phone's word alone before this moment.
    private var nextRepeat: Timestamp

    /// Starts the transfer: with the OACK if an option was asked for and is granted, else with the first block.
    ///
    /// - Parameter port: the phone's; every payload goes there.
    init(
        _ content: FileContent, to port: UInt16, _ terms: TransferTerms, _ limits: Limits = Limits(),
        at now: Timestamp, into outbox: inout DatagramOutbox
    ) {
        self.port = port
        transferSize = content.transferSize(terms.mode)
        let timeout = terms.timeout.flatMap { $0 <= limits.timeout ? $0 : nil }
        let blockSize = terms.blockSize.map { min($0, max(limits.blockSize, 8)) }
        let windowSize = terms.windowSize.map { min($0, max(limits.windowSize, 1)) }
        granted = [
            blockSize.map { (.blockSize, $0) }, terms.asksForSize ? (.transferSize, transferSize) : nil,
            timeout.map { (.timeout, $0) }, windowSize.map { (.windowSize, $0) },
        ].compactMap { $0 }
        self.blockSize = blockSize ?? 512
        self.windowSize = windowSize ?? 1
        lastBlock = transferSize / self.blockSize + 1
        end = now.adding(seconds: limits.duration)
        timer = RetransmissionTimer(
            first: timeout ?? Self.firstWait, longest: timeout ?? Self.longestWait, limit: limits.retransmissions,
            at: now)
        base = granted.isEmpty ? 1 : 0
        next = base
        start = BlockReader(content, terms.mode)
        reader = start
        lastProgress = now
        nextRepeat = now
        sendWindow(from: base, into: &outbox)
    }

    /// Takes a message from the phone's port. `packet` is what the message's ranges point into.
    ///
    /// A read request here is the same one again; for another file the caller starts another transfer.
    mutating func receive(
        _ message: TFTPMessage, _ packet: Span<UInt8>, at now: Timestamp, into outbox: inout DatagramOutbox
    ) {
        guard isRunning else {
            ignored += 1
            return
        }
        switch message {
        case .acknowledgment(let block): acknowledge(block, at: now, into: &outbox)
        case .request(let request) where request.operation == .read: askedAgain(at: now, into: &outbox)
        case .error(let code, let text):
            status = .failed(.phone(code: code, text: TFTPTransfer.text(packet, text.prefix(Self.longestText))))
        case .request, .data, .optionAcknowledgment: ignored += 1
        }
    }

    /// Lets time pass.
    mutating func expire(at now: Timestamp, into outbox: inout DatagramOutbox) {
        guard isRunning else { return }
        if now >= end {
            status = .failed(.tooSlow)
            outbox.add(to: port) { TFTPWriter.error(.notDefined, "Transfer takes too long", onto: &$0) }
            return
        }
        switch timer.turn(at: now) {
        case .notDue: return
        case .again: sendWindow(from: base, into: &outbox)
        case .exhausted: status = .failed(.phoneSilent)
        }
    }

    private mutating func acknowledge(_ block: UInt16, at now: Timestamp, into outbox: inout DatagramOutbox) {
        let count = Int(block &- UInt16(truncatingIfNeeded: base - 1))
        guard count <= next - base else {
            ignored += 1
            return
        }
        // Nothing new: of a window the first block may be lost (RFC 7440 section 4); of one block nothing follows.
        guard count > 0 else {
            if windowSize > 1 { sendAgain(at: now, into: &outbox) } else { ignored += 1 }
            return
        }
        reader.skip((base > 0 ? count : 0) * blockSize)
        base += count
        lastProgress = now
        guard base <= lastBlock else {
            status = .complete
            return
        }
        timer.restart(at: now)
        // Within a window: what is behind has been lost, or the link reorders and it is under way yet.
        let isLost = base < next && retransmissions <= blocks + 2 * windowSize
        sendWindow(from: isLost ? base : next, into: &outbox)
    }

    /// A phone that has not heard the answer asks again. In the middle of a transfer a late copy of the request is no
    /// matter, but one after a silence is a phone that has started anew.
    private mutating func askedAgain(at now: Timestamp, into outbox: inout DatagramOutbox) {
        let first = granted.isEmpty ? 1 : 0
        if base > first {
            guard now >= lastProgress.adding(seconds: Self.firstWait) else {
                ignored += 1
                return
            }
            base = first
            next = first
            reader = start
            lastProgress = now
            timer.restart(at: now)
        }
        sendAgain(at: now, into: &outbox)
    }

    /// Once in a while and no more, so that neither a link that doubles packets nor a phone that asks without end
    /// multiplies the traffic.
    private mutating func sendAgain(at now: Timestamp, into outbox: inout DatagramOutbox) {
        guard now >= nextRepeat else {
            ignored += 1
            return
        }
        nextRepeat = now.adding(seconds: Self.firstWait)
        sendWindow(from: base, into: &outbox)
    }

    /// Sends what may be under way, from `first` on.
    private mutating func sendWindow(from first: Int, into outbox: inout DatagramOutbox) {
        let end = base == 0 ? 1 : min(base + windowSize, lastBlock + 1)
        if first == 0 {
            outbox.add(to: port) { TFTPWriter.optionAcknowledgment(granted, onto: &$0) }
        } else {
            var reader = reader
            reader.skip((first - base) * blockSize)
            for block in first..<end {
                outbox.add(to: port, atMost: TFTPWriter.headLength + blockSize) { room in
                    TFTPWriter.dataHeader(block: UInt16(truncatingIfNeeded: block), into: &room)
                    var data = room._mutatingExtracting(TFTPWriter.headLength...)
                    return TFTPWriter.headLength + reader.read(into: &data)
                }
            }
        }
        retransmissions += max(0, next - first)
        next = max(next, end)
    }
}
