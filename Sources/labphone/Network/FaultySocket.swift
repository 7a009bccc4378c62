import Wire

/// A socket behind a link that loses, delays and reorders, in both directions.
final class FaultySocket: DatagramSocket {
    private let socket: any DatagramSocket
    private var faults: LinkFaults
    private var outgoing = DeadlineHeap<Datagram>()
    private var incoming = DeadlineHeap<Datagram>()
    /// Datagrams that the link lost.
    private(set) var lost = 0

    init(_ socket: any DatagramSocket, _ faults: LinkFaults) {
        self.socket = socket
        self.faults = faults
    }

    var nextDue: Timestamp? {
        switch (outgoing.next, incoming.next) {
        case (let first?, let second?): min(first, second)
        case (let first, let second): first ?? second
        }
    }

    func send(_ datagram: Datagram, now: Timestamp) throws(LabError) {
        hold(datagram, in: &outgoing, now)
        try deliverOutgoing(now)
    }

    func receive(now: Timestamp) throws(LabError) -> Datagram? {
        try deliverOutgoing(now)
        while let datagram = try socket.receive(now: now) { hold(datagram, in: &incoming, now) }
        return incoming.pop(due: now)
    }

    private func hold(_ datagram: Datagram, in queue: inout DeadlineHeap<Datagram>, _ now: Timestamp) {
        switch faults.fate(at: now) {
        case .lost: lost += 1
        case .delivered(let time): queue.push(datagram, at: time)
        }
    }

    private func deliverOutgoing(_ now: Timestamp) throws(LabError) {
        while let datagram = outgoing.pop(due: now) { try socket.send(datagram, now: now) }
    }
}
