import Wire

/// The Internet checksum in its plainest form (RFC 1071 section 4.1), sharing no code with the module under test.
public func referenceChecksum(_ bytes: [UInt8]) -> UInt16 {
    var sum: UInt32 = 0
    for (index, byte) in bytes.enumerated() {
        sum += index.isMultiple(of: 2) ? UInt32(byte) << 8 : UInt32(byte)
        if sum > 0xffff { sum = (sum & 0xffff) + 1 }
    }
    return ~UInt16(sum)
}

/// The pseudo-header's bytes, in the layout of RFC 768 or of RFC 8200 section 8.1.
public func pseudoHeader(
    _ source: IPAddress, _ destination: IPAddress, _ transport: IPProtocol, length: Int
) -> [UInt8] {
    let addresses = source.headerBytes + destination.headerBytes
    return source.isV4
        ? addresses + [0, transport.rawValue] + bigEndian(UInt16(length))
        : addresses + bigEndian(UInt32(length)) + [0, 0, 0, transport.rawValue]
}

/// A UDP checksum field: a sum of zero is sent as 0xffff.
public func udpChecksumField(_ checksum: UInt16) -> UInt16 { checksum == 0 ? 0xffff : checksum }
