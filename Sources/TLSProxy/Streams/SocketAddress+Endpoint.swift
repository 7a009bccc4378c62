import Glibc
import NIOCore
import Wire

/// Addresses as NIO has them.
///
/// This file is one of the thin wrappers around C.
extension SocketAddress {
    /// Without a host name: NIO would write the address as one.
    init(_ endpoint: Endpoint) {
        if endpoint.address.isV4 {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = endpoint.port.bigEndian
            address.sin_addr.s_addr = endpoint.address.v4.bigEndian
            self.init(address, host: "")
        } else {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = endpoint.port.bigEndian
            unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
                unsafe bytes.storeBytes(of: endpoint.address.high.bigEndian, as: UInt64.self)
                unsafe bytes.storeBytes(of: endpoint.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            self.init(address, host: "")
        }
    }

    /// Zero for what is not an IP address.
    var endpoint: Endpoint {
        switch self {
        case .v4(let v4):
            let address = v4.address
            return Endpoint(
                IPAddress(v4: UInt32(bigEndian: address.sin_addr.s_addr)), UInt16(bigEndian: address.sin_port))
        case .v6(let v6):
            var address = v6.address
            let (high, low) = unsafe withUnsafeBytes(of: &address.sin6_addr) { bytes in
                unsafe (bytes.load(as: UInt64.self), bytes.load(fromByteOffset: 8, as: UInt64.self))
            }
            return Endpoint(
                IPAddress(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
                UInt16(bigEndian: address.sin6_port))
        case .unixDomainSocket: return Endpoint(.anyV4, 0)
        }
    }
}
