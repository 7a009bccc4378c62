import Trust
import Wire

/// The whole input is a trust list, offered to a phone that has one.
func trustListPromise(_ input: Span<UInt8>) -> String? {
    guard let list = try? TrustList.decode(input) else { return nil }
    let length = list.records.reduce(list.header.length) { $0 + $1.length }
    guard length == input.count else { return "the header and the records do not add up to the file" }
    return headerPromise(list.header) ?? acceptancePromise(input)
}

/// The whole input is a signed file.
func signedFilePromise(_ input: Span<UInt8>) -> String? {
    guard let file = try? SignedFile.decode(input) else { return nil }
    guard file.body == file.header.length..<input.count else { return "the body is not what follows the header" }
    if let broken = headerPromise(file.header) { return broken }
    guard let installed = FuzzedSite.installed else { return "no list to verify with" }
    let bytes = input.bytes(in: 0..<input.count)
    guard (try? SignedFile.verify(bytes, with: installed, fileName: FuzzedSite.fileName)) != nil else { return nil }
    return FuzzedSite.files.contains { $0.bytes == bytes } ? nil : "a file was believed that nobody signed"
}

private func headerPromise(_ header: FileHeader) -> String? {
    guard header.signatureField.upperBound <= header.length else { return "the signature is not in the header" }
    return header.length.isMultiple(of: 4) ? nil : "the header's length"
}

private func acceptancePromise(_ input: Span<UInt8>) -> String? {
    guard let installed = FuzzedSite.installed else { return "no list is installed" }
    let bytes = input.bytes(in: 0..<input.count)
    guard (try? TrustList.verify(bytes, installed: installed)) != nil else { return nil }
    return FuzzedSite.lists.contains { $0.bytes == bytes } ? nil : "a list was taken that no SAST signed"
}
