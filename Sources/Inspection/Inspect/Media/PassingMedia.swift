import ConfigLanguage
import Wire

/// What a call has open whose media passes from end to end.
struct PassingMedia {
    /// By their place in the description, or in the order of their channels; `nil`: switched off.
    var lines: [PassingLine?] = []
    /// The pinholes that it holds, each once.
    var holes: [FlowKey] = []
}

/// One `m=` line on which offer and answer are complete, or one channel of a Skinny call.
struct PassingLine {
    let kind: MediaSession.Kind
    /// Of a Skinny call.
    var channel: SkinnyChannel?
    /// As each side has said it: the caller's or the Skinny phone's, and the other's.
    var phone: MediaTerms
    var far: MediaTerms
    /// From where each sends, where nothing is known but that: a Skinny phone by its connection, the other by
    /// OpenReceiveChannel.
    var phoneSource: IPAddress?
    var farSource: IPAddress?
    /// Places in ``PassingFlows``.
    var rtp: SlabID?
    var control: SlabID?

    var isOn: Bool { channel?.isOn ?? true }
}

/// The packets of one line, RTP or RTCP: what may be in them, and in which flows they come.
struct PassingFlows {
    let kind: MediaSession.Kind
    var terms: PassingTerms
    /// Skinny has brought it about, not SIP.
    var isSkinny = false
    /// Seconds without a packet after which a flow is over.
    var idleLimit: Int
    /// When a packet that is none was last told of.
    var lastTold: Timestamp?
    var flows: [FlowID] = []
}

/// What each packet of a line is held against: apart from the rest, since a copy of it costs nothing.
struct PassingTerms {
    /// RTP and RTCP on one port (RFC 5761), RTCP alone, or RTP alone.
    var carriesRTP: Bool
    var carriesControl: Bool
    /// The line is RTP, and the inspection map demands that its packets are.
    var conformance: SIPInspectionMap.RTPConformance?
    /// One bit for each payload type that either side has named.
    private var payloadTypes: (low: UInt64, high: UInt64) = (0, 0)

    init(carriesRTP: Bool, carriesControl: Bool) {
        self.carriesRTP = carriesRTP
        self.carriesControl = carriesControl
    }

    mutating func name(_ type: UInt8) {
        if type < 64 { payloadTypes.low |= 1 << UInt64(type) } else { payloadTypes.high |= 1 << UInt64(type & 63) }
    }

    @inline(__always)
    func isNamed(_ type: UInt8) -> Bool {
        (type < 64 ? payloadTypes.low >> UInt64(type) : payloadTypes.high >> UInt64(type & 63)) & 1 != 0
    }
}
