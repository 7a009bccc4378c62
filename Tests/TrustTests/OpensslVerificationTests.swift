import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

/// A second opinion, from a script that has OpenSSL and no code of ours: `Tests/Lab/verify-with-openssl.sh`.
@Suite struct OpensslVerificationTests {
    private static let script = TestFiles.repositoryRoot() + "/Tests/Lab/verify-with-openssl.sh"
    private let site: PhoneFileSite
    private let folder: TemporaryFolder

    init() throws {
        site = try PhoneFileSite.shared.get()
        folder = try TemporaryFolder()
    }

    /// Runs the script on files in the folder; what it said of each, in its last words.
    private func verify(_ files: [(name: String, bytes: [UInt8])]) throws -> (status: Int32, verdicts: [String]) {
        let paths = try files.map { try folder.write($0.name, $0.bytes) }
        let result = try processOutput([Self.script] + paths)
        return (result.status, result.lines.map { $0.split(separator: ": ").last.map(String.init) ?? "" })
    }

    @Test(arguments: SignatureDigest.allCases)
    func opensslVerifiesWhatWeMake(digest: SignatureDigest) throws {
        let list = try TrustList.make(site.records(), signer: site.sast0.signer(digest), time: PhoneFileSite.time)
        let files = try [[], [0, 13, 10], [UInt8](repeating: 0x41, count: 200_000)].map { body in
            let name = "\(body.count).cnf.xml.sgn"
            let signer = try site.proxy.signer(digest)
            return (name, try SignedFile.make(name: name, body: body, signer: signer, time: PhoneFileSite.time))
        }
        let result = try verify([("CTLFile.tlv", list)] + files)
        #expect(result.verdicts == Array(repeating: "Verified OK", count: 4))
        #expect(result.status == 0)
    }

    @Test func opensslVerifiesNothingElse() throws {
        let list = try site.list()
        let file = try site.file("a.xml.sgn", [1, 2, 3])
        var changed = file
        changed[file.count - 1] ^= 1
        let stranger = try site.file("b.xml.sgn", [1], by: site.stranger)
        let result = try verify([
            ("CTLFile.tlv", list), ("a.xml.sgn", changed), ("b.xml.sgn", stranger), ("c.xml.sgn", file),
        ])
        let expected = ["Verified OK", "Verification failure", "no record of the list is the signer's", "Verified OK"]
        #expect(result.verdicts == expected)
        #expect(result.status != 0)
    }
}
