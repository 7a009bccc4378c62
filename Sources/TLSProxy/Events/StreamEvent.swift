import Wire

/// What happened to a stream. Events of one stream come in order, from one thread; ``closed(_:_:)`` is the last.
public enum StreamEvent: Sendable {
    /// A connection came and is within the limits. `destination` is the address that the phone meant, whoever owns it.
    case accepted(StreamID, phone: Endpoint, destination: Endpoint)
    /// A connection came and was reset at once.
    case refused(StreamLimit, phone: Endpoint, destination: Endpoint)
    /// What the phone proposes, before anything is decided (messages 725003, 725008).
    case hello(StreamID, ClientHello)
    case handshakeFinished(StreamID, StreamSide, HandshakeFacts)
    /// The connection of that side closes without further orders; ``legClosed(_:_:_:)`` follows.
    case handshakeFailed(StreamID, StreamSide, HandshakeFailure)
    /// Plaintext, at most as much as came in one piece of ``StreamLimits/receiveBuffer``.
    case received(StreamID, StreamSide, [UInt8])
    /// That side will send no more, and may still be sent to. Truncated: it did not say so by TLS's close_notify, so that
    /// somebody else may have ended it (RFC 8446 section 6.1).
    case ended(StreamID, StreamSide, isTruncated: Bool)
    /// TCP is connected. With TLS upstream, the handshake begins.
    case upstreamConnected(StreamID, local: Endpoint, remote: Endpoint)
    /// The stream stays as it is: another ``StreamOrder/connect(_:_:)`` may follow.
    case upstreamFailed(StreamID, UpstreamFailure)
    /// More than ``StreamLimits/unsentHigh`` bytes wait to be sent to that side: nothing is read from the other side until
    /// ``drained(_:_:)``.
    case congested(StreamID, StreamSide)
    case drained(StreamID, StreamSide)
    /// The connection of that side is gone. A stream with only one connection left ends after ``StreamDeadlines/linger``.
    case legClosed(StreamID, StreamSide, CloseReason)
    /// Nothing is left of the stream.
    case closed(StreamID, StreamTotals)
}

/// A limit of ``StreamLimits`` that was reached.
public enum StreamLimit: String, Hashable, Sendable, CaseIterable {
    /// `tls-proxy maximum-session`: message 446001.
    case sessions
    case sessionsPerSource
    case clearSessions
    case handshakes
    /// The terminator is being stopped.
    case stopping
}

/// Why there is no connection to the call server.
public enum UpstreamFailure: Hashable, Sendable {
    /// The system call's error number: `ECONNREFUSED`, `EHOSTUNREACH`, `EADDRNOTAVAIL`, `EPERM`, …
    case system(Int32)
    /// ``StreamDeadlines/connect`` passed.
    case deadline
    /// There is one already, or it is being made.
    case busy
}

/// Why a connection is gone.
public enum CloseReason: Hashable, Sendable {
    /// Both directions ended, everything was sent.
    case finished
    /// By order.
    case ordered
    /// The peer reset it, or the system gave it up: the error number.
    case system(Int32)
    case handshakeFailed
    /// TLS broke after the handshake: a record that does not authenticate, a message that has no place there.
    case protocolError(LibraryError)
    case handshakeDeadline
    case idle
    /// Ended in one direction, or alone, for longer than ``StreamDeadlines/linger``.
    case lingering
    /// More than ``StreamLimits/unsentMaximum`` bytes waited to be sent to it.
    case unsentMaximum
    case stopped
}

/// What a stream carried: plaintext bytes from each side, and from the first packet to the end in seconds.
public struct StreamTotals: Hashable, Sendable {
    public var bytesFromPhone: UInt64 = 0
    public var bytesFromServer: UInt64 = 0
    public var seconds: Double = 0
}
