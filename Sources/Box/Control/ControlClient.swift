/// The other end of the control socket: what `phoneproxy show` and its like use.
public enum ControlClient {
    public static let defaultPath = "/run/phoneproxy/control"

    /// Seconds without any sign of the box after which it counts as gone; a command takes it 5 at most.
    private static let patience = 15

    /// Sends one request and returns the answer's body.
    public static func ask(_ request: ControlRequest, at path: String) throws(ControlError) -> [UInt8] {
        let line = Array(request.line.utf8)
        guard line.count <= ControlRequest.longest else {
            throw .refused("command longer than \(ControlRequest.longest) bytes")
        }
        guard !line.dropLast().contains(UInt8(ascii: "\n")) else { throw .refused("command with a line break in it") }
        return try body(try exchange(line, path))
    }

    private static func exchange(_ line: [UInt8], _ path: String) throws(ControlError) -> [UInt8] {
        let socket: UnixSocket
        do throws(FileError) {
            socket = try UnixSocket.connected(to: path, waitingAtMost: patience)
        } catch {
            throw .unreachable(error)
        }
        // A line fits the socket's buffer whole. If the box is gone meanwhile, the answer is incomplete.
        _ = socket.write(line[...])
        var response: [UInt8] = []
        while case .bytes(let chunk) = socket.read(atMost: 65_536) { response += chunk }
        return response
    }

    private static func body(_ response: [UInt8]) throws(ControlError) -> [UInt8] {
        guard let end = response.firstIndex(of: UInt8(ascii: "\n")) else { throw .incomplete }
        let head = String(decoding: response[..<end], as: UTF8.self).split(separator: " ")
        let body = Array(response[(end + 1)...])
        guard head.count == 2, Int(head[1]) == body.count else { throw .incomplete }
        guard head[0] == "OK" else { throw .refused(String(decoding: body, as: UTF8.self)) }
        return body
    }
}

public enum ControlError: Error, CustomStringConvertible {
    case unreachable(FileError)
    case incomplete
    /// The box's own words.
    case refused(String)

    public var description: String {
        switch self {
        case .unreachable(let error): "no box answers at \(error)"
        case .incomplete: "the box's answer is incomplete"
        case .refused(let reason): reason
        }
    }
}
