import Glibc
import Wire

/// An address and a port as system calls take and give them.
///
/// This file is one of the thin wrappers around C.
struct SocketName {
    // The longer of the two, and both begin with the family.
    private var place = sockaddr_in6()
    private var length = socklen_t(MemoryLayout<sockaddr_in6>.size)

    /// Runs a system call that fills it in; `nil` when that failed, or what came is no address of IP.
    static func taken(
        by call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> Endpoint? {
        var name = SocketName()
        let result = unsafe withUnsafeMutablePointer(to: &name.place) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &name.length) }
        }
        return result < 0 ? nil : name.endpoint
    }

    /// Runs a system call that reads `endpoint`.
    static func given(_ endpoint: Endpoint, to call: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        let name = SocketName(endpoint)
        return unsafe withUnsafePointer(to: name.place) { place in
            unsafe place.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, name.length) }
        }
    }

    private init() {}

    private init(_ endpoint: Endpoint) {
        guard endpoint.address.isV4 else {
            place.sin6_family = sa_family_t(AF_INET6)
            place.sin6_port = endpoint.port.bigEndian
            unsafe withUnsafeMutableBytes(of: &place.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: endpoint.address.high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            return
        }
        var v4 = sockaddr_in()
        v4.sin_family = sa_family_t(AF_INET)
        v4.sin_port = endpoint.port.bigEndian
        v4.sin_addr.s_addr = endpoint.address.v4.bigEndian
        unsafe withUnsafeMutableBytes(of: &place) { unsafe $0.storeBytes(of: v4, as: sockaddr_in.self) }
        length = socklen_t(MemoryLayout<sockaddr_in>.size)
    }

    private var endpoint: Endpoint? {
        switch Int32(place.sin6_family) {
        case AF_INET:
            let v4 = unsafe withUnsafeBytes(of: place) { unsafe $0.load(as: sockaddr_in.self) }
            return Endpoint(IPAddress(v4: UInt32(bigEndian: v4.sin_addr.s_addr)), UInt16(bigEndian: v4.sin_port))
        case AF_INET6:
            let (high, low) = unsafe withUnsafeBytes(of: place.sin6_addr) { bytes in
                unsafe (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            return Endpoint(
                IPAddress(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
                UInt16(bigEndian: place.sin6_port))
        default: return nil
        }
    }
}
