import Dispatch
import Glibc
import Synchronization

/// A name server of a few lines on 127.0.0.1: reads one question per datagram, written from RFC 1035.
final class NameServer: Sendable {
    enum Reply: Sendable {
        case v4([UInt8])
        case v6([UInt8])
        /// RCODE 3.
        case noSuchName
        case garbage
        case silence
    }

    let port: UInt16
    private let socket: Int32
    private let questions = Mutex(0)

    /// How many questions have come.
    var asked: Int { questions.withLock { $0 } }

    init?(_ replies: [String: Reply]) {
        socket = Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let bound = unsafe withUnsafeMutablePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard socket >= 0, bound else { return nil }
        var patience = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        let server = self
        // Not a task: those have few threads, and this one waits.
        DispatchQueue(label: "name server").async { server.serve(replies) }
    }

    /// Answers until nothing has come for five seconds.
    private func serve(_ replies: [String: Reply]) {
        defer { close(socket) }
        while true {
            var question = [UInt8](repeating: 0, count: 512)
            var peer = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = unsafe withUnsafeMutablePointer(to: &peer) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe recvfrom(socket, &question, question.count, 0, $0, &length)
                }
            }
            guard count > 0 else { return }
            questions.withLock { $0 += 1 }
            guard let answer = Self.answer(Array(question.prefix(count)), replies) else { continue }
            _ = unsafe withUnsafeMutablePointer(to: &peer) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe sendto(socket, answer, answer.count, 0, $0, length)
                }
            }
        }
    }

    private static func answer(_ question: [UInt8], _ replies: [String: Reply]) -> [UInt8]? {
        var labels: [String] = []
        var offset = 12
        while question[offset] != 0 {
            let end = offset + 1 + Int(question[offset])
            labels.append(String(decoding: question[offset + 1..<end], as: UTF8.self))
            offset = end
        }
        let type = question[offset + 2]
        let asked = question[12..<offset + 5]
        func message(_ code: UInt8, _ record: [UInt8]) -> [UInt8] {
            question[0..<2] + [0x81, 0x80 | code, 0, 1, 0, record.isEmpty ? 0 : 1, 0, 0, 0, 0] + asked + record
        }
        func record(_ recordType: UInt8, _ address: [UInt8]) -> [UInt8] {
            if type != recordType { return [] }
            return [0xc0, 12, 0, recordType, 0, 1, 0, 0, 0, 60, 0, UInt8(address.count)] + address
        }
        switch replies[labels.joined(separator: ".").lowercased()] ?? .noSuchName {
        case .v4(let address): return message(0, record(1, address))
        case .v6(let address): return message(0, record(28, address))
        case .noSuchName: return message(3, [])
        case .garbage: return question[0..<2] + [0x81, 0x80, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0xc0]
        case .silence: return nil
        }
    }
}
