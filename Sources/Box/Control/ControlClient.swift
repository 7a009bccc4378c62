/// The other end of the control socket: what `phoneproxy show` and its like use.
public enum ControlClient {
    public static let defaultPath = "/run/phoneproxy/control"

    /// Sends one request and returns the answer's body.
    public static func ask(_ request: ControlRequest, at path: String) throws(ControlError) -> [UInt8] {
        let line = Array(request.line.utf8)
        guard line.count <= ControlRequest.longest else { throw .refused("command too long") }
        let response: [UInt8]
        do throws(FileError) {
            let socket = try UnixSocket.connected(to: path)
            guard socket.write(line) else { throw FileError(path, "the box does not listen") }
            response = readAll(socket)
        } catch {
            throw .unreachable(error)
        }
        return try body(response)
    }

    private static func readAll(_ socket: borrowing UnixSocket) -> [UInt8] {
        var all: [UInt8] = []
        while true {
            let chunk = socket.read()
            if chunk.isEmpty { return all }
            all += chunk
        }
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
