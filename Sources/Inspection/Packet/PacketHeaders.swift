import Wire

/// The decoded headers of one IP packet: what every later step looks at.
struct PacketHeaders {
    var ip: IPHeader
    /// UDP and TCP ports; for ICMP echo the identifier stands in both, so that a reply finds its request.
    var sourcePort: UInt16 = 0
    var destinationPort: UInt16 = 0
    /// Behind the transport header, as offsets into the packet.
    var payload: Range<Int>
    var tcp: TCPHeader?
    var icmp: ICMPHeader?

    // Inlined always, so that it is made where it is used.
    @inline(__always)
    static func decode(_ packet: Span<UInt8>, _ ip: IPHeader) throws(WireError) -> PacketHeaders {
        var headers = PacketHeaders(ip: ip, payload: ip.transportOffset..<ip.end)
        switch ip.transport {
        case .udp:
            let udp = try UDPHeader.decode(packet, ip)
            headers.sourcePort = udp.sourcePort
            headers.destinationPort = udp.destinationPort
            headers.payload = udp.payload
        case .tcp:
            let tcp = try TCPHeader.decode(packet, ip)
            headers.sourcePort = tcp.sourcePort
            headers.destinationPort = tcp.destinationPort
            headers.payload = tcp.payload
            headers.tcp = tcp
        case .icmp where ip.isV4, .icmpV6 where !ip.isV4:
            let icmp = try ICMPHeader.decode(packet, ip)
            headers.sourcePort = icmp.identifier
            headers.destinationPort = icmp.identifier
            headers.payload = icmp.payload
            headers.icmp = icmp
        default:
            break
        }
        return headers
    }

    /// The key of the flow that this packet belongs to, as seen on `ingress`.
    @inline(__always)
    func key(on ingress: InterfaceIndex) -> FlowKey {
        FlowKey(
            source: ip.source, destination: ip.destination, sourcePort: sourcePort, destinationPort: destinationPort,
            transport: ip.transport, interface: ingress)
    }
}

extension DropReason {
    /// The counter that a decoder's refusal goes to.
    init(_ error: WireError) {
        switch (error.layer, error.field) {
        case (.ipv4, .version): self = .unsupportedIPVersion
        case (.ipv4, .totalLength), (.ipv4, .header), (.ipv6, .payloadLength), (.ipv6, .header): self = .invalidIPLength
        case (.ipv4, _), (.ipv6, _): self = .invalidIPHeader
        case (.udp, _): self = .invalidUDPLength
        case (.tcp, _): self = .invalidTCPHeaderLength
        case (.icmp, _): self = .invalidICMPLength
        default: self = .invalidEncapsulation
        }
    }
}
