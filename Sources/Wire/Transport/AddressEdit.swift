/// One replacement of an address and perhaps a port, checked in full before the first byte changes.
struct AddressEdit {
    enum Side {
        case source, destination
    }

    private let isV4: Bool
    private let address: IPAddress
    private let port: UInt16
    private let fields: TransportFields?
    /// Offsets into the packet; `nil` for what is not there or stays as it is.
    private let addressOffset: Int
    private let portOffset: Int?
    private let checksumOffset: Int?
    private let headerChecksumOffset: Int?

    /// - Parameter start: where the IP header stands in `packet`, when an ICMP error quotes it. What was not quoted
    ///   of its transport header stays unchanged; in a packet of its own it must be there.
    // Inlined always, as what follows: with the side and the port known, little of it is left.
    @inline(__always)
    init(
        _ packet: Span<UInt8>, _ ip: IPHeader, _ side: Side, _ address: IPAddress, _ port: UInt16?,
        quotedAt start: Int? = nil
    ) throws(WireError) {
        let base = start ?? 0
        isV4 = ip.isV4
        self.address = address
        addressOffset = base + side.addressOffset(isV4: ip.isV4)
        headerChecksumOffset = ip.isV4 ? base + IPv4Field.checksum : nil
        guard address.isV4 == ip.isV4 else { throw side.unsupported(ip, at: addressOffset) }

        self.port = port ?? 0
        let isFirst = ip.fragmentOffset == 0
        portOffset = port != nil && isFirst ? try side.portOffset(packet, ip, base: base) : nil
        let fields = isFirst ? TransportFields(ip) : nil
        self.fields = fields
        guard let fields, fields.coversAddresses || portOffset != nil else {
            checksumOffset = nil
            return
        }
        let offset = base + ip.transportOffset + fields.checksum
        let isThere = offset + 2 <= base + ip.end
        guard isThere || start != nil else { throw ip.truncatedTransport(at: base + ip.transportOffset) }
        checksumOffset = isThere ? offset : nil
    }

    @inline(__always)
    func apply(_ packet: inout MutableSpan<UInt8>) {
        var change = InternetChecksum.change(from: replaceAddress(&packet), to: address.checksumSum)
        if let headerChecksumOffset {
            let checksum = packet.span.uint16(at: headerChecksumOffset)
            packet.store(InternetChecksum.update(checksum, by: change), at: headerChecksumOffset)
        }
        guard let fields else { return }
        if !fields.coversAddresses { change = 0 }
        if let portOffset {
            change &+= InternetChecksum.change(from: UInt64(packet.span.uint16(at: portOffset)), to: UInt64(port))
            packet.store(port, at: portOffset)
        }
        guard let checksumOffset else { return }
        let checksum = packet.span.uint16(at: checksumOffset)
        if fields.zeroMeansNone, checksum == 0 { return }
        packet.store(fields.sent(InternetChecksum.update(checksum, by: change)), at: checksumOffset)
    }

    /// Writes the address, and returns what the old one added to a one's-complement sum.
    @inline(__always)
    private func replaceAddress(_ packet: inout MutableSpan<UInt8>) -> UInt64 {
        if isV4 {
            let old = UInt64(packet.span.uint32(at: addressOffset))
            packet.store(address.v4, at: addressOffset)
            return old
        }
        let old = InternetChecksum.add(packet.span, in: addressOffset..<addressOffset + 16)
        packet.store(address.high, at: addressOffset)
        packet.store(address.low, at: addressOffset + 8)
        return old
    }
}

extension AddressEdit.Side {
    @inline(__always)
    fileprivate func addressOffset(isV4: Bool) -> Int {
        switch self {
        case .source: isV4 ? IPv4Field.source : IPv6Field.source
        case .destination: isV4 ? IPv4Field.destination : IPv6Field.destination
        }
    }

    /// Where the port stands, or the identifier of an ICMP echo, which serves both sides.
    @inline(__always)
    fileprivate func portOffset(_ packet: Span<UInt8>, _ ip: IPHeader, base: Int) throws(WireError) -> Int {
        let start = base + ip.transportOffset
        let end = base + ip.end
        let offset: Int
        switch ip.transport {
        case .udp, .tcp:
            offset = self == .source ? start : start + 2
        case .icmp where ip.isV4, .icmpV6 where !ip.isV4:
            guard start < end else { throw ip.truncatedTransport(at: start) }
            guard ICMPHeader.Kind(type: packet[start], isV4: ip.isV4).isEcho else { throw unsupported(ip, at: start) }
            offset = start + 4
        default:
            throw unsupported(ip, at: start)
        }
        guard offset + 2 <= end else { throw ip.truncatedTransport(at: start) }
        return offset
    }

    fileprivate func unsupported(_ ip: IPHeader, at offset: Int) -> WireError {
        WireError(ip.isV4 ? .ipv4 : .ipv6, self == .source ? .source : .destination, .unsupported, at: offset)
    }
}

extension IPHeader {
    fileprivate func truncatedTransport(at offset: Int) -> WireError {
        switch transport {
        case .udp: WireError(.udp, .header, .truncated, at: offset)
        case .tcp: WireError(.tcp, .header, .truncated, at: offset)
        default: WireError(.icmp, .header, .truncated, at: offset)
        }
    }
}
