import Wire

/// What was said in SIP, counted and put together: messages, registrations and calls.
public struct SIPObservation: Sendable {
    public private(set) var messages = 0
    public private(set) var malformed = 0
    public private(set) var requests: [String: Int] = [:]
    public private(set) var responses: [String: Int] = [:]
    public private(set) var overUDP = 0
    public private(set) var overTCP = 0
    private var registrationOrder: [String] = []
    private var registrationsByName: [String: ObservedRegistration] = [:]
    private var callOrder: [[UInt8]] = []
    private var callsByID: [[UInt8]: ObservedCall] = [:]
    /// Offers that wait for their answer.
    private var offers: [OfferPlace: Offer] = [:]
    /// Of each call, where the last offer was seen.
    private var lastOffers: [[UInt8]: OfferPlace] = [:]
    private var announcements: [MediaAnnouncement] = []

    /// A call that passes a proxy, or the box, is seen on each side of it, with other media. Ports do not tell the sides
    /// apart: many phones send from another one than they listen at.
    private struct OfferPlace: Hashable {
        var callID: [UInt8]
        var ends: Set<IPAddress>
    }

    private struct Offer {
        var method: SIPMethod
        var sequence: UInt32
        var isFromCaller: Bool
        var media: [MediaAnnouncement]
    }

    private static let limit = 16_384

    public init() {}
    private static let nameLimit = 64

    /// What was said of where media goes since this was last asked.
    mutating func takeAnnouncements() -> [MediaAnnouncement] {
        defer { announcements = [] }
        return announcements
    }

    public var registrations: [ObservedRegistration] { registrationOrder.compactMap { registrationsByName[$0] } }
    public var calls: [ObservedCall] { callOrder.compactMap { callsByID[$0] } }

    mutating func take(_ text: [UInt8], _ key: FlowKey, at now: Timestamp) {
        messages += 1
        if key.transport == .tcp { overTCP += 1 } else { overUDP += 1 }
        let (isRequest, name) = SIPStart.name(text)
        if isRequest { count(name, in: &requests) } else { count(name, in: &responses) }
        guard let message = try? SIPMessage.read(text), let facts = SIPFacts(message) else {
            malformed += 1
            return
        }
        if facts.method == .register { followRegistration(message, facts, key, at: now) }
        followCall(facts, at: now)
        followMedia(message, facts, key)
    }

    private func count(_ name: String, in table: inout [String: Int]) {
        guard table[name] != nil || table.count < Self.nameLimit else { return }
        table[name, default: 0] += 1
    }

    // MARK: Registrations

    private mutating func followRegistration(
        _ message: SIPMessage, _ facts: SIPFacts, _ key: FlowKey, at now: Timestamp
    ) {
        let name = facts.to
        if facts.isRequest {
            guard registrationsByName[name] == nil, registrationsByName.count < Self.limit else { return }
            registrationOrder.append(name)
            registrationsByName[name] = ObservedRegistration(
                device: name, client: key.sourceEndpoint, server: key.destinationEndpoint, state: .requested)
            return
        }
        guard var registration = registrationsByName[name], let status = facts.status else { return }
        switch status {
        case 200..<300:
            let header = (try? message.number(of: .expires)) ?? nil
            let contacts = (try? message.contacts()) ?? []
            let seconds = contacts.map { message.expires(of: $0) ?? header ?? 3600 }.max() ?? 0
            registration.state = seconds > 0 ? .registered : .unregistered
            registration.expires = seconds > 0 ? Int(seconds) : nil
        case 300... where status != 401 && status != 407:
            registration.state = .refused
        default: return
        }
        registrationsByName[name] = registration
    }

    // MARK: Calls

    private mutating func followCall(_ facts: SIPFacts, at now: Timestamp) {
        if callsByID[facts.callID] == nil {
            guard facts.method == .invite, facts.isRequest, callsByID.count < Self.limit else { return }
            callOrder.append(facts.callID)
            callsByID[facts.callID] = ObservedCall(
                id: TFTPTransfer.text(facts.callID.span, facts.callID.indices), from: facts.from, to: facts.to,
                start: now, callerTag: facts.fromTag)
        }
        callsByID[facts.callID]?.follow(facts, at: now)
    }

    // MARK: Media

    private mutating func followMedia(_ message: SIPMessage, _ facts: SIPFacts, _ key: FlowKey) {
        let methods: [SIPMethod] = [.invite, .ack, .prack, .update]
        guard methods.contains(facts.method), facts.isRequest || facts.status ?? 0 < 300,
            let part = (try? message.sdpPart()) ?? nil, !part.isEncoded,
            let sdp = try? SDP.read(message.bytes, in: part.content)
        else { return }
        let media = sdp.media.map { MediaAnnouncement($0, sdp) }
        announcements += media
        // Requests of the caller's, and responses to requests of the called's.
        let caller = callsByID[facts.callID]?.callerTag
        let isFromCaller = facts.isRequest == (facts.fromTag == caller)
        let place = OfferPlace(callID: facts.callID, ends: [key.source, key.destination])
        // Each packet is seen as it comes in: where it is translated, an answer has other ends than its offer.
        let offered = offers[place] ?? lastOffers[facts.callID].flatMap { offers[$0] }
        guard let offer = offered, offer.isFromCaller != isFromCaller, offer.sequence == facts.sequence
        else {
            if offers.count < Self.limit || offers[place] != nil {
                offers[place] = Offer(
                    method: facts.method, sequence: facts.sequence, isFromCaller: isFromCaller, media: media)
                lastOffers[facts.callID] = place
            }
            return
        }
        let (local, remote) = isFromCaller ? (media, offer.media) : (offer.media, media)
        callsByID[facts.callID]?.media = zip(local, remote).map { ObservedMedia(local: $0, remote: $1) }
    }
}
