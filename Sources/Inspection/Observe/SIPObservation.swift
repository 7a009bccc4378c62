import Wire

/// What was said in SIP, counted and put together: messages, registrations and calls.
public struct SIPObservation: Sendable {
    public private(set) var messages = 0
    public private(set) var malformed = 0
    private var methods: [SIPMethod: Int] = [:]
    private var statuses: [UInt16: Int] = [:]
    /// Of messages that can not be read, by the word that stands where a method or a status should.
    private var oddRequests: [String: Int] = [:]
    private var oddResponses: [String: Int] = [:]
    public private(set) var overUDP = 0
    public private(set) var overTCP = 0
    private var registrationOrder: [String] = []
    private var registrationsByName: [String: ObservedRegistration] = [:]
    public private(set) var calls: [ObservedCall] = []
    /// Places in ``calls``, by Call-ID.
    private var callPlaces: [[UInt8]: Int] = [:]
    /// Offers that wait for their answer.
    private var offers: [OfferPlace: Offer] = [:]
    /// Of each call, where the last offer was seen.
    private var lastOffers: [OfferPlace?] = []
    private var announcements: [MediaAnnouncement] = []

    /// A call that passes a proxy, or the box, is seen on each side of it, with other media. Ports do not tell the sides
    /// apart: many phones send from another one than they listen at.
    private struct OfferPlace: Hashable {
        let call: Int
        let lower: IPAddress
        let upper: IPAddress

        init(_ call: Int, _ key: FlowKey) {
            let (first, second) = (key.source, key.destination)
            let isInOrder = (first.high, first.low) <= (second.high, second.low)
            self.call = call
            (lower, upper) = isInOrder ? (first, second) : (second, first)
        }
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

    /// Takes a message; as what it was read.
    @discardableResult
    mutating func take(_ text: [UInt8], _ key: FlowKey, at now: Timestamp) -> SIPReading? {
        messages += 1
        if key.transport == .tcp { overTCP += 1 } else { overUDP += 1 }
        let reading = SIPReading(text)
        count(reading?.message, text)
        guard let message = reading?.message, let facts = reading?.facts else {
            malformed += 1
            return reading
        }
        if facts.method == .register { followRegistration(message, facts, key, at: now) }
        followMedia(message, facts, key, of: followCall(facts, at: now))
        return reading
    }

    /// By method.
    public var requests: [String: Int] {
        methods.reduce(into: oddRequests) { all, count in all[count.key.rawValue, default: 0] += count.value }
    }
    /// By status.
    public var responses: [String: Int] {
        statuses.reduce(into: oddResponses) { all, count in all[String(count.key), default: 0] += count.value }
    }

    private mutating func count(_ message: SIPMessage?, _ text: [UInt8]) {
        if let status = message?.status {
            statuses[status, default: 0] += 1
        } else if let method = message?.method, method != .other {
            methods[method, default: 0] += 1
        } else {
            let (isRequest, name) = SIPStart.name(text)
            if isRequest { Self.count(name, in: &oddRequests) } else { Self.count(name, in: &oddResponses) }
        }
    }

    private static func count(_ name: String, in table: inout [String: Int]) {
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

    /// The place of the call that a message is of; `nil`: of none that is known.
    private mutating func followCall(_ facts: SIPFacts, at now: Timestamp) -> Int? {
        guard let place = callPlaces[facts.callID] ?? beginCall(facts, at: now) else { return nil }
        calls[place].follow(facts, at: now)
        return place
    }

    private mutating func beginCall(_ facts: SIPFacts, at now: Timestamp) -> Int? {
        guard facts.method == .invite, facts.isRequest, calls.count < Self.limit else { return nil }
        callPlaces[facts.callID] = calls.count
        lastOffers.append(nil)
        calls.append(
            ObservedCall(
                id: TFTPTransfer.text(facts.callID.span, facts.callID.indices), from: facts.from, to: facts.to,
                start: now, callerTag: facts.fromTag))
        return calls.count - 1
    }

    // MARK: Media

    private mutating func followMedia(_ message: SIPMessage, _ facts: SIPFacts, _ key: FlowKey, of call: Int?) {
        let methods: [SIPMethod] = [.invite, .ack, .prack, .update]
        guard methods.contains(facts.method), facts.isRequest || facts.status ?? 0 < 300,
            let part = (try? message.sdpPart()) ?? nil, !part.isEncoded,
            let sdp = try? SDP.read(message.bytes, in: part.content)
        else { return }
        let media = sdp.media.map { MediaAnnouncement($0, sdp) }
        announcements += media
        guard let call else { return }
        // Requests of the caller's, and responses to requests of the called's.
        let isFromCaller = facts.isRequest == (facts.fromTag == calls[call].callerTag)
        let place = OfferPlace(call, key)
        // Each packet is seen as it comes in: where it is translated, an answer has other ends than its offer.
        let offered = offers[place] ?? lastOffers[call].flatMap { offers[$0] }
        guard let offer = offered, offer.isFromCaller != isFromCaller, offer.sequence == facts.sequence
        else {
            if offers.count < Self.limit || offers[place] != nil {
                offers[place] = Offer(
                    method: facts.method, sequence: facts.sequence, isFromCaller: isFromCaller, media: media)
                lastOffers[call] = place
            }
            return
        }
        let (local, remote) = isFromCaller ? (media, offer.media) : (offer.media, media)
        calls[call].media = zip(local, remote).map { ObservedMedia(local: $0, remote: $1) }
    }
}
