import CLinux
import Glibc
import Wire

/// The messages of rtnetlink (rtnetlink(7)) that the relay sends and reads.
enum RouteMessage {
    // MARK: To the kernel

    static func getLink(named device: String, sequence: UInt32) -> [UInt8] {
        let name = Array(device.utf8) + [0]
        return request(RTM_GETLINK, sequence: sequence, header: [UInt8](repeating: 0, count: 16)) {
            $0.append(UInt16(IFLA_IFNAME), name)
        }
    }

    /// The route to `address` out of `device`.
    static func getRoute(to address: IPAddress, device: Int32, sequence: UInt32) -> [UInt8] {
        var header = [UInt8](repeating: 0, count: 12)
        header[0] = family(of: address)
        header[1] = UInt8(address.bitWidth)
        return request(RTM_GETROUTE, sequence: sequence, header: header) {
            $0.append(UInt16(RTA_DST.rawValue), bytes(of: address))
            $0.append(UInt16(RTA_OIF.rawValue), host(UInt32(bitPattern: device)))
        }
    }

    static func getNeighbour(_ address: IPAddress, device: Int32, sequence: UInt32) -> [UInt8] {
        let header = [family(of: address), 0, 0, 0] + host(UInt32(bitPattern: device)) + [0, 0, 0, 0]
        return request(RTM_GETNEIGH, sequence: sequence, header: header) {
            $0.append(UInt16(NDA_DST), bytes(of: address))
        }
    }

    private struct Attributes {
        var bytes: [UInt8] = []

        mutating func append(_ type: UInt16, _ value: [UInt8]) {
            bytes += host(UInt16(truncatingIfNeeded: Netlink.attributeHeaderLength + value.count)) + host(type) + value
            bytes += [UInt8](repeating: 0, count: Netlink.aligned(value.count) - value.count)
        }
    }

    private static func request(
        _ type: Int, sequence: UInt32, header: [UInt8], _ fill: (inout Attributes) -> Void
    ) -> [UInt8] {
        var attributes = Attributes()
        fill(&attributes)
        let length = Netlink.headerLength + header.count + attributes.bytes.count
        var head = [UInt8](repeating: 0, count: Netlink.headerLength)
        var span = head.mutableSpan
        _ = span.putNetlinkHeader(
            type: UInt16(type), flags: UInt16(NLM_F_REQUEST), sequence: sequence, length: length, at: 0)
        return head + header + attributes.bytes
    }

    private static func family(of address: IPAddress) -> UInt8 { UInt8(address.isV4 ? AF_INET : AF_INET6) }

    private static func bytes(of address: IPAddress) -> [UInt8] {
        let all = [address.high >> 32, address.high, address.low >> 32, address.low]
        let words = (address.isV4 ? all.suffix(1) : all[...]).map { UInt32(truncatingIfNeeded: $0) }
        return words.flatMap { word in stride(from: 24, through: 0, by: -8).map { UInt8(word >> UInt32($0) & 0xff) } }
    }

    private static func host(_ value: UInt16) -> [UInt8] { unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }
    private static func host(_ value: UInt32) -> [UInt8] { unsafe withUnsafeBytes(of: value) { unsafe Array($0) } }
}

// MARK: From the kernel

extension RouteMessage {
    /// An RTM_NEWLINK's body.
    static func link(_ bytes: Span<UInt8>, _ body: Range<Int>) throws(NetlinkError) -> LinkFacts? {
        guard body.count >= 16 else { return nil }
        let start = body.lowerBound
        var facts = LinkFacts(
            index: Int32(bitPattern: bytes.hostUInt32(at: start + 4)), type: bytes.hostUInt16(at: start + 2),
            // IFF_UP: the name has another type with some headers.
            address: nil, mtu: 1500, isUp: bytes.hostUInt32(at: start + 8) & 1 != 0)
        var attributes = NetlinkAttributes(start + 16, body.upperBound)
        while let (type, value) = try attributes.next(bytes) {
            switch Int(type) {
            case IFLA_ADDRESS: facts.address = linkAddress(bytes, value)
            case IFLA_MTU where value.count == 4:
                facts.mtu = Int(bytes.hostUInt32(at: value.lowerBound))
            default: break
            }
        }
        return facts
    }

    /// An RTM_NEWROUTE's body, for the answer to ``getRoute(to:device:sequence:)``: the gateway, or `destination` itself
    /// when it is on the link. `nil` when there is no way.
    static func nextHop(
        _ bytes: Span<UInt8>, _ body: Range<Int>, to destination: IPAddress
    ) throws(NetlinkError) -> IPAddress? {
        guard body.count >= 12 else { return nil }
        let isUnicast = bytes[body.lowerBound + 7] == UInt8(RTN_UNICAST)
        var gateway = destination
        var attributes = NetlinkAttributes(body.lowerBound + 12, body.upperBound)
        while let (type, value) = try attributes.next(bytes) {
            switch Int(type) {
            case Int(RTA_GATEWAY.rawValue): gateway = address(bytes, value) ?? gateway
            // An IPv4 route through an IPv6 gateway (RFC 8950): family, then address.
            case Int(RTA_VIA.rawValue) where value.count > 2:
                gateway = address(bytes, value.lowerBound + 2..<value.upperBound) ?? gateway
            default: break
            }
        }
        return isUnicast ? gateway : nil
    }

    /// An RTM_NEWNEIGH's or RTM_DELNEIGH's body: whose, on which device, and what is known.
    static func neighbour(
        _ bytes: Span<UInt8>, _ body: Range<Int>, isGone: Bool = false
    ) throws(NetlinkError) -> (address: IPAddress, device: Int32, neighbour: Neighbour)? {
        guard body.count >= 12 else { return nil }
        let start = body.lowerBound
        var owner: IPAddress?
        var linkAddress: UInt64?
        var attributes = NetlinkAttributes(start + 12, body.upperBound)
        while let (type, value) = try attributes.next(bytes) {
            switch Int(type) {
            case NDA_DST: owner = address(bytes, value)
            case NDA_LLADDR: linkAddress = Self.linkAddress(bytes, value)
            default: break
            }
        }
        guard let owner else { return nil }
        let bits = isGone ? 0 : bytes.hostUInt16(at: start + 8)
        return (
            owner, Int32(bitPattern: bytes.hostUInt32(at: start + 4)), Neighbour(bits: bits, address: linkAddress)
        )
    }

    private static func linkAddress(_ bytes: Span<UInt8>, _ value: Range<Int>) -> UInt64? {
        guard value.count == 6 else { return nil }
        return UInt64(bytes.uint16(at: value.lowerBound)) << 32 | UInt64(bytes.uint32(at: value.lowerBound + 2))
    }

    private static func address(_ bytes: Span<UInt8>, _ value: Range<Int>) -> IPAddress? {
        switch value.count {
        case 4: IPAddress(v4: bytes.uint32(at: value.lowerBound))
        case 16:
            IPAddress(high: bytes.uint64(at: value.lowerBound), low: bytes.uint64(at: value.lowerBound + 8))
        default: nil
        }
    }
}
