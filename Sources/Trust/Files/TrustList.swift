import Wire

/// A certificate trust list (`CTLFile.tlv`): whom a phone trusts, signed by a System Administrator Security Token.
public struct TrustList: Hashable, Sendable {
    public var header: FileHeader
    public var records: [TrustRecord]

    /// Reads a whole list: its form, not whether it is to be trusted, which ``verify(_:installed:fileName:)`` says.
    public static func decode(_ file: Span<UInt8>) throws(FileFormatError) -> TrustList {
        guard file.count <= FileLimits.readList else {
            throw FileFormatError(.file, .length, .tooLarge, at: FileLimits.readList)
        }
        var list = TrustList(header: try FileHeader.decode(file), records: [])
        var offset = list.header.length
        while offset < file.count {
            let number = list.records.count + 1
            guard number <= FileLimits.records else {
                throw FileFormatError(.file, .recordLength, .tooMany, at: offset)
            }
            let (record, end) = try TrustRecord.decode(file, number: number, at: offset)
            list.records.append(record)
            offset = end
        }
        return list
    }

    /// A list in the layout of Unified CM.
    public static func make(
        _ records: [TrustRecord], signer: FileSigner, time: Timestamp
    ) throws(TrustError) -> [UInt8] {
        var body: [UInt8] = []
        for record in records { body += try record.encode() }
        let list = try signer.sealList(body, name: TrustFileName.trustList, time: time)
        guard list.count <= FileLimits.madeList else {
            throw TrustError("a trust list of \(list.count) bytes is more than phones take (\(FileLimits.madeList))")
        }
        return list
    }
}
