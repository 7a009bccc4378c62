import ConfigLanguage
import Trust
import Wire

/// A trust list and what stands in it, by the rules that phones keep.
struct VerifiedTrustList: PhoneTrustList {
    let bytes: [UInt8]
    private let list: TrustList

    init(verifying bytes: [UInt8], installed: VerifiedTrustList?, digests: [SignatureDigest]) throws(TrustError) {
        do throws(FileRejection) {
            list = try TrustList.verify(bytes, installed: installed?.list, fileName: "CTLFile.tlv")
        } catch {
            throw TrustError(error.description)
        }
        try Self.requireKnown(list.header.digest, digests)
        self.bytes = bytes
    }

    init(installed bytes: [UInt8]) throws(TrustError) {
        do throws(FileFormatError) {
            list = try TrustList.decode(bytes.span)
        } catch {
            throw TrustError(error.description)
        }
        self.bytes = bytes
    }

    var signsFiles: Bool { list.records.contains { $0.role.signsFiles && $0.certificate != nil } }

    func listsCallServer(_ name: String) -> Bool {
        list.records.contains { record in
            guard record.role == .ccm || record.role == .ccmTFTP, record.certificate != nil else { return false }
            return record.dnsName.map { Array(name.utf8) == $0.bytes } ?? false || record.hasAddress(name)
        }
    }

    func verify(_ file: [UInt8], named name: String, digests: [SignatureDigest]) throws(TrustError) -> [UInt8] {
        let signed: SignedFile
        do throws(FileRejection) {
            signed = try SignedFile.verify(file, with: list, fileName: name)
        } catch {
            throw TrustError(error.description)
        }
        try Self.requireKnown(signed.header.digest, digests)
        return Array(file[signed.body])
    }

    private static func requireKnown(_ digest: SignatureDigest, _ known: [SignatureDigest]) throws(TrustError) {
        guard known.contains(digest) else { throw TrustError("this phone can not compute \(digest.rawValue)") }
    }
}

extension TrustRecord {
    fileprivate func hasAddress(_ text: String) -> Bool {
        guard let own = address, own.count == 4, let other = IPAddress(text), other.isV4 else { return false }
        return own.reduce(0) { $0 << 8 | UInt32($1) } == other.v4
    }
}
