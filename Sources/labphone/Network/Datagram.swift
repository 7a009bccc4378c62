import Wire

/// A UDP payload, and who it goes to or came from.
struct Datagram: Equatable, Sendable {
    var bytes: [UInt8]
    var peer: Endpoint

    init(_ bytes: [UInt8], _ peer: Endpoint) {
        self.bytes = bytes
        self.peer = peer
    }
}

/// Something that datagrams are sent and received by: a UDP socket, or one behind a bad link.
protocol DatagramSocket: AnyObject {
    func send(_ datagram: Datagram, now: Timestamp) throws(LabError)

    /// The next datagram that has arrived by `now`.
    func receive(now: Timestamp) throws(LabError) -> Datagram?

    /// When ``receive(now:)`` is to be called though the socket has nothing new.
    var nextDue: Timestamp? { get }
}
