import Wire

/// One phone's side of a call's media: 20 ms frames of G.711 that go out, and what comes in, checked frame by frame.
final class MediaStream {
    enum Source {
        /// The tone; `quota` frames of it, or as many as there is time for.
        case tone(quota: Int?)
        /// Whatever comes in goes back, one packet for each.
        case echo
        /// What it is given, ``MediaStream/relay(_:_:)``.
        case relay
    }

    struct Counts {
        var sent = 0
        var authenticationFailures = 0
        var replayed = 0
        /// Not RTP, or of another source than the peer's.
        var strays = 0
        /// Frames that are no tone, or not the tone's next.
        var wrongFrames = 0

        static func + (left: Counts, right: Counts) -> Counts {
            Counts(
                sent: left.sent + right.sent,
                authenticationFailures: left.authenticationFailures + right.authenticationFailures,
                replayed: left.replayed + right.replayed, strays: left.strays + right.strays,
                wrongFrames: left.wrongFrames + right.wrongFrames)
        }
    }

    let socket: BoundSocket
    private(set) var counts = Counts()
    /// The frequencies of the tones that came.
    private(set) var heard: Set<Int> = []
    /// Where packets go; what comes from elsewhere is a stray.
    var remote: Endpoint? {
        didSet { if remote != nil { sendWaiting() } }
    }
    /// How packets are protected.
    var sending: MediaCrypto?
    var receiving: MediaCrypto?
    /// `false`: on hold.
    var isSending = true
    /// Takes packets of anybody as long as nobody has said where they come from.
    var isOpenToAnybody = false
    /// Gets each frame that came, and its distance from the first.
    var hears: (([UInt8], Int64) -> Void)?
    /// Gets each frame that is sent, and its distance from the first.
    var says: (([UInt8], Int64) -> Void)?

    private let source: Source
    /// The first is what is sent.
    private let tones: [ToneFrames]
    /// Of the sources before the one that sends now.
    private var passed = ReceptionTotals()
    private var current = ReceptionCount()
    private var sender: UInt32?
    /// What was to be sent before it was known where to.
    private var waiting: [(frame: [UInt8], distance: Int64)] = []
    private var sequence: UInt16
    private var timestamp: UInt32
    private var firstSequence: UInt16
    private var firstTimestamp: UInt32
    private var ssrc: UInt32
    private var packet: [UInt8]
    private var payload: [UInt8] = []
    /// Which tone comes, and the place in it of the source's first packet, once one told.
    private var start: (tone: Int, place: Int)?

    private static let headerBytes = 12
    private static let waitingFrames = 250

    /// - Parameter tones: what is known when it is heard; the first is what is sent.
    init(_ socket: BoundSocket, _ source: Source, _ tones: [ToneFrames]) {
        self.socket = socket
        self.source = source
        self.tones = tones
        firstSequence = UInt16.random(in: .min ... .max)
        firstTimestamp = UInt32.random(in: .min ... .max)
        sequence = firstSequence
        timestamp = firstTimestamp
        ssrc = UInt32.random(in: .min ... .max)
        packet = [UInt8](repeating: 0, count: Self.headerBytes + ToneFrames.frameBytes + MediaCrypto.room)
    }

    /// Whether all that should go out has gone out.
    var hasSentAll: Bool {
        if case .tone(let quota?) = source { return counts.sent >= quota }
        return true
    }

    var reception: ReceptionTotals { passed + current.totals }

    /// Every frame that came was the tone's next, and some came.
    var hasTone: Bool { counts.wrongFrames == 0 && reception.received > 0 }

    /// Sends the next frame of the tone; to be called every 20 ms.
    func tick() {
        defer { timestamp &+= UInt32(ToneFrames.frameBytes) }
        guard case .tone = source, isSending, !hasSentAll || isEndless, let tone = tones.first else { return }
        let frame = tone.frames[counts.sent % ToneFrames.count]
        let distance = Int64(counts.sent)
        send(frame)
        if counts.sent > distance { says?(frame, distance) }
    }

    private var isEndless: Bool {
        if case .tone(nil) = source { return true }
        return false
    }

    private func send(_ frame: [UInt8]) {
        guard let remote else { return }
        packet[0] = 0x80
        packet[1] = counts.sent == 0 ? 0x80 : 0
        write(UInt32(sequence), 2, at: 2)
        write(timestamp, 4, at: 4)
        write(ssrc, 4, at: 8)
        for (index, byte) in frame.enumerated() { packet[Self.headerBytes + index] = byte }
        var length = Self.headerBytes + frame.count
        if let sending {
            guard let protected = sending.protect(&packet, count: length) else { return }
            length = protected
        }
        socket.send(packet[..<length], to: remote)
        sequence &+= 1
        counts.sent += 1
    }

    private func write(_ value: UInt32, _ bytes: Int, at offset: Int) {
        for index in 0..<bytes {
            packet[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(8 * (bytes - 1 - index)))
        }
    }

    /// Takes all that has come.
    func receive(_ buffer: inout [UInt8]) {
        while let (count, peer) = socket.receive(into: &buffer) { take(&buffer, count, from: peer) }
    }

    private func take(_ buffer: inout [UInt8], _ count: Int, from peer: Endpoint) {
        guard peer == remote || remote == nil && isOpenToAnybody, count >= Self.headerBytes, buffer[0] >> 6 == 2 else {
            counts.strays += 1
            return
        }
        var length = count
        if let receiving {
            do throws(MediaCrypto.Failure) {
                length = try receiving.unprotect(&buffer, count: count)
            } catch {
                if error == .authentication { counts.authenticationFailures += 1 } else { counts.replayed += 1 }
                return
            }
        }
        // Telephone events and whatever else is no audio is let by.
        guard buffer[1] & 0x7f == 0, length == Self.headerBytes + ToneFrames.frameBytes else {
            counts.strays += 1
            return
        }
        see(sender: buffer[8..<12].reduce(0) { $0 << 8 | UInt32($1) })
        let number = UInt16(buffer[2]) << 8 | UInt16(buffer[3])
        guard let distance = current.count(number) else { return }
        payload = Array(buffer[Self.headerBytes..<length])
        check(distance)
        hears?(payload, distance)
        if case .echo = source, isSending { relay(payload, distance) }
    }

    /// With another synchronization source the count begins again.
    private func see(sender ssrc: UInt32) {
        defer { sender = ssrc }
        guard let sender, sender != ssrc else { return }
        passed = passed + current.totals
        current = ReceptionCount()
        start = nil
    }

    /// Sends a frame of another stream, in its place there: what was lost on its way here is missing in what goes on, too,
    /// and nothing else is.
    func relay(_ frame: [UInt8], _ distance: Int64) {
        guard remote != nil else {
            if waiting.count < Self.waitingFrames { waiting.append((frame, distance)) }
            return
        }
        sequence = firstSequence &+ UInt16(truncatingIfNeeded: distance)
        timestamp = firstTimestamp &+ UInt32(truncatingIfNeeded: distance) &* UInt32(ToneFrames.frameBytes)
        send(frame)
    }

    /// What is sent from now on is of another synchronization source.
    func changeSource() {
        firstSequence = UInt16.random(in: .min ... .max)
        firstTimestamp = UInt32.random(in: .min ... .max)
        ssrc = UInt32.random(in: .min ... .max)
    }

    private func sendWaiting() {
        let frames = waiting
        waiting = []
        for (frame, distance) in frames { relay(frame, distance) }
    }

    private func check(_ distance: Int64) {
        guard let (tone, place) = recognized() else {
            counts.wrongFrames += 1
            return
        }
        heard.insert(tones[tone].frequency)
        let offset = Int(distance % Int64(ToneFrames.count))
        let origin = (place - offset + 2 * ToneFrames.count) % ToneFrames.count
        if let start, start != (tone, origin) { counts.wrongFrames += 1 }
        if start == nil { start = (tone, origin) }
    }

    private func recognized() -> (tone: Int, place: Int)? {
        for (index, tone) in tones.enumerated() {
            if let place = tone.place(of: payload) { return (index, place) }
        }
        return nil
    }
}
