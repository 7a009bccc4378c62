import Wire

/// Fetches one whole file from the call server over TFTP, as the phone would (RFC 1350; blksize and tsize of RFC 2348
/// and 2349).
///
/// Sans-I/O: payloads go to the caller's outbox, and the caller lets it know when ``deadline`` has come; too early is no
/// harm. After the last block it stays for a while, since the server may not have got the last acknowledgment (RFC 1350
/// section 6): the caller keeps it until ``deadline`` is `nil`.
struct FileFetching {
    struct Limits: Sendable {
        /// The largest file, in bytes.
        var fileSize = 1 << 20
        /// What the server is asked for; it fits Ethernet behind IPv4 or IPv6.
        var blockSize = 1428
        /// How often the same is sent again before the server is taken for gone.
        var retransmissions = 5
        /// How long a transfer may take, seconds.
        var duration = 300
    }

    enum Failure: Hashable, Sendable {
        /// The server sent an ERROR.
        case server(code: UInt16, text: String)
        case serverSilent
        /// More than ``Limits/fileSize``.
        case tooLarge
        /// ``Limits/duration`` is over.
        case tooSlow
        /// An option that was not asked for, or not with this value (RFC 2347).
        case badOptions
        /// More data in a block than was agreed.
        case badBlock
    }

    enum Status: Hashable, Sendable {
        case running, complete
        case failed(Failure)
    }

    private(set) var status = Status.running
    /// When to call ``expire(at:into:)``; `nil` once there is nothing left to do.
    var deadline: Timestamp? {
        switch status {
        case .running: nextRepeat
        case .complete: dallyEnd
        case .failed: nil
        }
    }
    /// When the last message to the server is sent again, while the transfer runs.
    var nextRepeat: Timestamp? {
        if case .running = status { min(timer.deadline, lastMoment) } else { nil }
    }
    /// What has come in order; the file, once the transfer is ``Status/complete``.
    private(set) var bytes: [UInt8] = []
    private(set) var blocks = 0
    /// Datagrams sent more than once.
    private(set) var retransmissions = 0
    /// Messages that had no business here, or said nothing new.
    private(set) var ignored = 0
    /// 512 until the server grants another (RFC 2348).
    private(set) var blockSize = 512
    /// The server's port for this transfer, its TID; `nil` before its first answer.
    private(set) var transferPort: UInt16?

    private let name: [UInt8]
    private let requestPort: UInt16
    private let limits: Limits
    private let lastMoment: Timestamp
    private var timer: RetransmissionTimer
    private var asksOptions = true
    private var hasOptions = false
    /// The block to acknowledge, as numbered on the wire.
    private var lastBlock: UInt16 = 0
    private var dallyEnd: Timestamp?
    /// What it means if the server says nothing more.
    private var silence = Failure.serverSilent

    /// Asks for the file.
    ///
    /// - Parameters:
    ///   - name: as the server knows the file; without NUL.
    ///   - port: where the server takes requests.
    init(
        _ name: [UInt8], from port: UInt16, _ limits: Limits = Limits(), at now: Timestamp,
        into outbox: inout DatagramOutbox
    ) {
        self.name = name
        requestPort = port
        self.limits = limits
        lastMoment = now.adding(seconds: limits.duration)
        timer = RetransmissionTimer(first: 1, longest: 8, limit: limits.retransmissions, at: now)
        send(into: &outbox)
    }

    /// Takes a message that came from `port` of the server. `packet` is what the message's ranges point into.
    mutating func receive(
        _ message: TFTPMessage, _ packet: Span<UInt8>, from port: UInt16, at now: Timestamp,
        into outbox: inout DatagramOutbox
    ) {
        if let transferPort, port != transferPort { return refuse(message, from: port, into: &outbox) }
        switch (status, message) {
        case (.running, .data(let block, let payload)):
            take(block, packet, payload, from: port, at: now, into: &outbox)
        case (.running, .optionAcknowledgment(let options)):
            take(options, packet, from: port, at: now, into: &outbox)
        case (.running, .error(let code, let text)):
            take(error: code, packet, text, at: now, into: &outbox)
        case (.complete, .data(lastBlock, _)) where dallyEnd != nil: sendAgain(into: &outbox)
        default: ignored += 1
        }
    }

    /// Lets time pass.
    mutating func expire(at now: Timestamp, into outbox: inout DatagramOutbox) {
        if let dallyEnd, now >= dallyEnd { self.dallyEnd = nil }
        guard status == .running else { return }
        if now >= lastMoment { return fail(.tooSlow, .notDefined, "Transfer takes too long", into: &outbox) }
        switch timer.turn(at: now) {
        case .notDue: return
        case .again: sendAgain(into: &outbox)
        case .exhausted: end(silence)
        }
    }
}

extension FileFetching {
    /// The whole file, which is not kept: what stays behind is for the server's last block alone.
    mutating func takeBytes() -> [UInt8] {
        defer { bytes = [] }
        return bytes
    }
}

// What the server says.
extension FileFetching {
    private mutating func take(
        _ block: UInt16, _ packet: Span<UInt8>, _ payload: Range<Int>, from port: UInt16, at now: Timestamp,
        into outbox: inout DatagramOutbox
    ) {
        guard isNext(block) else {
            // Behind by none: the acknowledgment was lost. Anything else is out of order, and comes again.
            if block == lastBlock, blocks > 0 { return sendAgain(into: &outbox) }
            ignored += 1
            return
        }
        transferPort = port
        guard payload.count <= blockSize else {
            return fail(.badBlock, .illegalOperation, "Block is too large", into: &outbox)
        }
        guard bytes.count + payload.count <= limits.fileSize else { return refuseSize(into: &outbox) }
        bytes.append(addingCapacity: payload.count) { room in
            for offset in payload { room.append(packet[offset]) }
        }
        blocks += 1
        lastBlock = block
        if payload.count < blockSize {
            status = .complete
            dallyEnd = now.adding(seconds: Self.dally)
        } else {
            timer.restart(at: now)
        }
        send(into: &outbox)
    }

    /// Block numbers roll over after 65535: to 0 with most servers, to 1 with some; RFC 1350 does not say.
    private func isNext(_ block: UInt16) -> Bool {
        block == lastBlock &+ 1 || lastBlock == .max && block == 1
    }

    /// RFC 2347: what was not asked for ends the transfer.
    private mutating func take(
        _ options: TFTPOptions, _ packet: Span<UInt8>, from port: UInt16, at now: Timestamp,
        into outbox: inout DatagramOutbox
    ) {
        guard asksOptions, blocks == 0 else {
            ignored += 1
            return
        }
        if hasOptions { return sendAgain(into: &outbox) }
        transferPort = port
        guard areAsked(options, packet) else {
            return fail(.badOptions, .optionRefused, "Option was not asked for", into: &outbox)
        }
        if let size = options.value(of: .transferSize, in: packet), size > limits.fileSize {
            return refuseSize(into: &outbox)
        }
        blockSize = options.value(of: .blockSize, in: packet) ?? blockSize
        hasOptions = true
        timer.restart(at: now)
        send(into: &outbox)
    }

    private func areAsked(_ options: TFTPOptions, _ packet: Span<UInt8>) -> Bool {
        var offset = options.range.lowerBound
        while let pair = options.pair(packet, at: offset) {
            switch TFTPOptionName(packet, pair.name) {
            case .blockSize:
                guard let size = options.value(of: .blockSize, in: packet), size <= limits.blockSize else {
                    return false
                }
            case .transferSize: break
            default: return false
            }
            offset = pair.next
        }
        return true
    }

    /// A server that knows no options may say so instead of leaving them out; it is asked again, without.
    private mutating func take(
        error code: UInt16, _ packet: Span<UInt8>, _ text: Range<Int>, at now: Timestamp,
        into outbox: inout DatagramOutbox
    ) {
        let isAboutOptions =
            code == TFTPErrorCode.optionRefused.rawValue || code == TFTPErrorCode.illegalOperation.rawValue
        let failure = Failure.server(code: code, text: TFTPTransfer.text(packet, text.prefix(Self.longestText)))
        guard transferPort == nil, isAboutOptions else { return end(failure) }
        guard asksOptions else {
            // A copy of the first refusal, or the answer to a repeated request; if nothing else comes, it was the last.
            silence = failure
            ignored += 1
            return
        }
        asksOptions = false
        timer.restart(at: now)
        send(into: &outbox)
    }

    /// RFC 1350 section 4: another port's message is refused there, and disturbs nothing here. An ERROR is never
    /// answered.
    private mutating func refuse(_ message: TFTPMessage, from port: UInt16, into outbox: inout DatagramOutbox) {
        ignored += 1
        if case .error = message { return }
        outbox.add(to: port) { TFTPWriter.error(.unknownTransferID, "Unknown transfer ID", onto: &$0) }
    }
}

// What it is told.
extension FileFetching {
    /// The request, until the server has answered; from then on an acknowledgment of what has come.
    private func send(into outbox: inout DatagramOutbox) {
        guard let transferPort else {
            let options: [TFTPWriter.Option] =
                asksOptions ? [(.blockSize, limits.blockSize), (.transferSize, 0)] : []
            return outbox.add(to: requestPort) { TFTPWriter.readRequest(name, options: options, onto: &$0) }
        }
        outbox.add(to: transferPort, atMost: TFTPWriter.headLength) { room in
            TFTPWriter.acknowledgment(block: lastBlock, into: &room)
            return TFTPWriter.headLength
        }
    }

    private mutating func sendAgain(into outbox: inout DatagramOutbox) {
        retransmissions += 1
        send(into: &outbox)
    }

    private mutating func refuseSize(into outbox: inout DatagramOutbox) {
        fail(.tooLarge, .diskFull, "File is too large", into: &outbox)
    }

    private mutating func fail(
        _ failure: Failure, _ code: TFTPErrorCode, _ text: String, into outbox: inout DatagramOutbox
    ) {
        end(failure)
        guard let transferPort else { return }
        outbox.add(to: transferPort) { TFTPWriter.error(code, text, onto: &$0) }
    }

    private mutating func end(_ failure: Failure) {
        status = .failed(failure)
        bytes = []
    }

    /// Seconds that a repeated last block is still acknowledged.
    private static var dally: Int { 5 }
    /// Bytes of an ERROR's text that are kept.
    private static var longestText: Int { 128 }
}
