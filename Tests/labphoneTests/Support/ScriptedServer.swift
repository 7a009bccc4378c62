import Glibc
import Synchronization
import SystemCalls
import TestSupport
import Wire

@testable import Box
@testable import labphone

/// A TFTP server on 127.0.0.1, in a thread of its own, that holds files and does as it is told. Blocks of 512 bytes; all
/// transfers leave from one port, as the TID of a client tells them apart.
final class ScriptedServer: @unchecked Sendable {
    /// What is done to a request for a file.
    enum Behaviour: Sendable {
        case file([UInt8])
        case error(UInt16, String)
        case silence
        /// The first `requests` go unanswered.
        case late([UInt8], requests: Int)
    }

    let endpoint: Endpoint
    private let files: [String: Behaviour]
    private let requested = Mutex<[String]>([])
    private let isStopping = Atomic(false)

    private init(_ endpoint: Endpoint, _ files: [String: Behaviour]) {
        self.endpoint = endpoint
        self.files = files
    }

    /// Names in the order in which they were asked for, retransmissions included.
    var requests: [String] { requested.withLock { $0 } }

    /// Runs a server for as long as `body` runs.
    static func serve(_ files: [String: Behaviour], while body: (ScriptedServer) throws -> Void) throws {
        let listener = try UDPSocket()
        let server = ScriptedServer(try listener.bindToLoopback(), files)
        let transfers = try UDPSocket()
        _ = try transfers.bindToLoopback()
        let sockets = Sockets(listener, transfers)
        let thread = try WorkerThread { server.run(sockets) }
        let result = Result { try body(server) }
        server.isStopping.store(true, ordering: .relaxed)
        thread.join()
        try result.get()
    }

    /// Handed to the thread, which is then their only user.
    private struct Sockets: @unchecked Sendable {
        let listener: UDPSocket
        let transfers: UDPSocket

        init(_ listener: UDPSocket, _ transfers: UDPSocket) {
            self.listener = listener
            self.transfers = transfers
        }
    }

    private func run(_ sockets: Sockets) {
        var open: [Endpoint: [UInt8]] = [:]
        while !isStopping.load(ordering: .relaxed) {
            var entries = [sockets.listener, sockets.transfers].map {
                pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0)
            }
            unsafe poll(&entries, 2, 20)
            while let request = try? sockets.listener.receive(now: .zero) {
                guard let answer = answer(to: request, &open) else { continue }
                try? sockets.transfers.send(Datagram(answer, request.peer), now: .zero)
            }
            while let packet = try? sockets.transfers.receive(now: .zero) {
                guard let file = open[packet.peer], packet.bytes.starts(with: [0, 4]) else { continue }
                let block = Int(packet.bytes[2]) << 8 | Int(packet.bytes[3])
                guard block * 512 <= file.count else { continue }
                try? sockets.transfers.send(Datagram(Self.block(block + 1, of: file), packet.peer), now: .zero)
            }
        }
    }

    private func answer(to request: Datagram, _ open: inout [Endpoint: [UInt8]]) -> [UInt8]? {
        let name = String(decoding: request.bytes.dropFirst(2).prefix { $0 != 0 }, as: UTF8.self)
        let times = requested.withLock { names in
            names.append(name)
            return names.count { $0 == name }
        }
        switch files[name] {
        case .file(let contents): open[request.peer] = contents
        case .late(let contents, let requests) where times > requests: open[request.peer] = contents
        case .silence, .late: return nil
        case .error(let code, let message): return TFTPBytes.error(code, message)
        case nil: return TFTPBytes.error(1, "File not found")
        }
        return open[request.peer].map { Self.block(1, of: $0) }
    }

    private static func block(_ number: Int, of file: [UInt8]) -> [UInt8] {
        TFTPBytes.data(UInt16(truncatingIfNeeded: number), Array(file.dropFirst((number - 1) * 512).prefix(512)))
    }
}

extension UDPSocket {
    /// Takes a free port of 127.0.0.1 and returns it.
    func bindToLoopback() throws -> Endpoint {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { socketAddress in
                let result = unsafe bind(descriptor, socketAddress, length)
                return unsafe result == 0 ? getsockname(descriptor, socketAddress, &length) : result
            }
        }
        guard result == 0 else { throw LabError.last("bind") }
        return Endpoint(IPAddress(v4: 0x7f00_0001), UInt16(bigEndian: address.sin_port))
    }
}
