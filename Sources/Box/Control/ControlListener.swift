import Glibc

/// The control socket's listening end; answers one connection at a time.
final class ControlListener {
    private let socket: UnixSocket

    init(at path: String) throws(FileError) { socket = try UnixSocket.listening(at: path) }

    /// Answers what waits, for at most `milliseconds`.
    func serve(milliseconds: Int32, _ interpret: (ControlRequest) -> ControlResponse) {
        var polled = pollfd(fd: socket.descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&polled, 1, milliseconds) > 0, let connection = socket.accepted() else { return }
        connection.write(answer(connection, interpret).bytes)
    }

    private func answer(
        _ connection: borrowing UnixSocket, _ interpret: (ControlRequest) -> ControlResponse
    ) -> ControlResponse {
        var received: [UInt8] = []
        while received.count <= ControlRequest.longest {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                return interpret(ControlRequest(line: String(decoding: received[..<end], as: UTF8.self)))
            }
            let chunk = connection.read()
            if chunk.isEmpty { return .failure("request incomplete") }
            received += chunk
        }
        return .failure("command too long")
    }
}
