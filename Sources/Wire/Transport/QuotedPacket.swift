/// The packet that an ICMP error is about, as far as the error quotes it (RFC 792, RFC 4443 section 2.4).
public struct QuotedPacket: Sendable {
    /// Where it starts in the packet that carries the error.
    public var start: Int
    /// Its header; the offsets in it count from ``start``.
    public var ip: IPHeader
    /// UDP's or TCP's ports; of an echo, its identifier twice. Zero for a protocol without ports, and for a fragment that
    /// is not the first.
    public var sourcePort: UInt16
    public var destinationPort: UInt16

    /// Reads the packet that `icmp`, an ICMP error in `packet` behind `ip`, quotes.
    ///
    /// Errors name the quoted packet's layer and fields; their offsets count from the start of `packet`. An error that
    /// quotes less than the 64 bits of transport that RFC 792 promises is refused, since nothing can be told from it.
    public static func decode(
        _ packet: Span<UInt8>, _ ip: IPHeader, _ icmp: ICMPHeader
    ) throws(WireError) -> QuotedPacket {
        guard icmp.kind == .error else { throw WireError(.icmp, .type, .unsupported, at: ip.transportOffset) }
        let start = icmp.payload.lowerBound
        let bytes = packet.extracting(icmp.payload)
        do throws(WireError) {
            let quoted = try IPHeader.decode(bytes, allowTruncation: true)
            guard quoted.isV4 == ip.isV4 else { throw WireError(.icmp, .version, .invalid, at: 0) }
            let ports = try ports(bytes, quoted)
            return QuotedPacket(start: start, ip: quoted, sourcePort: ports.source, destinationPort: ports.destination)
        } catch {
            throw WireError(error.layer, error.field, error.problem, at: start + error.offset)
        }
    }

    private static func ports(
        _ bytes: Span<UInt8>, _ ip: IPHeader
    ) throws(WireError) -> (source: UInt16, destination: UInt16) {
        let start = ip.transportOffset
        guard ip.fragmentOffset == 0, let layer = layer(ip) else { return (0, 0) }
        guard start + 8 <= ip.end else { throw WireError(layer, .header, .truncated, at: start) }
        guard layer == .icmp else { return (bytes.uint16(at: start), bytes.uint16(at: start + 2)) }
        guard ICMPHeader.Kind(type: bytes[start], isV4: ip.isV4).isEcho else { return (0, 0) }
        let identifier = bytes.uint16(at: start + 4)
        return (identifier, identifier)
    }

    private static func layer(_ ip: IPHeader) -> WireError.Layer? {
        switch ip.transport {
        case .udp: .udp
        case .tcp: .tcp
        case .icmp where ip.isV4, .icmpV6 where !ip.isV4: .icmp
        default: nil
        }
    }
}
