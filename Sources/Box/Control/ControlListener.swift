import Glibc
import Wire

/// The control socket's listening end. Clients are served side by side, so that a slow one keeps nobody waiting.
final class ControlListener {
    private let socket: UnixSocket
    private var clients: [ControlConnection] = []

    /// Further ones wait in the socket's own queue until one of these is done, or has had its time.
    static let clientLimit = 16

    init(at path: String) throws(FileError) { socket = try UnixSocket.listening(at: path) }

    /// Does what can be done without waiting for a client, after at most `milliseconds` of waiting for any.
    func serve(milliseconds: Int32, _ interpret: (ControlRequest) -> ControlResponse) {
        let mayAccept = clients.count < Self.clientLimit
        var polled = clients.map { pollfd(fd: $0.descriptor, events: $0.events, revents: 0) }
        // poll passes over a negative descriptor.
        polled.append(pollfd(fd: mayAccept ? socket.descriptor : -1, events: Int16(POLLIN), revents: 0))
        let count = nfds_t(polled.count)
        _ = unsafe polled.withUnsafeMutableBufferPointer { unsafe poll($0.baseAddress, count, milliseconds) }

        for (client, state) in zip(clients, polled) where state.revents != 0 { client.proceed(interpret) }
        let now = SteadyClock.now
        for client in clients where client.deadline <= now { client.runOutOfTime() }
        clients.removeAll(where: \.isDone)
        if polled[polled.count - 1].revents != 0, let connection = socket.accepted() {
            clients.append(ControlConnection(connection, at: now))
        }
    }
}
