import ConfigLanguage
import Wire

/// What a call whose messages pass in packets has open.
struct PassingMedia {
    /// By their place in the description; `nil`: switched off.
    var lines: [PassingLine?] = []
    /// The pinholes that it holds, each once.
    var holes: [FlowKey] = []
}

/// One `m=` line on which offer and answer are complete.
struct PassingLine {
    let kind: MediaSession.Kind
    /// As each side has said it: the caller's, and the other's.
    let phone: MediaTerms
    let far: MediaTerms
    /// Places in ``PassingFlows``.
    var rtp: SlabID?
    var control: SlabID?
}

/// The packets of one line, RTP or RTCP: what may be in them, and in which flows they come.
struct PassingFlows {
    let kind: MediaSession.Kind
    /// RTP and RTCP on one port (RFC 5761), RTCP alone, or RTP alone.
    var carriesRTP: Bool
    var carriesControl: Bool
    /// One bit for each payload type that either side has named.
    var payloadTypes: (low: UInt64, high: UInt64) = (0, 0)
    /// The line is RTP, and the inspection map demands that its packets are.
    var conformance: SIPInspectionMap.RTPConformance?
    /// When a packet that is none was last told of.
    var lastTold: Timestamp?
    var flows: [FlowID] = []

    mutating func name(_ type: UInt8) {
        if type < 64 { payloadTypes.low |= 1 << UInt64(type) } else { payloadTypes.high |= 1 << UInt64(type & 63) }
    }

    @inline(__always)
    func isNamed(_ type: UInt8) -> Bool {
        (type < 64 ? payloadTypes.low >> UInt64(type) : payloadTypes.high >> UInt64(type & 63)) & 1 != 0
    }
}
