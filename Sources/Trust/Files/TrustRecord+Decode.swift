import Wire

extension TrustRecord {
    /// Reads the record number `number` (from 1) at `offset`, and says where the next one starts.
    static func decode(
        _ file: Span<UInt8>, number: Int, at offset: Int
    ) throws(FileFormatError) -> (record: TrustRecord, end: Int) {
        var head = FieldReader(.record(number), in: offset..<file.count)
        guard head.tag(file) == RecordTag.recordLength.rawValue else { throw head.error(.recordLength, .missing) }
        let value = try head.value(file, of: .recordLength)
        guard value.count == 2 else { throw FileFormatError(head.part, .recordLength, .wrongLength, at: offset) }
        let length = Int(file.uint16(at: value.lowerBound))
        guard length >= head.offset - offset else {
            throw FileFormatError(head.part, .recordLength, .wrongLength, at: offset)
        }
        guard length <= file.count - offset else {
            throw FileFormatError(head.part, .recordLength, .truncated, at: offset)
        }
        let fields = FieldReader(head.part, in: head.offset..<offset + length)
        return (try decode(file, fields), offset + length)
    }

    /// The fields may stand in any order, each once.
    private static func decode(_ file: Span<UInt8>, _ fields: FieldReader) throws(FileFormatError) -> TrustRecord {
        var fields = fields
        let start = fields.offset
        var record = TrustRecord(role: .sast)
        var seen: Set<RecordTag> = []
        while let raw = fields.tag(file) {
            guard let tag = RecordTag(rawValue: raw), tag != .recordLength else {
                throw fields.error(.tag, .unknown)
            }
            guard seen.insert(tag).inserted else { throw fields.error(tag.field, .repeated) }
            let value = try fields.value(file, of: tag.field)
            try record.set(tag, file, value, fields.part)
        }
        guard seen.contains(.function) else { throw FileFormatError(fields.part, .function, .missing, at: start) }
        return record
    }

    private mutating func set(
        _ tag: RecordTag, _ file: Span<UInt8>, _ value: Range<Int>, _ part: FileFormatError.Part
    ) throws(FileFormatError) {
        guard tag.lengths.contains(value.count) else {
            throw FileFormatError(part, tag.field, .wrongLength, at: value.lowerBound - FieldReader.headSize)
        }
        switch tag {
        case .recordLength: break
        case .dnsName: dnsName = try Label.decode(file, in: value, part, tag.field)
        case .subjectName: subjectName = try Label.decode(file, in: value, part, tag.field)
        case .function: role = TrustRole(rawValue: file.uint16(at: value.lowerBound))
        case .issuerName: issuerName = try Label.decode(file, in: value, part, tag.field)
        case .serialNumber: serialNumber = file.bytes(in: value)
        case .publicKey: publicKey = file.bytes(in: value)
        case .signature: signature = file.bytes(in: value)
        case .certificate: certificate = file.bytes(in: value)
        case .ipAddress: address = file.bytes(in: value)
        case .certificateHash: certificateHash = file.bytes(in: value)
        case .hashAlgorithm: hashAlgorithm = file[value.lowerBound]
        }
    }
}

extension RecordTag {
    /// How many bytes a value can have.
    fileprivate var lengths: ClosedRange<Int> {
        switch self {
        case .recordLength, .function: 2...2
        case .dnsName, .subjectName, .issuerName: FileLimits.name
        case .serialNumber: FileLimits.serialNumber
        case .publicKey, .signature: 1...4096
        case .certificate: 1...Int(UInt16.max)
        case .ipAddress: 0...64
        case .certificateHash: 1...64
        case .hashAlgorithm: 1...1
        }
    }
}
