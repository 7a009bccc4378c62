import Wire

/// The pcapng format (draft-ietf-opsawg-pcapng): sections of blocks, each section with its own byte order and
/// interfaces.
struct PcapngSections {
    /// What packets need to know of their interface.
    private struct Interface {
        var linkType: LinkType
        var snapLength: Int
        var resolution: TimestampResolution
    }

    private var order: ByteOrder
    /// The current section's interfaces, and where they start among the file's.
    private var interfaces: [Interface] = []
    private var firstInterface = 0
    /// Blocks that hold no packet and that nothing here reads: statistics, name resolution, custom blocks.
    private(set) var skippedBlocks = 0

    /// Reads the first section header when `magic` (the first four bytes) says that there is one; `nil` when not.
    init?(_ input: inout CaptureInput, magic: UInt32) throws(CaptureError) {
        guard magic == PcapngBlock.sectionHeader else { return nil }
        order = .little
        var warnings = WarningLog()
        guard let length = try blockLength(&input, &warnings) else {
            throw .malformed(.fileHeaderTruncated, offset: 0)
        }
        try startSection(input)
        input.advance(length)
    }

    /// The next packet; `nil` at the end of the file. Interfaces described on the way are added to `described`.
    @inline(__always)
    mutating func next(
        _ input: inout CaptureInput, _ described: inout [CaptureInterface], _ warnings: inout WarningLog
    ) throws(CaptureError) -> CaptureRecord? {
        while let length = try blockLength(&input, &warnings) {
            switch input.uint32(at: 0, order) {
            case PcapngBlock.enhancedPacket: return try enhancedPacket(&input, length, &warnings)
            case PcapngBlock.obsoletePacket: return try obsoletePacket(&input, length, &warnings)
            case PcapngBlock.simplePacket: return try simplePacket(&input, length)
            case PcapngBlock.interfaceDescription: try describeInterface(input, length, &described)
            case PcapngBlock.sectionHeader:
                try startSection(input)
                firstInterface = described.count
            default: skippedBlocks += 1
            }
            input.advance(length)
        }
        return nil
    }

    /// Makes sure that the next block is at hand as a whole and returns its length; `nil` at the end of the file.
    @inline(__always)
    private mutating func blockLength(
        _ input: inout CaptureInput, _ warnings: inout WarningLog
    ) throws(CaptureError) -> Int? {
        guard try input.holds(PcapngBlock.overhead) else {
            if !input.isAtEnd { warnings.note(.cutShort, at: input.offset) }
            return nil
        }
        // A section header reads the same in both byte orders, and tells which is meant from here on.
        if input.uint32(at: 0, .big) == PcapngBlock.sectionHeader { order = try sectionByteOrder(input) }
        let length = input.length(at: 4, order)
        guard length >= PcapngBlock.overhead, length.isMultiple(of: 4) else {
            throw .malformed(.blockLength, offset: input.offset + 4)
        }
        guard length <= CaptureLimits.blockLength else { throw .malformed(.blockTooLong, offset: input.offset + 4) }
        guard try input.holds(length) else {
            warnings.note(.cutShort, at: input.offset)
            return nil
        }
        guard input.length(at: length - 4, order) == length else {
            throw .malformed(.trailingLength, offset: input.offset + UInt64(length) - 4)
        }
        return length
    }
}

// MARK: Sections and interfaces

extension PcapngSections {
    private static let sectionHeaderLength = 28
    private static let interfaceHeaderLength = 16

    private func sectionByteOrder(_ input: borrowing CaptureInput) throws(CaptureError) -> ByteOrder {
        switch input.uint32(at: 8, .big) {
        case PcapngBlock.byteOrderMagic: return .big
        case PcapngBlock.byteOrderMagic.byteSwapped: return .little
        default: throw .malformed(.byteOrderMagic, offset: input.offset + 8)
        }
    }

    /// Starts the section whose header block is at hand: its interfaces are numbered from 0 again.
    private mutating func startSection(_ input: borrowing CaptureInput) throws(CaptureError) {
        guard input.length(at: 4, order) >= Self.sectionHeaderLength else {
            throw .malformed(.blockLength, offset: input.offset + 4)
        }
        // Version 1.2 was written by some programs and is the same as 1.0.
        let minorVersion = input.uint16(at: 14, order)
        guard input.uint16(at: 12, order) == 1, minorVersion == 0 || minorVersion == 2 else {
            throw .malformed(.version, offset: input.offset + 12)
        }
        interfaces.removeAll(keepingCapacity: true)
    }

    private mutating func describeInterface(
        _ input: borrowing CaptureInput, _ length: Int, _ described: inout [CaptureInterface]
    ) throws(CaptureError) {
        guard length >= Self.interfaceHeaderLength + 4 else {
            throw .malformed(.blockLength, offset: input.offset + 4)
        }
        guard described.count < CaptureLimits.interfaces else {
            throw .malformed(.tooManyInterfaces, offset: input.offset)
        }
        var interface = Interface(
            linkType: LinkType(rawValue: UInt32(input.uint16(at: 8, order))),
            snapLength: input.length(at: 12, order), resolution: .microseconds)
        var publicly = CaptureInterface(
            name: "", linkType: interface.linkType, snapLength: interface.snapLength)
        try readInterfaceOptions(input, length, &interface, &publicly)
        interfaces.append(interface)
        described.append(publicly)
    }

    private func readInterfaceOptions(
        _ input: borrowing CaptureInput, _ length: Int, _ interface: inout Interface,
        _ described: inout CaptureInterface
    ) throws(CaptureError) {
        let end = length - 4
        var offset = Self.interfaceHeaderLength
        var secondsOffset: Int64 = 0
        while offset + 4 <= end {
            let code = input.uint16(at: offset, order)
            let count = Int(input.uint16(at: offset + 2, order))
            let value = offset + 4
            guard value + count <= end else { throw .malformed(.option, offset: input.offset + UInt64(offset)) }
            switch code {
            case PcapngOption.end: offset = end
            case PcapngOption.interfaceName: described.name = input.interfaceText(at: value, count: count)
            case PcapngOption.interfaceDescription:
                described.description = input.interfaceText(at: value, count: count)
            case PcapngOption.interfaceResolution:
                try require(count, 1, input, offset)
                interface.resolution = TimestampResolution(option: input.uint8(at: value))
            case PcapngOption.interfaceOffset:
                try require(count, 8, input, offset)
                secondsOffset = Int64(bitPattern: input.uint64(at: value, order))
            default: break
            }
            offset = max(offset, value + PcapngBlock.padded(count))
        }
        interface.resolution.offset = secondsOffset
    }

    private func require(
        _ count: Int, _ expected: Int, _ input: borrowing CaptureInput, _ offset: Int
    ) throws(CaptureError) {
        guard count == expected else { throw .malformed(.optionLength, offset: input.offset + UInt64(offset)) }
    }
}

// MARK: Packets

extension PcapngSections {
    @inline(__always)
    private func enhancedPacket(
        _ input: inout CaptureInput, _ length: Int, _ warnings: inout WarningLog
    ) throws(CaptureError) -> CaptureRecord {
        guard length >= 32 else { throw .malformed(.blockLength, offset: input.offset + 4) }
        let number = input.length(at: 8, order)
        return try packet(&input, length, interface: number, &warnings)
    }

    /// The packet block that enhanced packet blocks replaced: 16 bits of interface, 16 of drop count.
    private func obsoletePacket(
        _ input: inout CaptureInput, _ length: Int, _ warnings: inout WarningLog
    ) throws(CaptureError) -> CaptureRecord {
        guard length >= 32 else { throw .malformed(.blockLength, offset: input.offset + 4) }
        let number = Int(input.uint16(at: 8, order))
        return try packet(&input, length, interface: number, &warnings)
    }

    /// What enhanced and obsolete packet blocks have in common: from the timestamp on.
    @inline(__always)
    private func packet(
        _ input: inout CaptureInput, _ length: Int, interface number: Int, _ warnings: inout WarningLog
    ) throws(CaptureError) -> CaptureRecord {
        guard number < interfaces.count else { throw .malformed(.unknownInterface, offset: input.offset + 8) }
        let interface = interfaces[number]
        let captured = input.length(at: 20, order)
        guard captured <= CaptureLimits.packetLength else {
            throw .malformed(.packetTooLong, offset: input.offset + 20)
        }
        guard 28 + PcapngBlock.padded(captured) <= length - 4 else {
            throw .malformed(.capturedLength, offset: input.offset + 20)
        }
        var wire = input.length(at: 24, order)
        if wire < captured {
            warnings.note(.wireLength, at: input.offset)
            wire = captured
        }
        let ticks = UInt64(input.uint32(at: 12, order)) << 32 | UInt64(input.uint32(at: 16, order))
        let timestamp = interface.resolution.timestamp(ticks: ticks)
        if timestamp == nil { warnings.note(.timestampOutOfRange, at: input.offset) }
        input.deliver(frameAt: 28, count: captured, of: length)
        return CaptureRecord(
            timestamp: timestamp, interface: firstInterface + number, linkType: interface.linkType,
            capturedLength: captured, wireLength: wire)
    }

    /// A packet of the section's first interface, without a timestamp; how much was captured is not written down
    /// but follows from the interface's snap length.
    private func simplePacket(_ input: inout CaptureInput, _ length: Int) throws(CaptureError) -> CaptureRecord {
        guard length >= 16 else { throw .malformed(.blockLength, offset: input.offset + 4) }
        guard let interface = interfaces.first else { throw .malformed(.unknownInterface, offset: input.offset) }
        let wire = input.length(at: 8, order)
        let captured = interface.snapLength == 0 ? wire : min(wire, interface.snapLength)
        guard captured <= CaptureLimits.packetLength else {
            throw .malformed(.packetTooLong, offset: input.offset + 8)
        }
        guard 12 + PcapngBlock.padded(captured) <= length - 4 else {
            throw .malformed(.capturedLength, offset: input.offset + 8)
        }
        input.deliver(frameAt: 12, count: captured, of: length)
        return CaptureRecord(
            timestamp: nil, interface: firstInterface, linkType: interface.linkType,
            capturedLength: captured, wireLength: wire)
    }
}
