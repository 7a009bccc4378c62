import Wire

/// What the engine knows of one stream.
struct SignallingStream {
    enum Stage: UInt8, Sendable {
        /// The TLS handshake is under way; a phone that comes in the clear has none.
        case handshake
        /// The phone is known; the connection to the server is under way.
        case connecting
        case open
    }

    let id: StreamID
    let phone: Endpoint
    let interface: InterfaceIndex
    let service: SignallingService
    var stage: Stage
    /// By its certificate; `nil` where none was asked for.
    var device: DeviceName?
    var phoneCipher: StreamCipher?
    var serverCipher: StreamCipher?
    /// The end of the connection to the server on this side.
    var local: Endpoint?
    let started: Timestamp
    var lastSeen: Timestamp
    /// What has come of a message whose rest has not, per side.
    var phoneInput: [UInt8] = []
    var serverInput: [UInt8] = []
    /// Messages for the server that came before its connection stood.
    var held: [UInt8] = []
    var phoneHasFinished = false
    var serverHasFinished = false
    /// One side is over, and the other is not.
    var isHalfClosed: Bool { phoneHasFinished || serverHasFinished }
    var bytesFromPhone: UInt64 = 0
    var bytesFromServer: UInt64 = 0
    /// How far each direction has been cut into messages.
    var phoneFraming = SIPFraming(from: .opener)
    var serverFraming = SIPFraming(from: .acceptor)
    /// The phone's contacts as the server knows them, and the server's URIs as the phone knows them.
    var contacts = SIPNames()
    var targets = SIPNames()
    var registrations: [Registration] = []
    var calls: [SlabID] = []
    /// Invitations that the box has refused itself: their ACK ends here, too.
    var refused: [Refused] = []
    /// A CIPC that authenticates, and protects no media (`cipc security-mode authenticated`).
    var isAuthenticatedOnly = false
    var skinny = SkinnyStream()
    /// `rate-limit` of the inspection map.
    var rate = MessageRate()

    /// An address of record that the phone has registered.
    struct Registration {
        /// `user@host`, as the server knows it.
        var addressOfRecord: String
        var expires: Timestamp
    }

    struct Refused: Hashable {
        var side: StreamSide
        var callID: [UInt8]
        var sequence: UInt32
    }

    static let registrationLimit = 32
    static let refusedLimit = 8

    init(
        id: StreamID, phone: Endpoint, interface: InterfaceIndex, service: SignallingService, at now: Timestamp
    ) {
        self.id = id
        self.phone = phone
        self.interface = interface
        self.service = service
        stage = service.isPlain ? .connecting : .handshake
        started = now
        lastSeen = now
    }
}
