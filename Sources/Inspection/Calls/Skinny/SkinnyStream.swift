import Wire

/// What is known of a Skinny connection beside what every stream has.
struct SkinnyStream {
    /// In Register, as it went to the server.
    var offered: UInt8?
    /// The version that phone and server have agreed on.
    var negotiated: UInt8?
    /// As Register names the device.
    var deviceName: [UInt8] = []
    var isRegistered = false
    /// Seconds between a registered phone's keep-alives.
    var keepAliveInterval = 30

    /// A phone that is silent for so long is gone: three keep-alives, and the way of the last one.
    var patience: Int { keepAliveInterval * 3 + 10 }
}

/// A registered phone. Where it has proved its name, it is the same one at every server; in the clear anybody may say any
/// name, and at another server it means another device.
struct SkinnyDevice: Hashable {
    private let name: [UInt8]
    private let server: Endpoint?

    init(of stream: SignallingStream) {
        name = stream.skinny.deviceName
        server = stream.service.isPlain ? stream.service.server : nil
    }
}

/// One stream of media that the server has had a phone open, for either direction or both: what tells it from others
/// (sccp: conferenceId, passThroughPartyId, callReference).
struct SkinnyChannel {
    var conference: UInt32
    var party: UInt32
    /// 0: the server gives none here.
    var reference: UInt32
    var isVideo: Bool
    /// The phone has been told to take media: OpenReceiveChannel.
    var receives = false
    /// The phone has been told to send it: StartMediaTransmission.
    var transmits = false
    /// It goes to the phone and from it in the clear: video, for which Skinny has no keys, and phones that only
    /// authenticate.
    var isPlain = false

    var isOn: Bool { receives || transmits }

    /// Servers that have one party number for all streams tell them apart by reference, others the other way round; some
    /// leave out one of the two, or close with another conference than they opened with.
    func fits(party: UInt32?, reference: UInt32?) -> Bool {
        guard self.party == party ?? 0 else { return false }
        guard let reference, reference != 0, self.reference != 0 else { return true }
        return self.reference == reference
    }
}
