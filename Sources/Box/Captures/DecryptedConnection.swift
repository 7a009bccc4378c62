import ConfigLanguage
import Wire

/// A TCP connection made up around plaintext, so that whoever reads a capture finds one: sequence numbers that fit each
/// other, a beginning and an end. It begins where the capture has first seen it.
struct DecryptedConnection {
    private struct Direction {
        /// Of the next byte.
        var sequence: UInt32 = 0
        var mask = KeyMask()
        var skinnyMask = SkinnyKeyMask()

        mutating func hideKeys(of signalling: InspectionProtocol, in bytes: inout [UInt8]) {
            if signalling == .skinny { skinnyMask.hideKeys(in: &bytes) } else { mask.hideKeys(in: &bytes) }
        }
    }

    let initiator: Endpoint
    let responder: Endpoint
    /// In what the keys are hidden; `nil`: they are shown.
    private let hidesKeys: InspectionProtocol?
    private var there = Direction()
    private var back = Direction()

    init(_ initiator: Endpoint, _ responder: Endpoint, hidesKeys: InspectionProtocol?) {
        self.initiator = initiator
        self.responder = responder
        self.hidesKeys = hidesKeys
    }

    /// The three packets that open it.
    mutating func opening() -> [[UInt8]] {
        [
            packet(fromInitiator: true, [.syn]), packet(fromInitiator: false, [.syn, .acknowledge]),
            packet(fromInitiator: true, [.acknowledge]),
        ].compactMap(\.self)
    }

    /// The packets that carry `bytes`.
    ///
    /// - Parameter length: the most bytes that one has behind its headers.
    mutating func packets(fromInitiator: Bool, _ bytes: [UInt8], length: Int) -> [[UInt8]] {
        var bytes = bytes
        if let hidesKeys {
            if fromInitiator {
                there.hideKeys(of: hidesKeys, in: &bytes)
            } else {
                back.hideKeys(of: hidesKeys, in: &bytes)
            }
        }
        return stride(from: 0, to: bytes.count, by: max(1, length)).compactMap { start in
            packet(
                fromInitiator: fromInitiator, [.acknowledge, .push], bytes[start..<min(start + length, bytes.count)])
        }
    }

    /// The packets that end it.
    mutating func closing() -> [[UInt8]] {
        [
            packet(fromInitiator: true, [.fin, .acknowledge]), packet(fromInitiator: false, [.fin, .acknowledge]),
            packet(fromInitiator: true, [.acknowledge]),
        ].compactMap(\.self)
    }

    private mutating func packet(
        fromInitiator: Bool, _ flags: TCPHeader.Flags, _ payload: ArraySlice<UInt8> = []
    ) -> [UInt8]? {
        let (source, destination) = fromInitiator ? (initiator, responder) : (responder, initiator)
        let (sequence, other) = fromInitiator ? (there.sequence, back.sequence) : (back.sequence, there.sequence)
        let counted = UInt32(truncatingIfNeeded: payload.count) &+ (flags.isDisjoint(with: [.syn, .fin]) ? 0 : 1)
        if fromInitiator { there.sequence &+= counted } else { back.sequence &+= counted }
        return TCPPacket.make(
            from: source, to: destination, sequence: sequence,
            acknowledgment: flags.contains(.acknowledge) ? other : 0, flags: flags, payload)
    }
}
