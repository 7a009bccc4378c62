import Glibc
import SystemCalls
import TestSupport
import Testing
import Wire

@testable import Box

/// What the control socket promises its clients, however they behave. Over real sockets.
@Suite struct ControlSocketTests {
    /// A server of its own, which answers with what it was asked.
    final class Server {
        let folder: TemporaryFolder
        let path: String
        private let listener: ControlListener

        init() throws {
            folder = try TemporaryFolder()
            path = folder.file("control")
            listener = try ControlListener(at: path)
        }

        /// Serves until `done`, for a second at most.
        func serve(until done: () -> Bool = { false }, seconds: Double = 1) {
            let end = SteadyClock.now
            while !done(), SteadyClock.now.seconds(since: end) < seconds {
                listener.serve(milliseconds: 10) { .text($0.words.joined(separator: "+") + ($0.json ? " json" : "")) }
            }
        }
    }

    /// A client that says exactly what it is told to.
    final class Client {
        private let socket: UnixSocket

        init(_ path: String) throws {
            socket = try UnixSocket.connected(to: path, waitingAtMost: 1)
            _ = fcntl(socket.descriptor, F_SETFL, O_NONBLOCK)
        }

        private(set) var received: [UInt8] = []
        private(set) var isEnded = false
        var text: String { String(decoding: received, as: UTF8.self) }

        func send(_ bytes: [UInt8]) -> Bool { socket.write(bytes[...]) == bytes.count }
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }
        func hangUp() { shutdown(socket.descriptor, Int32(SHUT_WR)) }

        /// Whether the answer is there whole.
        func isAnswered() -> Bool {
            switch socket.read(atMost: 1 << 20) {
            case .bytes(let bytes): received += bytes
            case .ended: isEnded = true
            case .nothingYet: break
            }
            return isEnded
        }
    }

    @Test(arguments: [
        ("show conn all\n", "OK 13\nshow+conn+all"), ("--json show  xlate \n", "OK 15\nshow+xlate json"),
        ("\n", "OK 0\n"), ("a\nb\n", "OK 1\na"),
    ])
    func aRequestIsALineAndItsAnswerHasALength(request: String, answer: String) throws {
        let server = try Server()
        let client = try Client(server.path)
        #expect(client.send(request))
        server.serve(until: client.isAnswered)
        #expect(client.text == answer)
    }

    @Test func aRequestInPiecesIsOne() throws {
        let server = try Server()
        let client = try Client(server.path)
        for piece in ["sh", "ow co", "nn\n"] {
            #expect(client.send(piece))
            server.serve(until: client.isAnswered, seconds: 0.05)
        }
        #expect(client.text == "OK 9\nshow+conn")
    }

    @Test func theLongestRequestIsTakenAndALongerOneRefused() throws {
        let server = try Server()
        let longest = try Client(server.path)
        #expect(longest.send(String(repeating: "x", count: ControlRequest.longest - 1) + "\n"))
        server.serve(until: longest.isAnswered)
        #expect(longest.text.hasPrefix("OK 4095\n"))
        let longer = try Client(server.path)
        _ = longer.send([UInt8](repeating: UInt8(ascii: "x"), count: 200_000))
        server.serve(until: longer.isAnswered)
        #expect(longer.text == "ERROR 30\ncommand longer than 4096 bytes")
    }

    @Test func bytesThatAreNoTextAreAnswered() throws {
        let server = try Server()
        let client = try Client(server.path)
        #expect(client.send([0xff, 0xfe, 0x00, 0x0a]))
        server.serve(until: client.isAnswered)
        #expect(client.text.hasPrefix("OK "))
    }

    @Test func whoHangsUpHalfWayIsTold() throws {
        let server = try Server()
        let client = try Client(server.path)
        #expect(client.send("show"))
        client.hangUp()
        server.serve(until: client.isAnswered)
        #expect(client.text == "ERROR 18\nrequest incomplete")
    }

    @Test func silentClientsKeepNobodyWaitingAndAreLetGo() throws {
        let server = try Server()
        let silent = try (0..<ControlListener.clientLimit - 1).map { _ in try Client(server.path) }
        #expect(silent[0].send("sh"))
        server.serve(seconds: 0.2)
        let quick = try Client(server.path)
        #expect(quick.send("show conn\n"))
        server.serve(until: quick.isAnswered, seconds: 1)
        #expect(quick.text == "OK 9\nshow+conn")
        server.serve(until: { silent.allSatisfy { $0.isEnded || $0.isAnswered() } }, seconds: 7)
        let words = "request incomplete after 5 seconds"
        #expect(Set(silent.map(\.text)) == ["ERROR \(words.utf8.count)\n\(words)"])
    }

    @Test func moreClientsThanAreServedAtOnceHaveTheirTurn() throws {
        let server = try Server()
        let clients = try (0..<ControlListener.clientLimit * 2 - 2).map { _ in try Client(server.path) }
        for client in clients { #expect(client.send("show conn\n")) }
        server.serve(until: { clients.filter { !$0.isEnded }.allSatisfy { $0.isAnswered() } }, seconds: 3)
        #expect(clients.allSatisfy { $0.text == "OK 9\nshow+conn" })
    }

    @Test func aClientThatIsGoneDoesNoHarm() throws {
        let server = try Server()
        for _ in 0..<3 { _ = try Client(server.path).send("show conn\n") }
        server.serve(seconds: 0.1)
        let client = try Client(server.path)
        #expect(client.send("x\n"))
        server.serve(until: client.isAnswered)
        #expect(client.text == "OK 1\nx")
    }

    // MARK: The file

    @Test func theSocketIsItsOwnersOnly() throws {
        let server = try Server()
        var status = stat()
        #expect(unsafe lstat(server.path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func aSecondBoxIsRefused() throws {
        let server = try Server()
        #expect { _ = try ControlListener(at: server.path) } throws: {
            "\($0)" == "\(server.path): another box answers there"
        }
    }

    @Test func aSocketThatNobodyAnswersAtIsReplaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control")
        do { _ = try UnixSocket.listening(at: path) }
        #expect(folder.has("control"))
        _ = try ControlListener(at: path)
    }

    @Test func aFileThatIsNoSocketStays() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("control", "precious")
        #expect { _ = try ControlListener(at: path) } throws: { "\($0)" == "\(path): is there and is not a socket" }
        #expect(try TestFiles.read(path) == Array("precious".utf8))
    }

    @Test func aPathThatIsTooLongIsNamed() throws {
        let path = "/tmp/" + String(repeating: "x", count: 200)
        #expect { _ = try ControlListener(at: path) } throws: { "\($0)".hasSuffix("longer than 107 bytes") }
    }

    @Test func theKeeperRemovesItsOwnFileAndNoOther() throws {
        let folder = try TemporaryFolder()
        try folder.write("first", [])
        try folder.write("second", [])
        let (first, second) = (try SocketKeeper(of: folder.file("first")), try SocketKeeper(of: folder.file("second")))
        first.release()
        #expect(!folder.has("first"))
        // Another file under the same name; the link keeps the first one's number from being given to it.
        _ = try processOutput(["ln", folder.file("second"), folder.file("link")])
        _ = try processOutput(["rm", folder.file("second")])
        try folder.write("second", [])
        second.release()
        #expect(folder.has("second"))
    }

    // MARK: The client

    @Test func withoutABoxTheClientSaysSo() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control")
        #expect { _ = try ControlClient.ask(ControlRequest(words: ["show"], json: false), at: path) } throws: {
            "\($0)" == "no box answers at \(path): No such file or directory"
        }
    }

    @Test(arguments: [
        (ControlResponse.text("yes"), "yes"), (.file([0, 255]), "\u{0}\u{fffd}"), (.failure("no"), "refused: no"),
    ])
    func theClientHandsOutTheAnswer(response: ControlResponse, said: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("control")
        let server = OneAnswer(try ControlListener(at: path), response)
        let thread = try server.start()
        var answer: String
        do {
            answer = String(
                decoding: try ControlClient.ask(ControlRequest(words: ["x"], json: false), at: path), as: UTF8.self)
        } catch ControlError.refused(let reason) {
            answer = "refused: \(reason)"
        }
        thread.join()
        #expect(answer == said)
    }

    /// Answers one client on a thread of its own.
    final class OneAnswer: @unchecked Sendable {
        private let listener: ControlListener
        private let response: ControlResponse

        init(_ listener: ControlListener, _ response: ControlResponse) {
            self.listener = listener
            self.response = response
        }

        func start() throws -> WorkerThread {
            try WorkerThread {
                var isAsked = false
                for _ in 0..<300 where !isAsked {
                    self.listener.serve(milliseconds: 10) { _ in
                        isAsked = true
                        return self.response
                    }
                }
                self.listener.serve(milliseconds: 10) { _ in self.response }
            }
        }
    }
}
