extension LinkFrame {
    /// Attributes before the payload; Linux writes a dozen at most.
    private static let maximumAttributes = 64
    /// `NFULA_PAYLOAD`.
    private static let payloadAttribute: UInt16 = 9

    /// `LINKTYPE_NFLOG`: family, version, resource, then attributes of length, type and value. The lengths and types are
    /// in the byte order of the machine that wrote them, each attribute is padded to four bytes.
    static func nflog(_ frame: Span<UInt8>) throws(WireError) -> LinkFrame {
        guard frame.count >= 4 else { throw WireError(.nflog, .header, .truncated, at: 0) }
        let etherType: UInt16
        switch frame[0] {
        case 2: etherType = ipv4EtherType
        case 10: etherType = ipv6EtherType
        default: throw WireError(.nflog, .family, .unsupported, at: 0)
        }
        guard frame[1] == 0 else { throw WireError(.nflog, .version, .unsupported, at: 1) }
        return LinkFrame(etherType: etherType, payloadOffset: try nflogPayload(frame))
    }

    private static func nflogPayload(_ frame: Span<UInt8>) throws(WireError) -> Int {
        var offset = 4
        guard frame.count >= offset + 4 else { throw WireError(.nflog, .option, .truncated, at: offset) }
        // No attribute number reaches 256, and the first one is never flagged as nested: its zero byte tells the order.
        let isLittleEndian = frame[offset + 2] != 0
        for _ in 0..<maximumAttributes {
            guard frame.count >= offset + 4 else { throw WireError(.nflog, .option, .truncated, at: offset) }
            let words = (frame.uint16(at: offset), frame.uint16(at: offset + 2))
            let (length, type) = isLittleEndian ? (words.0.byteSwapped, words.1.byteSwapped) : words
            guard length >= 4 else { throw WireError(.nflog, .option, .invalid, at: offset) }
            // The payload is last, and a snapshot length may have cut it: its own header says how long it is.
            if type == payloadAttribute { return offset + 4 }
            let padded = (Int(length) + 3) & ~3
            guard offset + padded <= frame.count else { throw WireError(.nflog, .option, .truncated, at: offset) }
            offset += padded
        }
        throw WireError(.nflog, .option, .tooLong, at: offset)
    }
}
