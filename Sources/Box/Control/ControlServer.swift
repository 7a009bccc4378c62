import Glibc

/// Serves the control socket, one connection at a time, on a thread of its own.
final class ControlServer {
    private let listener: UnixSocket
    private let interpret: (ControlRequest) -> ControlResponse

    init(at path: String, interpret: @escaping (ControlRequest) -> ControlResponse) throws(FileError) {
        listener = try UnixSocket.listening(at: path)
        self.interpret = interpret
    }

    /// Answers what waits, for at most `milliseconds`.
    func serve(milliseconds: Int32) {
        var polled = pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&polled, 1, milliseconds) > 0, let connection = listener.accepted() else { return }
        connection.write(answer(connection).bytes)
    }

    private func answer(_ connection: borrowing UnixSocket) -> ControlResponse {
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
