import Wire

/// A phone's connection to one of its servers: the one it is registered with, or one that stands by.
final class SkinnyConnection {
    enum State {
        /// Says that it lives, and no more.
        case standby
        /// Has asked whether the phone may come back.
        case asking
        case registering
        case registered
        case ended
    }

    let place: Int
    var state: State
    private(set) var keepAlivesAnswered = 0
    private var unanswered = 0
    private var beat = 0
    private var link: SkinnyLink?
    private let loop: EventLoop
    private let died: (SkinnyConnection, String) -> Void

    /// After so many keep-alives without an answer the server is taken for dead.
    private static let patience = 3

    /// - Parameters:
    ///   - place: which of the phone's servers it is.
    ///   - died: hears why the server is gone.
    init(
        _ loop: EventLoop, to place: Int, of settings: SkinnyPhone.Settings, as device: String, _ state: State,
        deliver: @escaping (SkinnyMessage, SkinnyConnection) -> Void,
        died: @escaping (SkinnyConnection, String) -> Void
    ) throws(LabError) {
        self.loop = loop
        self.place = place
        self.state = state
        self.died = died
        let local = Endpoint(settings.address, 0)
        let server = settings.servers[place]
        let stream: any ByteStream
        if let tls = settings.tls {
            stream = try TLSStream(to: server, from: local, as: device, tls)
        } else {
            stream = try PlainStream(to: server, from: local)
        }
        link = try SkinnyLink(
            loop, stream, peer: server, deliver: { [unowned self] message, _ in deliver(message, self) },
            ended: { [unowned self] in die($0) })
    }

    var version: UInt32 {
        get { link?.version ?? 0 }
        set { link?.version = newValue }
    }

    func layout(of message: SkinnyMessage) -> UInt32 { link?.layout(of: message) ?? 0 }

    func send(_ kind: SkinnyKind, _ body: [UInt8] = []) { link?.send(kind, body) }

    /// From now on it says that it lives, every so many seconds.
    func keepAlive(every seconds: Double) {
        beat += 1
        beatAgain(every: max(0.2, seconds), beat)
    }

    private func beatAgain(every seconds: Double, _ beat: Int) {
        loop.after(seconds) { [weak self] in
            guard let self, state != .ended, beat == self.beat else { return }
            guard unanswered < Self.patience else { return die("keep-alives are not answered") }
            unanswered += 1
            send(.keepAlive)
            beatAgain(every: seconds, beat)
        }
    }

    func keepAliveAnswered() {
        unanswered = 0
        keepAlivesAnswered += 1
    }

    private func die(_ reason: String) {
        guard state != .ended else { return }
        close()
        died(self, reason)
    }

    func close() {
        guard state != .ended else { return }
        state = .ended
        link?.close()
    }
}
