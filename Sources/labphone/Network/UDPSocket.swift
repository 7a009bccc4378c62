import CLinux
import Glibc
import Wire

/// A UDP socket over IPv4 with a port of its own, which the kernel chooses with the first datagram.
final class UDPSocket: DatagramSocket {
    let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 65_536)

    init() throws(LabError) {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, kind, 0)
        guard descriptor >= 0 else { throw .last("socket") }
    }

    deinit { close(descriptor) }

    var nextDue: Timestamp? { nil }

    func send(_ datagram: Datagram, now: Timestamp) throws(LabError) {
        var address = sockaddr_in(datagram.peer)
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let sent = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { destination in
                unsafe datagram.bytes.withUnsafeBytes {
                    unsafe sendto(descriptor, $0.baseAddress, $0.count, 0, destination, length)
                }
            }
        }
        // A full queue loses a datagram as a link does; it is sent again in time.
        guard sent >= 0 || errno == EAGAIN || errno == ENOBUFS else { throw .last("sendto \(datagram.peer)") }
    }

    func receive(now: Timestamp) throws(LabError) -> Datagram? {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let capacity = buffer.count
        let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { source in
                unsafe buffer.withUnsafeMutableBytes {
                    unsafe recvfrom(descriptor, $0.baseAddress, capacity, 0, source, &length)
                }
            }
        }
        guard count >= 0 else {
            if errno == EAGAIN || errno == EINTR { return nil }
            throw .last("recvfrom")
        }
        return Datagram(Array(buffer[..<count]), Endpoint(address))
    }
}

extension sockaddr_in {
    /// The endpoint's address is IPv4.
    fileprivate init(_ endpoint: Endpoint) {
        self.init()
        sin_family = sa_family_t(AF_INET)
        sin_port = endpoint.port.bigEndian
        sin_addr.s_addr = endpoint.address.v4.bigEndian
    }
}

extension Endpoint {
    fileprivate init(_ address: sockaddr_in) {
        self.init(IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
    }
}
