import Wire

/// One file on its way from a server, block by block (RFC 1350, RFC 2347–2349). It neither sends nor waits: it takes
/// datagrams and the time, and says what to send.
struct TFTPDownload {
    struct Settings: Equatable, Sendable {
        /// Asked for when it is not `nil` (RFC 2348).
        var blockSize: Int?
        /// Ask how long the file is (RFC 2349).
        var asksSize = false
        /// Seconds until a packet is sent again; doubled each time, up to eight times (RFC 1123 section 4.2.3.2).
        var retransmitAfter = 1.0
        /// Seconds that a file may take.
        var timeout = 30.0
        /// Bytes; no file of a phone is larger.
        var maximumSize = 16 << 20

        static let defaultBlockSize = 512
    }

    enum Failure: Error, Equatable {
        case timeout
        /// The server's ERROR.
        case refused(code: UInt16, message: String)
        /// The server broke the protocol; what it did.
        case protocolError(String)
    }

    let file: String
    let server: Endpoint
    private(set) var result: Result<[UInt8], Failure>?
    private(set) var retransmissions = 0
    /// Datagrams that did not belong to this transfer, or were not TFTP.
    private(set) var strays = 0
    /// When ``tick(_:)`` has something to do.
    private(set) var deadline: Timestamp

    private let settings: Settings
    private let giveUp: Timestamp
    private var interval: Double
    /// The server's TID, from its first answer.
    private var peer: Endpoint?
    private var lastSent: Datagram
    private var contents: [UInt8] = []
    private var expected: UInt16 = 1
    private var blockSize = Settings.defaultBlockSize
    private var announcedSize: Int?
    private var hasOptions = false

    /// - Parameter server: where requests go: port 69.
    init(_ file: String, from server: Endpoint, _ settings: Settings, now: Timestamp) {
        self.file = file
        self.server = server
        self.settings = settings
        interval = settings.retransmitAfter
        giveUp = now.adding(fraction: settings.timeout)
        deadline = min(giveUp, now.adding(fraction: settings.retransmitAfter))
        lastSent = Datagram(TFTPPacket.readRequest(file, Self.options(settings)), server)
    }

    /// The request.
    var request: Datagram { lastSent }

    private static func options(_ settings: Settings) -> [TFTPPacket.Option] {
        var options: [TFTPPacket.Option] = []
        if let size = settings.blockSize { options.append(.init(name: "blksize", value: String(size))) }
        if settings.asksSize { options.append(.init(name: "tsize", value: "0")) }
        return options
    }

    /// What to send because time has passed.
    mutating func tick(_ now: Timestamp) -> Datagram? {
        guard result == nil, now >= deadline else { return nil }
        guard now < giveUp else {
            result = .failure(.timeout)
            return nil
        }
        retransmissions += 1
        interval = min(interval * 2, settings.retransmitAfter * 8)
        deadline = min(giveUp, now.adding(fraction: interval))
        return lastSent
    }

    /// What to send because a datagram has arrived. Works on after the end, too: a last ACK can get lost.
    mutating func receive(_ datagram: Datagram, now: Timestamp) -> Datagram? {
        // Before the first answer the server's port is not known, its address is.
        guard datagram.peer.address == server.address, let packet = TFTPPacket(datagram.bytes) else {
            strays += 1
            return nil
        }
        if let peer, peer != datagram.peer {
            strays += 1
            if case .error = packet { return nil }
            return Datagram(TFTPPacket.refusal(5, "Unknown transfer ID"), datagram.peer)
        }
        if result != nil { return answerAfterEnd(packet) }
        peer = datagram.peer
        switch packet {
        case .error(let code, let message):
            result = .failure(.refused(code: code, message: message))
            return nil
        case .optionAcknowledgment(let options): return accept(options, now)
        case .data(let block, let payload): return accept(block, payload, now)
        }
    }

    /// The server sends its last block until it is acknowledged (RFC 1350 section 6: dallying).
    private func answerAfterEnd(_ packet: TFTPPacket) -> Datagram? {
        guard case .success = result, case .data(let block, _) = packet, block == expected &- 1 else { return nil }
        return lastSent
    }

    private mutating func accept(_ options: [TFTPPacket.Option], _ now: Timestamp) -> Datagram? {
        guard contents.isEmpty, expected == 1 else { return nil }
        // The answer to a request that was sent twice comes twice.
        if hasOptions { return lastSent }
        for option in options {
            switch (option.name, Int(option.value)) {
            case ("blksize", let size?) where size >= 8 && size <= settings.blockSize ?? 0: blockSize = size
            case ("tsize", let size?) where settings.asksSize && size >= 0: announcedSize = size
            default: return fail(8, "option not asked for: \(option.name) \(option.value)")
            }
        }
        hasOptions = true
        return send(TFTPPacket.acknowledgment(0), now)
    }

    private mutating func accept(_ block: UInt16, _ payload: ArraySlice<UInt8>, _ now: Timestamp) -> Datagram? {
        // A block that came before: its ACK may have been lost (the server must not take two ACKs for two blocks).
        if block == expected &- 1, hasOptions || !contents.isEmpty { return lastSent }
        guard block == expected else {
            strays += 1
            return nil
        }
        guard payload.count <= blockSize else { return fail(4, "block of \(payload.count) bytes, \(blockSize) agreed") }
        guard contents.count + payload.count <= settings.maximumSize else { return fail(3, "file too large") }
        contents += payload
        expected &+= 1
        let answer = send(TFTPPacket.acknowledgment(block), now)
        if payload.count < blockSize { finish() }
        return answer
    }

    private mutating func finish() {
        if let announcedSize, announcedSize != contents.count {
            result = .failure(.protocolError("\(announcedSize) bytes announced, \(contents.count) received"))
        } else {
            result = .success(contents)
        }
        contents = []
    }

    private mutating func send(_ bytes: [UInt8], _ now: Timestamp) -> Datagram {
        lastSent = Datagram(bytes, peer ?? server)
        interval = settings.retransmitAfter
        deadline = min(giveUp, now.adding(fraction: interval))
        return lastSent
    }

    private mutating func fail(_ code: UInt8, _ message: String) -> Datagram {
        result = .failure(.protocolError(message))
        return Datagram(TFTPPacket.refusal(code, message), peer ?? server)
    }
}

extension Timestamp {
    /// Later by seconds and parts of them.
    func adding(fraction seconds: Double) -> Timestamp {
        Timestamp(nanoseconds: nanoseconds &+ Int64(seconds * 1e9))
    }
}
