import Glibc
import Wire

/// One client of the control socket, on its way from its request to the last byte of its answer.
final class ControlConnection {
    private enum State {
        case reading([UInt8])
        case writing(ArraySlice<UInt8>)
        case done
    }

    private let socket: UnixSocket
    private var state = State.reading([])
    /// When the client has had its time for what it is at.
    private(set) var deadline: Timestamp

    /// Seconds that a client may take to say what it wants, and to fetch the answer.
    static let requestSeconds = 5
    static let answerSeconds = 30

    init(_ socket: consuming UnixSocket, at now: Timestamp) {
        self.socket = socket
        deadline = now.adding(seconds: Self.requestSeconds)
    }

    var descriptor: Int32 { socket.descriptor }
    var isDone: Bool { if case .done = state { true } else { false } }

    /// What `poll` waits for.
    var events: Int16 { if case .writing = state { Int16(POLLOUT) } else { Int16(POLLIN) } }

    /// Reads or writes what can be without waiting.
    func proceed(_ interpret: (ControlRequest) -> ControlResponse) {
        if case .reading(let received) = state { read(received, interpret) }
        if case .writing(let rest) = state { write(rest) }
    }

    /// Ends what takes too long; who has not said what it wants is told so, if it listens.
    func runOutOfTime() {
        if case .reading = state {
            answer(.failure("request incomplete after \(Self.requestSeconds) seconds"))
            if case .writing(let rest) = state { write(rest) }
        }
        state = .done
    }

    private func read(_ before: [UInt8], _ interpret: (ControlRequest) -> ControlResponse) {
        // One byte more than the longest line and its line feed shows that a request is longer.
        let chunk: [UInt8]
        switch socket.read(atMost: ControlRequest.longest + 1 - before.count) {
        case .bytes(let bytes): chunk = bytes
        case .nothingYet: return
        case .ended: return answer(.failure("request incomplete"))
        }
        let received = before + chunk
        if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
            answer(interpret(ControlRequest(line: String(decoding: received[..<end], as: UTF8.self))))
        } else if received.count > ControlRequest.longest {
            answer(.failure("command longer than \(ControlRequest.longest) bytes"))
        } else {
            state = .reading(received)
        }
    }

    private func answer(_ response: ControlResponse) {
        state = .writing(response.bytes[...])
        deadline = SteadyClock.now.adding(seconds: Self.answerSeconds)
    }

    private func write(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while !rest.isEmpty {
            guard let count = socket.write(rest) else {
                state = .done
                return
            }
            if count == 0 {
                state = .writing(rest)
                return
            }
            rest = rest.dropFirst(count)
        }
        state = .done
    }
}
