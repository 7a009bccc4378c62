import Wire

/// One stream of a call, both ways over one port: from the first of OpenReceiveChannel and StartMediaTransmission to the last
/// of CloseReceiveChannel and StopMediaTransmission.
final class SkinnyMediaStream {
    let media: MediaStream
    private var receiver: SkinnyStream?
    private var transmitter: SkinnyStream?
    private(set) var isOver = false
    private var watch: UInt64 = 0
    private var since: Timestamp?
    private var seconds = 0.0
    private let loop: EventLoop
    private let mustReturn: Bool

    private static let frameSeconds = 0.02

    init(_ loop: EventLoop, _ socket: BoundSocket, _ settings: CallSettings, isCaller: Bool) throws(LabError) {
        self.loop = loop
        mustReturn = isCaller && settings.media == .echo
        media = MediaStream(
            socket, !isCaller && settings.media == .echo ? .echo : .tone(quota: nil), settings.tones)
        media.isOpenToAnybody = true
        media.isSending = false
        watch = try loop.watch(socket.descriptor) { [unowned self] in media.receive(&loop.buffer) }
    }

    var local: Endpoint { media.socket.local }
    var isOpen: Bool { receiver != nil }
    var isTransmitting: Bool { transmitter != nil }

    /// The phone itself is silent.
    var holdsBack = false {
        didSet { media.isSending = isTransmitting && !holdsBack }
    }

    func open(_ stream: SkinnyStream, _ key: SkinnyKey?) {
        receiver = stream
        media.receiving = key.flatMap { MediaCrypto(SkinnyKey.suite, key: $0.bytes, .receiving) }
    }

    func transmit(_ stream: SkinnyStream, to remote: Endpoint, _ key: SkinnyKey?) {
        transmitter = stream
        media.sending = key.flatMap { MediaCrypto(SkinnyKey.suite, key: $0.bytes, .sending) }
        media.isSending = !holdsBack
        media.remote = remote
        since = loop.now
        tick(at: loop.now)
    }

    private func tick(at time: Timestamp) {
        guard isTransmitting, !isOver else { return }
        media.tick()
        let next = time.adding(fraction: Self.frameSeconds)
        loop.at(next) { [weak self] in self?.tick(at: next) }
    }

    func close(_ stream: SkinnyStream) {
        guard let receiver, receiver.isSame(as: stream) else { return }
        self.receiver = nil
        endWhenDone()
    }

    func stop(_ stream: SkinnyStream) {
        guard let transmitter, transmitter.isSame(as: stream) else { return }
        self.transmitter = nil
        media.isSending = false
        endWhenDone()
    }

    private func endWhenDone() { if receiver == nil, transmitter == nil { end() } }

    func end() {
        guard !isOver else { return }
        isOver = true
        media.receive(&loop.buffer)
        if let since { seconds = loop.now.seconds(since: since) }
        media.isSending = false
        media.hears = nil
        media.says = nil
        loop.forget(watch)
        media.socket.close()
    }

    /// It stood for a while, and nothing was heard.
    var isSilent: Bool { seconds > 0.5 && media.reception.received == 0 }

    var isReturned: Bool { !isSilent && (!mustReturn || media.reception.received == media.counts.sent) }
}

/// A copy of what the phone says or hears, for a recorder.
final class SkinnyRecorderLeg {
    let stream: SkinnyStream
    let part: StartMediaTransmission.Part
    private let relay: FrameRelay

    init(_ message: StartMediaTransmission, _ socket: BoundSocket, _ settings: CallSettings) {
        stream = message.stream
        part = message.part
        let media = MediaStream(socket, .relay, settings.tones)
        media.sending = message.key.key.flatMap { MediaCrypto(SkinnyKey.suite, key: $0.bytes, .sending) }
        media.remote = message.remote
        relay = FrameRelay(media)
    }

    func send(_ frame: [UInt8], of place: Int, _ distance: Int64) { relay.send(frame, of: place, distance) }
}
