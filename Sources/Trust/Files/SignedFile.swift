import Wire

/// A file for phones with its signature in front (`NAME.sgn`).
public struct SignedFile: Hashable, Sendable {
    public var header: FileHeader
    /// Where the file itself stands, unchanged, up to the end.
    public var body: Range<Int>

    /// Reads the header: its form, not whether the file is to be trusted, which ``verify(_:with:fileName:)`` says.
    public static func decode(_ file: Span<UInt8>) throws(FileFormatError) -> SignedFile {
        guard file.count <= FileLimits.signedFile else {
            throw FileFormatError(.file, .length, .tooLarge, at: FileLimits.signedFile)
        }
        let header = try FileHeader.decode(file)
        return SignedFile(header: header, body: header.length..<file.count)
    }

    /// Signs `body` under `name`, which is the name that phones ask for, with its folder and with `.sgn`.
    public static func make(
        name: String, body: [UInt8], signer: FileSigner, time: Timestamp
    ) throws(TrustError) -> [UInt8] {
        // A list of trust is signed by a SAST and by nobody else, whoever may ask for it.
        guard name.hasSuffix(".sgn"), let label = Label(name) else {
            throw TrustError("the name of a signed file ends with .sgn")
        }
        guard body.count <= FileLimits.signedFile else { throw TrustError("\(body.count) bytes are too many to sign") }
        return try signer.sealFile(body, name: label, time: time)
    }

    /// Reads a file as a phone would that has `list` for its trust list.
    ///
    /// - Parameter fileName: what the phone asked for; `nil` when that is not known.
    public static func verify(
        _ file: [UInt8], with list: TrustList, fileName: String? = nil
    ) throws(FileRejection) -> SignedFile {
        let signed: SignedFile
        do throws(FileFormatError) { signed = try decode(file.span) } catch { throw .malformed(error) }
        if let fileName { try signed.header.requireName(fileName) }
        guard list.record(of: signed.header.signer, { _ in true }) != nil else { throw .unknownSigner }
        guard let signer = list.record(of: signed.header.signer, \.signsFiles) else { throw .signerWithoutRole }
        try signed.header.verifySignature(over: file, with: signer.record, number: signer.number)
        return signed
    }
}
