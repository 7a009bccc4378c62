import Wire

/// What one side says in its description about one `m=` line.
struct MediaTerms: Hashable {
    var profile: SDPProfile
    /// Where it takes RTP; `nil` where it said nothing of use.
    var peer: Endpoint?
    /// Where it takes RTCP, if not at the next port.
    var controlPeer: Endpoint?
    var sends = true
    var receives = true
    var multiplexesControl = false
    var payloadTypes: [UInt8] = []
    var clockRate: UInt32 = 8000
    /// The crypto line that counts, with the key that this side sends under.
    var tag: UInt32?
    var key: MediaProtection?
}

/// A key of the box's own, which it offered or answered with toward one side.
struct OwnKey: Hashable {
    var tag: UInt32
    var protection: MediaProtection
    /// The peer's key that it was answered with; with another one from the peer comes another one from the box.
    var answeredTo: MediaProtection?
}

/// One `m=` line of a call: its ports in the box, and what each side has agreed to.
struct MediaLine {
    struct Side {
        /// What it said last, once offer and answer are complete.
        var terms: MediaTerms?
        /// The box's keys toward it.
        var ownKeys: [OwnKey] = []
        /// The one in use.
        var sends: MediaProtection?
    }

    var kind: MediaSession.Kind
    /// Of a Skinny call.
    var channel: SkinnyChannel?
    /// The box's RTP ports toward each side.
    var phonePort: Endpoint
    var farPort: Endpoint
    var phone = Side()
    var far = Side()
    /// Offer and answer are complete, and neither side has refused.
    var isOn = false
    /// What the media hand was ordered last.
    var issued: MediaSession?
    var phoneStatistics = MediaLegStatistics()
    var farStatistics = MediaLegStatistics()

    init(kind: MediaSession.Kind, phonePort: Endpoint, farPort: Endpoint) {
        self.kind = kind
        self.phonePort = phonePort
        self.farPort = farPort
    }

    subscript(side: StreamSide) -> Side {
        get { side == .phone ? phone : far }
        _modify {
            if side == .phone { yield &phone } else { yield &far }
        }
    }

    /// Whether packets may show where the phone is: those that authenticate, or any where none does. A Skinny phone that has
    /// no key to send with yet has nothing to show.
    var learnsPhone: Bool {
        guard let channel else { return true }
        return channel.isPlain || phone.terms?.key != nil
    }

    func port(_ side: StreamSide) -> Endpoint { side == .phone ? phonePort : farPort }

    /// The leg toward one side.
    func leg(_ side: StreamSide, on interface: InterfaceIndex) -> MediaLeg {
        var leg = MediaLeg(interface: interface, local: port(side))
        guard let terms = self[side].terms else { return leg }
        leg.peer = terms.peer
        leg.controlPeer = terms.controlPeer
        leg.receives = terms.key
        leg.sends = self[side].sends
        leg.multiplexesControl = terms.multiplexesControl
        leg.clockRate = terms.clockRate
        leg.peerSends = terms.sends
        leg.peerReceives = terms.receives
        return leg
    }
}
