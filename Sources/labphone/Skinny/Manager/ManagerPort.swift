import Wire

/// A port of the call manager's own: an echo, a recorder, one leg of a bridge. It opens a new one for each connection.
final class ManagerPort: ManagerParty {
    enum Role {
        case echo
        /// Takes, and sends nothing.
        case listener
        /// What it gets, others get; what it sends is theirs.
        case bridge
    }

    private let loop: EventLoop
    private let ports: MediaPorts
    private let role: Role
    private let tones: [ToneFrames]
    private var media: MediaStream?
    private var watch: UInt64 = 0
    private var relay: FrameRelay?
    private var opened = 0
    /// What came over the ports that it has had.
    private(set) var heard: Set<Int> = []
    private(set) var received = 0
    private(set) var wrong = 0
    /// Gets what comes: frame, which of the ports it came over, and how far it is from the first there.
    var hears: (([UInt8], Int, Int64) -> Void)?

    init(_ loop: EventLoop, _ ports: MediaPorts, _ role: Role, _ tones: [ToneFrames]) {
        self.loop = loop
        self.ports = ports
        self.role = role
        self.tones = tones
    }

    var takesKeys: Bool { true }

    func open(_ key: SkinnyKey?, _ opened: @escaping (Endpoint) -> Void) {
        guard let socket = open(key) else { return }
        opened(socket)
    }

    /// The port's address; `nil` when there is none to be had.
    func open(_ key: SkinnyKey?) -> Endpoint? {
        close()
        guard let socket = try? ports.open() else { return nil }
        let made = MediaStream(socket, role == .echo ? .echo : .relay, tones)
        made.isOpenToAnybody = true
        made.receiving = key.flatMap { MediaCrypto(SkinnyKey.suite, key: $0.bytes, .receiving) }
        opened += 1
        let place = opened
        made.hears = { [weak self] in self?.hears?($0, place, $1) }
        guard
            let watch = try? loop.watch(
                socket.descriptor, { [unowned self, unowned made] in made.receive(&loop.buffer) })
        else { return nil }
        self.watch = watch
        media = made
        relay = FrameRelay(made)
        return socket.local
    }

    func transmit(to remote: Endpoint, _ key: SkinnyKey?) {
        media?.sending = key.flatMap { MediaCrypto(SkinnyKey.suite, key: $0.bytes, .sending) }
        media?.remote = remote
    }

    func send(_ frame: [UInt8], of source: Int, _ distance: Int64) { relay?.send(frame, of: source, distance) }

    /// Closes the port that is open now, once what is on its way has arrived.
    func closeSoon() {
        let place = opened
        loop.after(0.2) { [weak self] in
            guard let self, place == opened else { return }
            close()
        }
    }

    func close() {
        guard let media else { return }
        heard.formUnion(media.heard)
        received += media.reception.received
        wrong += media.counts.wrongFrames + media.counts.authenticationFailures + media.reception.lost
        loop.forget(watch)
        media.hears = nil
        media.socket.close()
        self.media = nil
        relay = nil
    }

    /// A tone has come, whole.
    var hasTone: Bool { received > 0 && wrong == 0 }
}
