import Wire

/// What the hand that carries the streams is to do, in this order. Taken by ``Engine/takeStreamOrders()`` after every
/// call that gives the engine something: events, bytes, packets, reports and ticks.
///
/// Back-pressure is the hand's own business: while what it was given to send on one side can not leave, it stops reading
/// from the other side. The engine sends nothing of its own but answers, so that no more than this is needed.
public enum StreamOrder: Sendable {
    /// Connects to the server: from `address`, which is the phone's (any port), to `server` behind `interface`; by TLS
    /// if `isSecure`.
    case connect(StreamID, from: IPAddress, to: Endpoint, interface: InterfaceIndex, isSecure: Bool)
    /// Sends bytes on one side, behind all that was sent there before.
    case send(StreamID, StreamSide, [UInt8])
    /// Ends one side in order, once all that was sent there has left.
    case finish(StreamID, StreamSide)
    /// Ends both sides in order, once all that was sent has left (with a deadline of the hand's own). The engine has
    /// forgotten the stream; nothing about it need be told any more.
    case close(StreamID, reason: StreamRefusal)
    /// Ends both sides at once, by reset. The engine has forgotten the stream.
    case reset(StreamID, reason: StreamRefusal)

    public var stream: StreamID {
        switch self {
        case .connect(let id, _, _, _, _), .send(let id, _, _), .finish(let id, _), .close(let id, _),
            .reset(let id, _):
            id
        }
    }
}
