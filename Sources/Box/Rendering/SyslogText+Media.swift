import Inspection
import MediaTermination
import Wire

/// Media that did not go on, as the ASA tells it: 337001 to 337005 (cisco-facts 5.5).
extension SyslogText {
    /// - Parameter session: as the engine knows it, if it still does.
    func message(_ note: MediaDesk.Note, _ session: BrainMediaSession?) -> Message? {
        switch note.fact {
        case .failed(let side, let reason, let source, let count):
            return failure(side, reason, source, count, session)
        case .noSession(let address, let port, let source, let count):
            let local = Endpoint(address.address, port).slashed
            return asa(
                4, 337005,
                "Phone Proxy SRTP: Media session not found for \(local) for packet from \(address.device):"
                    + "\(source.slashed) to \(address.device):\(local)\(Self.repeated(count))")
        case .setupFailed:
            return own(3, "MEDIA", "Media session \(Self.number(note)): a key can not be set up")
        case .peerMoved(let side, let channel, let from, let to):
            return own(
                6, "MEDIA",
                "Media session \(Self.number(note)): \(side == .a ? "phone" : "far")'s \(channel == .rtp ? "RTP" : "RTCP") "
                    + "moved from \(from.slashed) to \(to.slashed)")
        case .peerLearned, .secured, .timedOut, .closed: return nil
        }
    }

    private static func number(_ note: MediaDesk.Note) -> String { note.session.map { "\($0.rawValue)" } ?? "unknown" }

    private static func repeated(_ count: UInt64) -> String { count > 1 ? " (\(count) packets)" : "" }

    private func failure(
        _ side: MediaTermination.MediaSide, _ reason: MediaDropReason, _ source: Endpoint, _ count: UInt64,
        _ session: BrainMediaSession?
    ) -> Message? {
        let (number, what): (Int, String)
        switch reason {
        case .srtpEncryptFailed: (number, what) = (337001, "Encryption failed")
        case .srtpDecryptFailed: (number, what) = (337002, "Decryption failed")
        case .srtpGenerateAuthTagFailed: (number, what) = (337003, "Authentication tag generation failed")
        case .srtpValidateAuthTagFailed: (number, what) = (337004, "Authentication tag validation failed")
        default: return nil
        }
        let leg = session.map { side == .a ? $0.phone : $0.far }
        let interface = leg.map { names[$0.interface] } ?? "unknown"
        let local = leg?.local.slashed ?? "unknown"
        return asa(
            3, number,
            "Phone Proxy SRTP: \(what) on packet from \(interface):\(source.slashed) to \(interface):\(local)"
                + Self.repeated(count))
    }
}
