import Wire

/// Reads the packets of a pcap or pcapng file in order; of one packed with gzip, too.
///
/// Call ``next()`` until it returns `nil`; ``withFrame(_:)`` gives the bytes of the record last returned. One
/// buffer serves the whole file: nothing is allocated per packet. A file that ends in the middle of a packet is
/// read up to there and leaves a warning.
public struct CaptureReader: ~Copyable, Sendable {
    private var input: CaptureInput
    /// Exactly one of these two is there, whichever format the file has.
    private var classic: ClassicPcap?
    private var sections: PcapngSections?
    private var log = WarningLog()
    private var isFinished = false

    /// The interfaces described so far, over all sections; ``CaptureRecord/interface`` is an index into them.
    /// Further ones may turn up between packets.
    public private(set) var interfaces: [CaptureInterface] = []

    /// Opens `path`, or standard input for `-`, and reads the file's header.
    public init(path: String) throws(CaptureError) {
        try self.init(CaptureInput(try FileDescriptor.reading(path)))
    }

    /// Reads a capture file that is already in memory.
    public init(bytes: [UInt8]) throws(CaptureError) {
        try self.init(CaptureInput(bytes: bytes))
    }

    private init(_ input: consuming CaptureInput) throws(CaptureError) {
        self.input = input
        guard try self.input.holds(4) else {
            throw .malformed(self.input.isAtEnd ? .notACapture : .fileHeaderTruncated, offset: 0)
        }
        if GzipReader.isMagic(self.input.uint32(at: 0, .big)) {
            try self.input.unpack()
            guard try self.input.holds(4) else { throw .malformed(.notACapture, offset: 0) }
        }
        let magic = self.input.uint32(at: 0, .big)
        classic = try ClassicPcap(&self.input, magic: magic)
        sections = try PcapngSections(&self.input, magic: magic)
        guard classic != nil || sections != nil else {
            throw .malformed(Self.isCompressed(magic) ? .compressed : .notACapture, offset: 0)
        }
        if let classic {
            interfaces = [
                CaptureInterface(name: "", linkType: classic.linkType, snapLength: classic.snapLength)
            ]
        }
    }

    /// What Wireshark's programs unpack by themselves, and is not unpacked here: gzip within gzip, Zstandard (RFC 8878),
    /// LZ4 frames.
    private static func isCompressed(_ magic: UInt32) -> Bool {
        GzipReader.isMagic(magic) || magic == 0x28b5_2ffd || magic == 0x0422_4d18
    }

    /// The first warnings, at most 64; ``warningCount`` counts all.
    public var warnings: [CaptureWarning] { log.entries }
    public var warningCount: Int { log.count }

    /// pcapng blocks passed over because they hold no packet.
    public var skippedBlocks: Int { sections?.skippedBlocks ?? 0 }

    /// The next packet; `nil` at the end of the file, and after an error.
    public mutating func next() throws(CaptureError) -> CaptureRecord? {
        if isFinished { return nil }
        do throws(CaptureError) {
            let record = try readRecord()
            if record == nil { isFinished = true }
            return record
        } catch {
            isFinished = true
            throw error
        }
    }

    @inline(__always)
    private mutating func readRecord() throws(CaptureError) -> CaptureRecord? {
        if let classic { return try classic.next(&input, &log) }
        return try sections?.next(&input, &interfaces, &log)
    }

    /// Runs `body` on the bytes of the record last returned, which it may change in place; on no bytes before the
    /// first.
    public mutating func withFrame(_ body: (inout MutableSpan<UInt8>) -> Void) {
        input.withFrame(body)
    }
}
