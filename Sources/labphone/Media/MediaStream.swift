import Wire

/// One phone's side of a call's media: 20 ms frames of G.711 that go out, and what comes in, checked frame by frame.
final class MediaStream {
    enum Source {
        /// The tone; `quota` frames of it, or as many as there is time for.
        case tone(quota: Int?)
        /// Whatever comes in goes back, one packet for each.
        case echo
    }

    struct Counts {
        var sent = 0
        var authenticationFailures = 0
        var replayed = 0
        /// Not RTP, or of another source than the peer's.
        var strays = 0
        /// Frames that are not the tone, or not the tone's next.
        var wrongFrames = 0
    }

    let socket: BoundSocket
    private(set) var counts = Counts()
    private(set) var reception = ReceptionCount()
    /// Where packets go, and how they are protected; from the other side's SDP.
    var remote: Endpoint?
    var sending: MediaCrypto?
    var receiving: MediaCrypto?
    /// `false`: on hold.
    var isSending = true

    private let source: Source
    private let tone: ToneFrames
    private var sequence: UInt16
    private var timestamp: UInt32
    private let firstSequence: UInt16
    private let firstTimestamp: UInt32
    private let ssrc: UInt32
    private var packet: [UInt8]
    private var payload: [UInt8] = []
    /// The place in the tone of the stream's first packet, once one told.
    private var start: Int?

    private static let headerBytes = 12

    init(_ socket: BoundSocket, _ source: Source, tone: ToneFrames) {
        self.socket = socket
        self.source = source
        self.tone = tone
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

    /// Every frame that came was the tone's next, and some came.
    var hasTone: Bool { counts.wrongFrames == 0 && reception.received > 0 }

    /// Sends the next frame of the tone; to be called every 20 ms.
    func tick() {
        defer { timestamp &+= UInt32(ToneFrames.frameBytes) }
        guard case .tone = source, isSending, !hasSentAll || isEndless else { return }
        send(tone.frames[counts.sent % ToneFrames.count])
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
        guard peer == remote, count >= Self.headerBytes, buffer[0] >> 6 == 2 else {
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
        let number = UInt16(buffer[2]) << 8 | UInt16(buffer[3])
        guard let distance = reception.count(number) else { return }
        payload = Array(buffer[Self.headerBytes..<length])
        check(distance)
        if case .echo = source, isSending { echo(distance) }
    }

    /// What was lost on its way here is missing in what goes back, too, and nothing else is.
    private func echo(_ distance: Int64) {
        sequence = firstSequence &+ UInt16(truncatingIfNeeded: distance)
        timestamp = firstTimestamp &+ UInt32(truncatingIfNeeded: distance) &* UInt32(ToneFrames.frameBytes)
        send(payload)
    }

    private func check(_ distance: Int64) {
        guard let place = tone.place(of: payload) else {
            counts.wrongFrames += 1
            return
        }
        let offset = Int(distance % Int64(ToneFrames.count))
        let origin = (place - offset + 2 * ToneFrames.count) % ToneFrames.count
        if let start, start != origin { counts.wrongFrames += 1 }
        if start == nil { start = origin }
    }
}
