import Glibc
import SystemCalls
import TestSupport
import Wire

@testable import MediaTermination

/// A UDP socket of a party, in the namespace of the thread that made it. Waits are bounded.
final class PartySocket {
    private let descriptor: Descriptor

    init(_ local: String) throws {
        let local = try endpoint(local)
        let family = local.address.isV4 ? AF_INET : AF_INET6
        descriptor = try Descriptor(socket(family, Int32(SOCK_DGRAM.rawValue), 0), from: "socket")
        let result = unsafe Self.withAddress(local) { unsafe bind(descriptor.number, $0, $1) }
        guard result == 0 else { throw SystemError.last("bind \(local)") }
    }

    func send(_ payload: [UInt8], to destination: String) throws {
        let destination = try endpoint(destination)
        let sent = unsafe Self.withAddress(destination) {
            unsafe sendto(descriptor.number, payload, payload.count, 0, $0, $1)
        }
        guard sent == payload.count else { throw SystemError.last("sendto \(destination)") }
    }

    /// What comes within `milliseconds`; `nil` when nothing does, or something says that nobody listens.
    func receive(milliseconds: Int32 = 2000) -> [UInt8]? {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, milliseconds) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 2048)
        let count = unsafe recv(descriptor.number, &bytes, bytes.count, 0)
        return count >= 0 ? Array(bytes[..<count]) : nil
    }

    private static func withAddress<Result>(
        _ endpoint: Endpoint, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        if endpoint.address.isV4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = endpoint.address.v4.bigEndian
            return unsafe with(&address, body)
        }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = endpoint.port.bigEndian
        unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
            unsafe bytes.storeBytes(of: endpoint.address.high.bigEndian, as: UInt64.self)
            unsafe bytes.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        return unsafe with(&address, body)
    }

    private static func with<Address, Result>(
        _ address: inout Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        let size = socklen_t(MemoryLayout<Address>.size)
        return unsafe withUnsafePointer(to: &address) {
            unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe body($0, size) }
        }
    }
}
