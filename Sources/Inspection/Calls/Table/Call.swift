import Wire

/// One call of one phone, as its own messages tell it: what a phone says to the call server and hears from it, from its
/// INVITE or to it until the end. Of two phones that call each other each has one.
struct Call {
    enum State: UInt8, Sendable {
        /// Asked for, and not answered.
        case initiating
        /// Provisionally answered: it rings, or plays something.
        case early
        case active
        /// One end has said goodbye.
        case ending
    }

    let number: UInt64
    let callID: [UInt8]
    var phoneIsCaller: Bool
    /// The stream over which it is spoken of; `nil`: that is over, and the phone has not come back yet.
    var stream: StreamID?
    let device: DeviceName?
    let phoneAddress: IPAddress
    let phoneInterface: InterfaceIndex
    let farInterface: InterfaceIndex
    /// Of From and To, `user@host`, as the server knows them.
    var from: String
    var to: String
    /// The phone's end of the dialog.
    var phoneTag: [UInt8]?
    /// The other end's; several while the call is forked (RFC 3261 section 12.1).
    var farTags: [[UInt8]] = []
    /// The one whose 2xx came first.
    var confirmedTag: [UInt8]?
    /// Of a phone that is called: its INVITEs that have no final answer, until the first is accepted.
    var branches = 0
    var state = State.initiating
    let started: Timestamp
    var answered: Timestamp?
    var lastSeen: Timestamp
    /// When it is looked at, if nothing happens until then.
    var deadline: Timestamp
    /// Offers and answers of late, the newest last.
    var exchanges: [MediaExchange] = []
    /// By their place in the description.
    var lines: [MediaLine?] = []
    /// No packet has come on any of its open sessions for its ``mediaIdleLimit``.
    var isMediaIdle = false
    /// What it has open where its media passes from end to end. Of a call by SIP, whose messages pass in packets and not over
    /// a stream, the phone is the caller then.
    var passing: PassingMedia?
    /// Of a Skinny call: as its server calls it.
    var skinnyReference: UInt32?
    /// Seconds: `timeout media` and `timeout signaling` of a Skinny inspection map; `nil` where the first is
    /// `timeout sip_media`.
    var mediaIdleLimit: Int?
    var signallingIdleLimit = 0

    var isSkinny: Bool { skinnyReference != nil }
    /// Of a Skinny call, in the order of its lines.
    var channels: [SkinnyChannel?] {
        passing.map { $0.lines.map { $0?.channel } } ?? lines.map { $0?.channel }
    }

    static let tagLimit = 8
    static let lineLimit = 8
    static let exchangeLimit = 4

    mutating func add(farTag: [UInt8]) {
        if farTags.contains(farTag) || farTags.count >= Self.tagLimit { return }
        farTags.append(farTag)
    }

    /// Whether a message between these two ends is of this call.
    func matches(phoneTag tag: [UInt8]?, farTag: [UInt8]?) -> Bool {
        if let tag, let phoneTag {
            if tag == phoneTag { return true }
            // One that is called may be several behind one connection: each has a tag, until one of them has answered.
            if answered != nil { return false }
        }
        // The phone that is called has not answered yet, so that its own tag is not known.
        guard !phoneIsCaller, let farTag else { return false }
        return farTags.contains(farTag)
    }
}

/// Offer and answer of one transaction (RFC 3264, RFC 6337).
struct MediaExchange {
    struct Key: Hashable {
        var requester: StreamSide
        var method: SIPMethod
        var sequence: UInt32
    }

    /// What becomes of one line of an offer.
    enum Outcome {
        case on(MediaTerms)
        /// Port 0, by the offerer's own wish, who calls the line so.
        case off(SDPProfile)
        /// Refused by the box, as the other side was told by port 0.
        case refused
    }

    let key: Key
    let offerer: StreamSide
    var isAnswered = false
    var lines: [Outcome]
}
