import Wire

/// How far a TCP connection has come, as a firewall between its ends sees it (RFC 9293 section 3.3.2).
public enum TCPState: UInt8, Sendable {
    case synSent
    case synReceived
    case established
    /// One side has sent its FIN.
    case halfClosed
    /// Both have.
    case closing
    case reset
}

/// Follows one TCP connection: handshake, tear-down, and whether a reset can be genuine.
struct TCPTracker {
    private(set) var state: TCPState
    private var initiatorFinished = false
    private var responderFinished = false
    private var initiator = Side()
    private var responder = Side()

    /// What one side has said about what it expects from the other.
    private struct Side {
        /// The next byte it waits for; meaningless until it has acknowledged anything.
        var acknowledged: UInt32 = 0
        var window: UInt32 = 0
        var windowShift: UInt8 = 0
        var hasAcknowledged = false
    }

    enum Outcome {
        case pass
        case drop(DropReason)
    }

    /// The tracker for a connection whose first packet is `header`.
    init(first header: TCPHeader, _ packet: Span<UInt8>) {
        state = header.flags.isFirstSYN ? .synSent : .established
        if state == .established {
            // Without the handshake the windows' scale is not known; the largest takes no genuine reset for a forged one.
            initiator.windowShift = Self.maximumWindowShift
            responder.windowShift = Self.maximumWindowShift
        }
        note(header, packet, fromInitiator: true)
    }

    /// Flag combinations that no stack sends.
    static func hasBadFlags(_ flags: TCPHeader.Flags) -> Bool {
        let meaningful = flags.intersection([.syn, .fin, .reset, .acknowledge])
        // RFC 9293 section 3.5: behind the first SYN every segment but a reset acknowledges.
        return meaningful.isEmpty || meaningful == [.fin] || flags.contains([.syn, .fin])
            || flags.contains([.syn, .reset])
    }

    /// Takes in one more packet. Nothing changes when it is refused.
    mutating func follow(_ header: TCPHeader, _ packet: Span<UInt8>, fromInitiator: Bool) -> Outcome {
        let flags = header.flags
        if flags.contains(.reset) {
            guard isPlausibleReset(header, fromInitiator: fromInitiator) else { return .drop(.tcpInvalidReset) }
            state = .reset
            return .pass
        }
        if flags.contains(.syn), !flags.contains(.acknowledge), !fromInitiator, state == .synSent {
            return .drop(.tcpDualOpen)
        }
        // A SYN in an open connection is a host that has started anew, or a forgery. The receiver answers it either way
        // (RFC 5961 section 4), and what it says about windows is not about this connection.
        if flags.contains(.syn), state != .synSent, state != .synReceived { return .pass }
        advance(flags, fromInitiator: fromInitiator)
        note(header, packet, fromInitiator: fromInitiator)
        return .pass
    }

    private mutating func advance(_ flags: TCPHeader.Flags, fromInitiator: Bool) {
        if flags.contains([.syn, .acknowledge]), !fromInitiator, state == .synSent { state = .synReceived }
        if flags.contains(.acknowledge), !flags.contains(.syn), fromInitiator, state == .synReceived {
            state = .established
        }
        if flags.contains(.fin) {
            if fromInitiator { initiatorFinished = true } else { responderFinished = true }
            state = initiatorFinished && responderFinished ? .closing : .halfClosed
        }
    }

    /// A reset counts only where the other side would take it: inside its window (RFC 5961 section 3.2), or as the
    /// answer to a SYN.
    private func isPlausibleReset(_ header: TCPHeader, fromInitiator: Bool) -> Bool {
        let receiver = fromInitiator ? responder : initiator
        guard receiver.hasAcknowledged else { return true }
        return header.sequence &- receiver.acknowledged <= max(receiver.window, 1)
    }

    private mutating func note(_ header: TCPHeader, _ packet: Span<UInt8>, fromInitiator: Bool) {
        var side = fromInitiator ? initiator : responder
        if header.flags.contains(.syn) { side.windowShift = Self.windowShift(header, packet) }
        if header.flags.contains(.acknowledge) {
            side.acknowledged = header.acknowledgment
            side.hasAcknowledged = true
        }
        let shift = header.flags.contains(.syn) ? 0 : side.windowShift
        side.window = UInt32(header.window) << UInt32(shift)
        if fromInitiator { initiator = side } else { responder = side }
    }

    /// The window scale option (RFC 7323 section 2), 0 without one; at most 14.
    private static func windowShift(_ header: TCPHeader, _ packet: Span<UInt8>) -> UInt8 {
        var options = TCPOptions(header)
        // A malformed option list ends the search; the packet itself is the receiver's business.
        while let option = try? options.next(packet) {
            if option.kind == 3, option.data.count == 1 {
                return min(packet[option.data.lowerBound], maximumWindowShift)
            }
        }
        return 0
    }

    /// RFC 7323 section 2.3.
    private static let maximumWindowShift: UInt8 = 14
}
