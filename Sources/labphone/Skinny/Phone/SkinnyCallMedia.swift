import Wire

/// The media of one call: a stream from each OpenReceiveChannel or StartMediaTransmission to its end, one after the other,
/// and copies of it for recorders.
final class SkinnyCallMedia {
    /// One after the other.
    private(set) var streams: [SkinnyMediaStream] = []
    /// So many copies were sent.
    private(set) var copies = 0
    /// Media messages with a key, and without one that can be used.
    private(set) var keyed = 0
    private(set) var withoutKey = 0
    private var recorders: [SkinnyRecorderLeg] = []
    private var isEnded = false
    private unowned let phone: SkinnyPhone
    private let isCaller: Bool

    init(_ phone: SkinnyPhone, isCaller: Bool) {
        self.phone = phone
        self.isCaller = isCaller
    }

    private func count(_ key: SkinnyKey.Block) { if key.key != nil { keyed += 1 } else { withoutKey += 1 } }

    func open(_ message: OpenReceiveChannel) {
        count(message.key)
        guard message.codec == SkinnyCodec.muLaw else { return refuse(message.stream, status: 6) }
        guard phone.callSettings.media != .none else {
            return acknowledge(message.stream, Endpoint(phone.settings.address, 16_384))
        }
        guard let stream = current(where: { !$0.isOpen }) else { return refuse(message.stream, status: 8) }
        stream.open(message.stream, message.key.key)
        acknowledge(message.stream, stream.local)
    }

    private func acknowledge(_ stream: SkinnyStream, _ local: Endpoint) {
        phone.send(.openReceiveChannelAck, OpenReceiveChannelAck(receiver: local, stream).body(version: phone.version))
    }

    private func refuse(_ stream: SkinnyStream, status: UInt32) {
        let ack = OpenReceiveChannelAck(status: status, receiver: Endpoint(.anyV4, 0), stream)
        phone.send(.openReceiveChannelAck, ack.body(version: phone.version))
    }

    func transmit(_ message: StartMediaTransmission) {
        guard LabNetworks.contains(message.remote.address), message.remote.port != 0 else { return }
        count(message.key)
        guard phone.callSettings.media != .none else {
            return acknowledge(message.stream, from: Endpoint(phone.settings.address, 16_384))
        }
        guard message.part == .call else { return copy(message) }
        guard let stream = current(where: { !$0.isTransmitting }) else { return }
        stream.transmit(message.stream, to: message.remote, message.key.key)
        acknowledge(message.stream, from: stream.local)
    }

    private func acknowledge(_ stream: SkinnyStream, from source: Endpoint) {
        let ack = StartMediaTransmissionAck(stream, from: source)
        phone.send(.startMediaTransmissionAck, ack.body(version: phone.version))
    }

    /// The stream that is not over and still has room for this, or a new one.
    private func current(where hasRoom: (SkinnyMediaStream) -> Bool) -> SkinnyMediaStream? {
        if let last = streams.last, !last.isOver, hasRoom(last) { return last }
        streams.last?.end()
        guard let socket = try? phone.ports.open(),
            let made = try? SkinnyMediaStream(phone.loop, socket, phone.callSettings, isCaller: isCaller)
        else { return nil }
        let place = streams.count
        made.media.says = { [weak self] in self?.tee(.near, place, $0, $1) }
        made.media.hears = { [weak self] in self?.tee(.far, place, $0, $1) }
        streams.append(made)
        return made
    }

    private func copy(_ message: StartMediaTransmission) {
        guard let socket = try? phone.ports.open() else { return }
        let recorder = SkinnyRecorderLeg(message, socket, phone.callSettings)
        recorders.append(recorder)
        copies += 1
        acknowledge(message.stream, from: socket.local)
    }

    private func tee(_ part: StartMediaTransmission.Part, _ place: Int, _ frame: [UInt8], _ distance: Int64) {
        for recorder in recorders where recorder.part == part { recorder.send(frame, of: place, distance) }
    }

    /// Nothing more goes out over the stream that stands.
    func fallSilent() { streams.last?.holdsBack = true }

    func close(_ stream: SkinnyStream) { streams.last?.close(stream) }

    func stop(_ stream: SkinnyStream) {
        recorders.removeAll { $0.stream.isSame(as: stream) }
        streams.last?.stop(stream)
    }

    func end() {
        isEnded = true
        recorders = []
        for stream in streams { stream.end() }
    }
}

extension SkinnyStream {
    /// By the party's number; where a server gives none, by call and conference.
    func isSame(as other: SkinnyStream) -> Bool {
        if party != 0 || other.party != 0 {
            return party == other.party
                && (callReference == other.callReference || callReference == 0 || other.callReference == 0)
        }
        return callReference == other.callReference && conference == other.conference
    }
}
