/// What phone and server agree on.
public enum SkinnyVersion {
    /// The smaller of what Register offers and RegisterAck answers. The first servers answer nothing, which means the
    /// first protocol; `nil`: there is no such agreement.
    public static func negotiated(offered: UInt8?, answered: UInt32?) -> UInt8? {
        guard let answered, answered > 0 else { return nil }
        return min(offered ?? .max, UInt8(clamping: answered))
    }
}

/// What CallState says.
public enum SkinnyCallState: UInt32, Sendable {
    case offHook = 1, onHook, ringOut, ringIn, connected, busy, congestion, hold, callWaiting, transfer, park, proceed
    case remoteMultiline, invalidNumber, holdRevert, whisper, remoteHold
}

extension SkinnyMessage {
    /// Who calls whom, of CallInfo and CallInfoV2; empty where it does not say.
    public var parties: (calling: [UInt8], called: [UInt8]) {
        if id == .callInfoV2 {
            // The calling party, from version 16 on another number of it, the called party, and more.
            let texts = strings(upTo: 3)
            let called = layoutVersion >= 16 ? 2 : 1
            return (texts.first ?? [], texts.count > called ? texts[called] : [])
        }
        return (text(.callingParty) ?? [], text(.calledParty) ?? [])
    }
}
