import Glibc
import SystemCalls
import Wire

/// Where one thread takes connections.
final class Listener: LoopMember {
    private static let backlog: Int32 = 4_096
    /// So many, before others have their turn.
    private static let atOnce = 64

    /// Until it is closed.
    private var socket: TCPSocket?
    private let loop: SocketLoop
    private let take: (consuming TCPSocket, _ from: Endpoint, _ to: Endpoint) -> Void
    private var isResting = false

    /// - Parameter take: gets each connection: from whom it comes, and to where it was meant.
    init(
        _ socket: consuming TCPSocket, _ loop: SocketLoop,
        take: @escaping (consuming TCPSocket, _ from: Endpoint, _ to: Endpoint) -> Void
    ) throws(SystemError) {
        let number = socket.number
        self.socket = consume socket
        self.loop = loop
        self.take = take
        try loop.add(self, number, .reading)
    }

    /// No more connections are taken; those that wait are reset.
    func close() {
        guard let number = socket?.number else { return }
        loop.remove(number)
        socket = nil
    }

    /// A socket that listens: on any free port where `endpoint` has none.
    static func open(_ endpoint: Endpoint, _ settings: TerminatorSettings) throws(SystemError) -> TCPSocket {
        let isV4 = endpoint.address.isV4
        let socket = try TCPSocket(v4: isV4)
        try socket.setReuse(ofPort: settings.loops > 1)
        try socket.setNoDelay()
        try socket.setSendBuffer(settings.limits.sendBuffer)
        if settings.isTransparent { try socket.setTransparent(v4: isV4) }
        try socket.bind(to: endpoint)
        try socket.listen(backlog: backlog)
        return socket
    }

    func ready(_ events: Poller.Events) {
        do throws(SystemError) {
            for _ in 0..<Self.atOnce {
                guard try acceptOne() else { return }
            }
        } catch {
            rest(error)
        }
    }

    /// `false`: none waits.
    private func acceptOne() throws(SystemError) -> Bool {
        guard let arrival = try socket?.accept() else { return false }
        let local = arrival.socket.local
        let peer = arrival.peer
        take(arrival.socket, peer, local ?? Endpoint(.anyV4, 0))
        return true
    }

    /// Without descriptors or memory the next try would fail as well, and the next: connections wait until ``resume()``. Any
    /// other error is that of a connection which is gone.
    private func rest(_ error: SystemError) {
        guard [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(error.number) else { return }
        isResting = ask([])
    }

    /// Tries again, after a while.
    func resume() {
        if isResting { isResting = !ask(.reading) }
    }

    private func ask(_ events: Poller.Events) -> Bool {
        guard let number = socket?.number else { return false }
        return (try? loop.change(number, events)) != nil
    }
}
