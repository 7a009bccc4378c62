import Wire

/// Makes whole, correct IP packets: lengths and checksums are right unless a test damages them afterwards.
///
///     let packet = PacketBuilder(from: phone, to: server).udp(from: 50_000, to: 69, payload)
public struct PacketBuilder: Sendable {
    /// One IPv6 extension header: its protocol number and everything behind its next-header byte.
    public struct ExtensionHeader: Sendable {
        public var number: IPProtocol
        public var rest: [UInt8]

        public init(_ number: IPProtocol, _ rest: [UInt8]) {
            self.number = number
            self.rest = rest
        }

        /// A hop-by-hop, routing or destination options header of `units` further eight-byte units, of padding only.
        public static func padding(_ number: IPProtocol, units: Int = 0) -> ExtensionHeader {
            // A routing header whose segments are all behind it (type 0) reads the same as two Pad1 options.
            let padding = [UInt8](repeating: 0, count: 6 + units * 8)
            return ExtensionHeader(number, [UInt8(units)] + padding)
        }
    }

    public var source: IPAddress
    public var destination: IPAddress
    public var timeToLive: UInt8 = 64
    public var identification: UInt32 = 0x1234
    /// RFC 791's Don't Fragment; IPv6 has no such bit.
    public var dontFragment = false
    /// IPv4 options, padded to whole words when the packet is made.
    public var options: [UInt8] = []
    /// IPv6 extension headers, in order, before any fragment header.
    public var extensionHeaders: [ExtensionHeader] = []

    /// `source` and `destination` are of one family, which is the packet's.
    public init(from source: IPAddress, to destination: IPAddress) {
        self.source = source
        self.destination = destination
    }

    // MARK: Transport

    /// `checksum: false` sends none (the field is zero), as RFC 768 allows over IPv4.
    public func udp(
        from sourcePort: UInt16, to destinationPort: UInt16, _ payload: [UInt8] = [], checksum: Bool = true
    ) -> [UInt8] {
        let header = bigEndian(sourcePort) + bigEndian(destinationPort) + bigEndian(UInt16(8 + payload.count)) + [0, 0]
        var segment = header + payload
        if checksum { fillChecksum(&segment, .udp, at: UDPHeader.checksumOffset) }
        return packet(.udp, segment)
    }

    /// `options` are padded to whole words.
    public func tcp(
        from sourcePort: UInt16, to destinationPort: UInt16, _ payload: [UInt8] = [],
        flags: TCPHeader.Flags = .acknowledge, sequence: UInt32 = 0, acknowledgment: UInt32 = 0,
        window: UInt16 = 64_240, options: [UInt8] = []
    ) -> [UInt8] {
        let padded = Self.padded(options)
        var segment = bigEndian(sourcePort) + bigEndian(destinationPort) + bigEndian(sequence)
        segment += bigEndian(acknowledgment) + [UInt8((20 + padded.count) / 4) << 4, flags.rawValue]
        segment += bigEndian(window) + [0, 0, 0, 0] + padded + payload
        fillChecksum(&segment, .tcp, at: TCPHeader.checksumOffset)
        return packet(.tcp, segment)
    }

    /// An ICMP or ICMPv6 message; `word` is the second half of its header (identifier and sequence, or MTU).
    public func icmp(type: UInt8, code: UInt8 = 0, word: UInt32 = 0, _ body: [UInt8] = []) -> [UInt8] {
        var message = [type, code, 0, 0] + bigEndian(word) + body
        let transport: IPProtocol = source.isV4 ? .icmp : .icmpV6
        fillChecksum(&message, transport, at: ICMPHeader.checksumOffset)
        return packet(transport, message)
    }

    /// An echo request or reply of this packet's family.
    public func echo(reply: Bool = false, identifier: UInt16, sequence: UInt16 = 1, _ body: [UInt8] = []) -> [UInt8] {
        let type: UInt8 = source.isV4 ? (reply ? 0 : 8) : (reply ? 129 : 128)
        return icmp(type: type, word: UInt32(identifier) << 16 | UInt32(sequence), body)
    }

    /// "Port unreachable" about `packet`, of which the first `quoting` bytes go along (RFC 792 sends 28, RFC 1812 more).
    public func unreachable(quoting packet: [UInt8], first count: Int = 576) -> [UInt8] {
        let quoted = Array(packet.prefix(count))
        return source.isV4 ? icmp(type: 3, code: 3, quoted) : icmp(type: 1, code: 4, quoted)
    }

    /// The checksum of a transport's bytes, pseudo-header included where the transport has one.
    public func transportChecksum(_ segment: [UInt8], _ transport: IPProtocol) -> UInt16 {
        if transport == .icmp { return referenceChecksum(segment) }
        let checksum = referenceChecksum(
            pseudoHeader(source, destination, transport, length: segment.count) + segment)
        return transport == .udp ? udpChecksumField(checksum) : checksum
    }

    private func fillChecksum(_ segment: inout [UInt8], _ transport: IPProtocol, at offset: Int) {
        segment.replaceSubrange(offset..<offset + 2, with: bigEndian(transportChecksum(segment, transport)))
    }

    static func padded(_ options: [UInt8]) -> [UInt8] {
        options + [UInt8](repeating: 0, count: (4 - options.count % 4) % 4)
    }
}
