import CLinux
import Glibc
import SystemCalls

/// Two UDP sockets on 127.0.0.1, one sending to the other; what is sent carries a mark.
struct LoopbackLink: ~Copyable {
    private let sender: Descriptor
    private let receiver: Descriptor

    init(mark: UInt32) throws(SystemError) {
        let receiver = try Self.socket()
        let sender = try Self.socket()
        try sender.setOption(SOL_SOCKET, SO_MARK, Int32(bitPattern: mark), "SO_MARK")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let failed = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                // The kernel chooses the port; reading the address back tells which.
                unsafe bind(receiver.number, generic, length) != 0
                    || getsockname(receiver.number, generic, &length) != 0
                    || connect(sender.number, generic, length) != 0
            }
        }
        if failed { throw SystemError.last("UDP socket on 127.0.0.1") }
        self.sender = sender
        self.receiver = receiver
    }

    private static func socket() throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        return try Descriptor(Glibc.socket(AF_INET, type, 0), from: "socket(SOCK_DGRAM)")
    }

    func send(_ bytes: [UInt8]) throws(SystemError) {
        guard unsafe Glibc.send(sender.number, bytes, bytes.count, 0) == bytes.count else {
            throw SystemError.last("send")
        }
    }

    /// `nil` when nothing came in time.
    func receive(milliseconds: Int32) throws(SystemError) -> [UInt8]? {
        guard try receiver.waitReadable(milliseconds: milliseconds) else { return nil }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = unsafe recv(receiver.number, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        guard count >= 0 else { throw SystemError.last("recv") }
        return Array(bytes[..<count])
    }
}
