/// Where a transport header keeps what address translation touches.
struct TransportFields {
    /// The checksum, from the start of the header.
    let checksum: Int
    /// Whether the checksum covers the addresses through a pseudo-header.
    let coversAddresses: Bool
    /// Zero in the checksum field means that the sender made none.
    let zeroMeansNone: Bool

    /// `nil` for a protocol whose checksum is not an Internet checksum, or that is not of this IP version.
    @inline(__always)
    init?(_ ip: IPHeader) {
        switch ip.transport {
        case .udp: self.init(checksum: UDPHeader.checksumOffset, coversAddresses: true, zeroMeansNone: true)
        case .tcp: self.init(checksum: TCPHeader.checksumOffset, coversAddresses: true, zeroMeansNone: false)
        case .icmp where ip.isV4:
            self.init(checksum: ICMPHeader.checksumOffset, coversAddresses: false, zeroMeansNone: false)
        case .icmpV6 where !ip.isV4:
            self.init(checksum: ICMPHeader.checksumOffset, coversAddresses: true, zeroMeansNone: false)
        default: return nil
        }
    }

    @inline(__always)
    private init(checksum: Int, coversAddresses: Bool, zeroMeansNone: Bool) {
        self.checksum = checksum
        self.coversAddresses = coversAddresses
        self.zeroMeansNone = zeroMeansNone
    }

    /// `value` as it is sent: where zero has a meaning of its own, its other one's-complement form stands for it.
    @inline(__always)
    func sent(_ value: UInt16) -> UInt16 { zeroMeansNone && value == 0 ? 0xffff : value }
}
