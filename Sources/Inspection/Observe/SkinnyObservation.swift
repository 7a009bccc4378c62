import Wire

/// What was said in Skinny, counted and put together: messages, registrations and calls.
public struct SkinnyObservation: Sendable {
    public private(set) var messages = 0
    public private(set) var malformed = 0
    /// By ``SkinnyMessageID/label``.
    public private(set) var names: [String: Int] = [:]
    /// What phones and servers agreed on, or their headers say.
    public private(set) var versions: Set<UInt8> = []
    public private(set) var registrations: [ObservedRegistration] = []
    private var connections: [Connection.Key: Connection] = [:]
    private var legs: [ObservedSkinnyLeg] = []
    private var announcements: [MediaAnnouncement] = []

    private struct Connection {
        struct Key: Hashable {
            var phone: Endpoint
            var server: Endpoint
        }

        var offered: UInt8?
        var negotiated: UInt8?
        /// The one that is under way or stands.
        var registration: Int?
        /// Of the oldest servers, whose phones say once where they take media.
        var rtpPort: UInt16?
        /// Places in `legs`; the newest last.
        var legs: [Int] = []
    }

    private static let limit = 16_384
    private static let nameLimit = 512

    public init() {}

    /// What was said of where media goes since this was last asked.
    mutating func takeAnnouncements() -> [MediaAnnouncement] {
        defer { announcements = [] }
        return announcements
    }

    public var calls: [ObservedCall] { ObservedSkinnyLeg.calls(of: legs) }

    mutating func tookMalformed() { malformed += 1 }

    mutating func take(_ bytes: [UInt8], _ key: FlowKey, at now: Timestamp) {
        messages += 1
        let (phone, server) = SkinnyStart.parties(Self.id(of: bytes), key)
        let place = Connection.Key(phone: phone, server: server)
        let negotiated = connections[place]?.negotiated
        guard let message = try? SkinnyMessage.read(bytes.span, negotiated: negotiated) else {
            malformed += 1
            return
        }
        if names[message.id.label] != nil || names.count < Self.nameLimit { names[message.id.label, default: 0] += 1 }
        guard connections[place] != nil || connections.count < Self.limit else { return }
        var connection = connections[place] ?? Connection()
        followRegistration(message, place, &connection, at: now)
        if let version = message.headerVersion > 0 ? UInt8(exactly: message.headerVersion) : connection.negotiated {
            versions.insert(version)
        }
        followCall(message, place, &connection, at: now)
        followMedia(message, place, &connection, at: now)
        connections[place] = connection
    }

    private static func id(of bytes: [UInt8]) -> SkinnyMessageID {
        SkinnyMessageID(bytes.span.littleEndian32(at: 8))
    }

    // MARK: Registrations

    private mutating func followRegistration(
        _ message: SkinnyMessage, _ place: Connection.Key, _ connection: inout Connection, at now: Timestamp
    ) {
        switch message.id {
        case .register:
            connection.offered = message.number(.protocolVer).map { UInt8(clamping: $0) }
            connection.negotiated = nil
            // Said again, before it was answered.
            if let known = connection.registration, registrations[known].state == .requested { return }
            guard registrations.count < Self.limit else { return }
            connection.registration = registrations.count
            var registration = ObservedRegistration(
                device: Self.text(message.text(.deviceName)), client: place.phone, server: place.server,
                state: .requested)
            registration.signalling = .skinny
            registrations.append(registration)
        case .registerAck:
            connection.negotiated = SkinnyVersion.negotiated(
                offered: connection.offered, answered: message.number(.protocolVer))
            set(.registered, connection)
        case .registerReject:
            set(.refused, connection)
            connection.registration = nil
        case .unregister:
            set(.unregistered, connection)
            connection.registration = nil
            for leg in connection.legs { legs[leg].end(at: now) }
        case .ipPort: connection.rtpPort = message.port(.rtpMediaPort)
        default: return
        }
    }

    private mutating func set(_ state: ObservedRegistration.State, _ connection: Connection) {
        if let place = connection.registration { registrations[place].state = state }
    }

    static func text(_ bytes: [UInt8]?) -> String {
        guard let bytes else { return "" }
        return TFTPTransfer.text(bytes.span, bytes.indices)
    }

    // MARK: Calls

    private mutating func followCall(
        _ message: SkinnyMessage, _ place: Connection.Key, _ connection: inout Connection, at now: Timestamp
    ) {
        switch message.id {
        case .callState:
            guard let state = message.number(.callState),
                let leg = leg(message.number(.callReference), nil, place, &connection, at: now)
            else { return }
            legs[leg].take(SkinnyCallState(rawValue: state), at: now)
        case .callInfo, .callInfoV2:
            guard let leg = leg(message.number(.callReference), nil, place, &connection, at: now) else { return }
            let parties = message.parties
            if !parties.calling.isEmpty { legs[leg].from = Self.text(parties.calling) }
            if !parties.called.isEmpty { legs[leg].to = Self.text(parties.called) }
            if let type = message.number(.callType) { legs[leg].isOutbound = type == 2 }
        case .onHook where connection.negotiated ?? 0 < 3:
            // The oldest servers tell of no state.
            guard let leg = connection.legs.last, legs[leg].reference == nil else { return }
            legs[leg].end(at: now)
        default: return
        }
    }

    /// The leg that a reference names on this connection, a new one if need be. Media of a call may have references of its
    /// own, and some servers give none: then the conference tells.
    private mutating func leg(
        _ reference: UInt32?, _ conference: UInt32?, _ place: Connection.Key, _ connection: inout Connection,
        at now: Timestamp
    ) -> Int? {
        let open = connection.legs.reversed().filter { legs[$0].end == nil }
        let known = reference.flatMap { $0 == 0 ? nil : $0 }
        if let known, let leg = open.first(where: { legs[$0].reference == known }) { return leg }
        if let conference, conference != 0, let leg = open.first(where: { legs[$0].belongs(to: conference) }) {
            return leg
        }
        if known == nil, let leg = open.first { return leg }
        guard legs.count < Self.limit else { return nil }
        connection.legs.append(legs.count)
        legs.append(ObservedSkinnyLeg(phone: place.phone, server: place.server, reference: known, start: now))
        return legs.count - 1
    }

    // MARK: Media

    private mutating func followMedia(
        _ message: SkinnyMessage, _ place: Connection.Key, _ connection: inout Connection, at now: Timestamp
    ) {
        switch message.id {
        case .openReceiveChannel, .openMultiMediaReceiveChannel, .startMediaTransmission,
            .startMultiMediaTransmission, .openReceiveChannelAck, .openMultiMediaReceiveChannelAck,
            .startMediaTransmissionAck, .startMultiMediaTransmissionAck:
            let (reference, conference) = (message.number(.callReference), message.number(.conferenceId))
            let isAck = message.id.isFromPhone
            let party = message.number(.passThroughPartyId)
            let known = connection.legs.last { legs[$0].end == nil && legs[$0].has(party: party, reference) }
            guard let leg = isAck ? known : known ?? leg(reference, conference, place, &connection, at: now) else {
                return
            }
            if message.number(.passThroughPartyId) == nil { legs[leg].state = .active }
            let ownEnd = connection.rtpPort.map { Endpoint(place.phone.address, $0) }
            if let announcement = legs[leg].take(media: message, ownEnd) { announcements.append(announcement) }
        case .stopMediaTransmission:
            guard let leg = connection.legs.last, legs[leg].reference == nil else { return }
            legs[leg].end(at: now)
        default: return
        }
    }
}
