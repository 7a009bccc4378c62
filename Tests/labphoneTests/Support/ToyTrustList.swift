import ConfigLanguage
import Trust

@testable import labphone

/// A trust list in plain words, for tests of what a phone does with lists and not of how they are verified:
/// `list SIGNER servers=A,B signs`. A signed file is `signed NAME:BODY`.
struct ToyTrustList: PhoneTrustList {
    let bytes: [UInt8]
    private let words: [String]

    static func list(signer: String = "sast", servers: String = "10.10.0.26", signs: Bool = true) -> [UInt8] {
        Array("list \(signer) servers=\(servers)\(signs ? " signs" : "")".utf8)
    }

    static func signed(_ name: String, _ body: String) -> [UInt8] { Array("signed \(name):\(body)".utf8) }

    init(verifying bytes: [UInt8], installed: ToyTrustList?, digests: [SignatureDigest]) throws(TrustError) {
        try self.init(installed: bytes)
        if let installed, installed.words[1] != words[1] { throw TrustError("other signer") }
    }

    init(installed bytes: [UInt8]) throws(TrustError) {
        self.bytes = bytes
        words = String(decoding: bytes, as: UTF8.self).split(separator: " ").map(String.init)
        guard words.first == "list", words.count >= 3 else { throw TrustError("not a list") }
    }

    var signsFiles: Bool { words.contains("signs") }

    func listsCallServer(_ name: String) -> Bool {
        words[2].dropFirst("servers=".count).split(separator: ",").contains { $0 == name }
    }

    func verify(_ file: [UInt8], named name: String, digests: [SignatureDigest]) throws(TrustError) -> [UInt8] {
        let start = Array("signed \(name):".utf8)
        guard file.starts(with: start) else { throw TrustError("not signed as \(name)") }
        return Array(file.dropFirst(start.count))
    }
}
