import Wire

/// The classic pcap format (draft-ietf-opsawg-pcap): one file header, then packets of one link type.
struct ClassicPcap {
    private static let fileHeaderLength = 24

    private let order: ByteOrder
    private let nanosecondsPerTick: Int64
    private let recordHeaderLength: Int
    /// Files before version 2.4 have the two lengths of a packet in either order.
    private let mayHaveSwappedLengths: Bool
    let linkType: LinkType
    let snapLength: Int

    /// Reads the file header when `magic` (the first four bytes, big-endian) is one of this format's; `nil` when not.
    init?(_ input: inout CaptureInput, magic: UInt32) throws(CaptureError) {
        switch magic {
        case 0xa1b2_c3d4, 0xa1b2_3c4d, 0xa1b2_cd34: order = .big
        case 0xd4c3_b2a1, 0x4d3c_b2a1, 0x34cd_b2a1: order = .little
        default: return nil
        }
        let magic = order == .big ? magic : magic.byteSwapped
        nanosecondsPerTick = magic == 0xa1b2_3c4d ? 1 : 1_000
        // Alexey Kuznetzov's variant adds interface index, protocol and packet type to each packet's header.
        recordHeaderLength = magic == 0xa1b2_cd34 ? 24 : 16
        guard try input.holds(Self.fileHeaderLength) else { throw .malformed(.fileHeaderTruncated, offset: 0) }
        let minorVersion = input.uint16(at: 6, order)
        guard input.uint16(at: 4, order) == 2, minorVersion <= 4 else { throw .malformed(.version, offset: 4) }
        mayHaveSwappedLengths = minorVersion < 4
        snapLength = input.length(at: 16, order)
        // The upper half of the field tells the length of frame check sequences, not the link type.
        linkType = LinkType(rawValue: input.uint32(at: 20, order) & 0xffff)
        input.advance(Self.fileHeaderLength)
    }

    /// The next packet; `nil` at the end of the file.
    @inline(__always)
    func next(_ input: inout CaptureInput, _ warnings: inout WarningLog) throws(CaptureError) -> CaptureRecord? {
        guard try input.holds(recordHeaderLength) else {
            if !input.isAtEnd { warnings.note(.cutShort, at: input.offset) }
            return nil
        }
        var captured = input.length(at: 8, order)
        var wire = input.length(at: 12, order)
        if mayHaveSwappedLengths, captured > wire { swap(&captured, &wire) }
        guard captured <= CaptureLimits.packetLength else { throw .malformed(.packetTooLong, offset: input.offset) }
        guard try input.holds(recordHeaderLength + captured) else {
            warnings.note(.cutShort, at: input.offset)
            return nil
        }
        if wire < captured {
            warnings.note(.wireLength, at: input.offset)
            wire = captured
        }
        let fraction = Int64(input.uint32(at: 4, order)) * nanosecondsPerTick
        let timestamp = Timestamp(seconds: Int64(input.uint32(at: 0, order)), nanoseconds: fraction)
        input.deliver(frameAt: recordHeaderLength, count: captured, of: recordHeaderLength + captured)
        return CaptureRecord(
            timestamp: timestamp, interface: 0, linkType: linkType, capturedLength: captured, wireLength: wire)
    }
}
