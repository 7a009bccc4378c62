import Wire

/// The UDP datagram in a packet for a media termination address.
struct Datagram {
    var source: Endpoint
    /// The box's.
    var destination: Endpoint
    /// As offsets into the packet.
    var payload: Range<Int>
    /// The byte with DSCP and ECN.
    var trafficClass: UInt8

    @inline(__always)
    init(_ packet: Span<UInt8>, isTruncated: Bool) throws(MediaDropReason) {
        guard !isTruncated else { throw .packetTooBig }
        guard let ip = try? IPHeader.decode(packet) else { throw .invalidIPHeader }
        guard !ip.isFragment else { throw .fragment }
        guard ip.transport == .udp else { throw .invalidIPHeader }
        guard let udp = try? UDPHeader.decode(packet, ip) else { throw .invalidUDPLength }
        source = Endpoint(ip.source, udp.sourcePort)
        destination = Endpoint(ip.destination, udp.destinationPort)
        payload = udp.payload
        trafficClass = ip.isV4 ? packet[1] : packet[0] << 4 | packet[1] >> 4
    }

    /// Checks what the kernel would have checked, had the packet been for it.
    @inline(__always)
    func verify(_ packet: Span<UInt8>) throws(MediaDropReason) {
        let start = payload.lowerBound - UDPHeader.length
        if destination.address.isV4 {
            let header = Int(packet[0] & 0x0f) * 4
            guard IPHeader.hasValidV4Checksum(packet, headerLength: header) else { throw .invalidIPHeader }
        }
        if packet.uint16(at: start + UDPHeader.checksumOffset) == 0 {
            // RFC 768: none was made; RFC 8200 section 8.1 does not allow that.
            if destination.address.isV4 { return }
            throw .invalidUDPChecksum
        }
        let sum = InternetChecksum.pseudoHeader(
            source: source.address, destination: destination.address, transport: .udp,
            length: payload.upperBound - start)
        let checksum = InternetChecksum.add(packet, in: start..<payload.upperBound, to: sum)
        guard InternetChecksum.finish(checksum) == 0 else { throw .invalidUDPChecksum }
    }
}
