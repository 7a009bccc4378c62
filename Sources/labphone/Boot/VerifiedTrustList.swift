import ConfigLanguage
import Trust

struct VerifiedTrustList: PhoneTrustList {
    let bytes: [UInt8] = []
    init(verifying bytes: [UInt8], installed: VerifiedTrustList?, digests: [SignatureDigest]) throws(TrustError) {
        throw TrustError("stub")
    }
    init(installed bytes: [UInt8]) throws(TrustError) { throw TrustError("stub") }
    var signsFiles: Bool { false }
    func listsCallServer(_ name: String) -> Bool { false }
    func verify(_ file: [UInt8], named name: String, digests: [SignatureDigest]) throws(TrustError) -> [UInt8] { [] }
}
