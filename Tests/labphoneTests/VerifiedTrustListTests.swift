import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

@testable import labphone

/// Real lists and files, as phones see them.
@Suite struct VerifiedTrustListTests {
    /// Somebody with a key and a certificate.
    private struct Holder: Sendable {
        let certificate: Certificate
        let key: PrivateKey

        init(_ name: String) throws {
            key = try PrivateKey.generateRSA(bits: 1024)
            var template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, name)]))
            template.digest = .sha1
            certificate = try CertificateIssuing.selfSigned(template, key: key, at: time)
        }

        func signer(_ digest: SignatureDigest) throws -> FileSigner {
            try FileSigner(certificate: certificate, key: key, digest: digest)
        }
    }

    private struct Site: Sendable {
        let sast = Result { try Holder("sast") }
        let proxy = Result { try Holder("proxy") }
        let stranger = Result { try Holder("stranger") }
    }

    private static let time = Timestamp(seconds: 1_288_224_000)
    private static let site = Site()
    private let name = "SEP001122334455.cnf.xml.sgn"

    private func record(_ role: TrustRole, _ holder: Holder, _ name: String = "") throws -> TrustRecord {
        TrustRecord(
            role: role, certificate: holder.certificate, dnsName: try #require(Label(name)),
            address: IPAddress(v4: 0x0a0a_001a))
    }

    private func listBytes(by signer: Holder, _ digest: SignatureDigest = .sha1, proxyRole: TrustRole = .ccmTFTP) throws
        -> [UInt8]
    {
        let records = [
            try record(.sast, signer), try record(proxyRole, Self.site.proxy.get(), "ucm.lab.example"),
        ]
        return try TrustList.make(records, signer: signer.signer(digest), time: Self.time)
    }

    private func verified(_ bytes: [UInt8], installed: VerifiedTrustList? = nil) throws -> VerifiedTrustList {
        try VerifiedTrustList(verifying: bytes, installed: installed, digests: [.sha1])
    }

    private func file(_ digest: SignatureDigest = .sha1, by holder: Holder) throws -> [UInt8] {
        try SignedFile.make(name: name, body: Array("<a/>".utf8), signer: holder.signer(digest), time: Self.time)
    }

    @Test func takesAListAndTheFilesThatItVouchesFor() throws {
        let list = try verified(listBytes(by: Self.site.sast.get()))
        #expect(list.signsFiles)
        let body = try list.verify(file(by: Self.site.proxy.get()), named: name, digests: [.sha1])
        #expect(body == Array("<a/>".utf8))
    }

    @Test(arguments: [
        ("10.10.0.26", true), ("ucm.lab.example", true), ("10.10.0.27", false), ("ucm", false), ("", false),
        ("UCM.lab.example", false),
    ])
    func knowsItsCallServers(server: String, isListed: Bool) throws {
        #expect(try verified(listBytes(by: Self.site.sast.get())).listsCallServer(server) == isListed)
    }

    @Test func aListWithoutASignerOfFilesAsksForUnsignedOnes() throws {
        let list = try verified(listBytes(by: Self.site.sast.get(), proxyRole: .ccm))
        #expect(!list.signsFiles)
        #expect(list.listsCallServer("10.10.0.26"))
    }

    @Test func aListOfAStrangerIsRefusedOnceThereIsOne() throws {
        let installed = try verified(listBytes(by: Self.site.sast.get()))
        let other = try listBytes(by: Self.site.stranger.get())
        #expect(throws: Never.self) { try verified(other) }
        #expect(throws: TrustError.self) { try verified(other, installed: installed) }
        let remembered = try VerifiedTrustList(installed: installed.bytes)
        #expect(throws: TrustError.self) { try verified(other, installed: remembered) }
        #expect(throws: Never.self) { try verified(installed.bytes, installed: remembered) }
    }

    @Test func aDigestThatThePhoneCanNotComputeIsRefused() throws {
        let sast = try Self.site.sast.get()
        #expect(throws: TrustError("this phone can not compute sha512")) { try verified(listBytes(by: sast, .sha512)) }
        let list = try verified(listBytes(by: sast))
        let file = try file(.sha512, by: Self.site.proxy.get())
        #expect(throws: TrustError("this phone can not compute sha512")) {
            try list.verify(file, named: name, digests: PhoneModel.sip7961.digests)
        }
        #expect(throws: Never.self) { try list.verify(file, named: name, digests: PhoneModel.sip9971.digests) }
    }

    @Test func everyChangeOfAFileIsNoticed() throws {
        let list = try verified(listBytes(by: Self.site.sast.get()))
        let good = try file(by: Self.site.proxy.get())
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            #expect(throws: TrustError.self, "byte \(index)") { try list.verify(bad, named: name, digests: [.sha1]) }
        }
        for bad in [Array(good.dropLast()), good + [10], [], Array("<a/>".utf8)] {
            #expect(throws: TrustError.self) { try list.verify(bad, named: name, digests: [.sha1]) }
        }
        #expect(throws: TrustError.self) { try list.verify(good, named: "SEP00.cnf.xml.sgn", digests: [.sha1]) }
        let foreign = try file(by: Self.site.stranger.get())
        #expect(throws: TrustError.self) { try list.verify(foreign, named: name, digests: [.sha1]) }
    }

    @Test func everyChangeOfAListIsNoticed() throws {
        let good = try listBytes(by: Self.site.sast.get())
        let installed = try verified(good)
        for index in good.indices {
            var bad = good
            bad[index] ^= 1
            #expect(throws: TrustError.self, "byte \(index)") { try verified(bad, installed: installed) }
        }
    }
}
