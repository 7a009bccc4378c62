import Wire

/// What the brain wants done. Orders for a stream that is gone are ignored.
public enum StreamOrder: Sendable {
    /// Connects to the call server.
    case connect(StreamID, UpstreamPlan)
    /// Plaintext. What is sent to the server before it is connected waits for it.
    case send(StreamID, StreamSide, [UInt8])
    /// What was sent before goes out, then close_notify (with TLS) and FIN. That side may still send.
    case finish(StreamID, StreamSide)
    /// Closes both connections.
    case close(StreamID, CloseManner)
    /// Nothing more is read from that side; what was read already still comes.
    case pauseReading(StreamID, StreamSide)
    case resumeReading(StreamID, StreamSide)

    var stream: StreamID {
        switch self {
        case .connect(let id, _), .send(let id, _, _), .finish(let id, _), .close(let id, _), .pauseReading(let id, _),
            .resumeReading(let id, _):
            id
        }
    }
}

public enum CloseManner: Hashable, Sendable {
    /// Both sides get what was sent to them, and are finished; what they still send is dropped.
    case graceful
    /// Reset.
    case abrupt
}
