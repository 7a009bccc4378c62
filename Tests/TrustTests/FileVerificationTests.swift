import TestSupport
import Testing
import Wire

@testable import Trust

/// Whom phones believe, and whom they must not.
@Suite struct FileVerificationTests {
    private let site: PhoneFileSite
    private let installed: TrustList

    init() throws {
        site = try PhoneFileSite.shared.get()
        installed = try TrustList.verify(site.list())
    }

    @Test func aListOfOursIsTakenFirstAndAsTheNext() throws {
        let first = try TrustList.verify(site.list(), fileName: "CTLSEP001122334455.tlv")
        #expect(first.records == (try site.records()))
        let next = try site.list(by: site.sast1)
        #expect(PhoneFileSite.rejection(list: next, installed: first, fileName: "CTLFile.tlv") == nil)
    }

    @Test func aStrangersListIsNotTakenByAPhoneThatHasOne() throws {
        let list = try site.list([site.stranger.record(.sast), site.proxy.record(.ccmTFTP)], by: site.stranger)
        #expect(PhoneFileSite.rejection(list: list) == nil)
        #expect(PhoneFileSite.rejection(list: list, installed: installed) == .signerNotInstalled)
    }

    /// A new key under the old name and serial number.
    @Test func aSASTWithAnotherKeyIsNotTheSASTThatThePhoneKnows() throws {
        var forged = try site.stranger.record(.sast)
        let known = try site.sast0.record(.sast)
        forged.issuerName = known.issuerName
        forged.serialNumber = known.serialNumber
        forged.certificate = nil
        var file = HandMadeFile("CTLFile.tlv", site.sast0, body: try forged.encode())
        file.modulus = [1]
        let list = try file.signed(by: site.stranger.key)
        #expect(PhoneFileSite.rejection(list: list) == nil)
        #expect(PhoneFileSite.rejection(list: list, installed: installed) == .otherKeyInstalled)
    }

    @Test(
        "records that contradict their certificate, under a good signature",
        arguments: [
            "serial", "key", "signature", "garbage", "trailing", "no issuer", "no serial", "no subject", "no key",
        ])
    func contradictions(what: String) throws {
        var record = try site.proxy.record(.ccmTFTP)
        let other = try site.capf.record(.capf)
        let expected: FileRejection?
        switch what {
        case "serial": (record.serialNumber, expected) = ([9, 9], .notOfTheCertificate(record: 2, .serialNumber))
        case "key": (record.publicKey, expected) = (other.publicKey, .notOfTheCertificate(record: 2, .publicKey))
        case "signature": (record.signature, expected) = (other.signature, .notOfTheCertificate(record: 2, .signature))
        case "no issuer": (record.issuerName, expected) = (nil, .incompleteRecord(2, .issuerName))
        case "no serial": (record.serialNumber, expected) = (nil, .incompleteRecord(2, .serialNumber))
        case "no subject": (record.subjectName, expected) = (nil, .incompleteRecord(2, .subjectName))
        case "no key": (record.publicKey, expected) = (nil, .incompleteRecord(2, .publicKey))
        case "garbage": (record.certificate, expected) = ([0x30, 0], nil)
        default: (record.certificate, expected) = (try #require(record.certificate) + [0], nil)
        }
        let list = try site.list([site.sast0.record(.sast), record])
        let rejection = try #require(PhoneFileSite.rejection(list: list))
        if let expected {
            #expect(rejection == expected)
        } else {
            guard case .unreadableCertificate(record: 2, _) = rejection else {
                Issue.record("\(rejection)")
                return
            }
        }
    }

    @Test func theSignerOfAListIsASASTOfThatList() throws {
        let server = try site.proxy.record(.ccmTFTP)
        #expect(PhoneFileSite.rejection(list: try site.list([server])) == .noSAST)
        let others = try [site.sast1.record(.sast), server]
        #expect(PhoneFileSite.rejection(list: try site.list(others)) == .signerNotListed)
        let demoted = try others + [site.sast0.record(.ccm)]
        #expect(PhoneFileSite.rejection(list: try site.list(demoted)) == .signerNotListed)
    }

    @Test func aListCarriesAListsName() throws {
        var body: [UInt8] = []
        for record in try site.records() { body += try record.encode() }
        let renamed = HandMadeFile("SEP001122334455.cnf.xml.sgn", site.sast0, body: body)
        let rejection = PhoneFileSite.rejection(
            list: try renamed.signed(by: site.sast0.key), fileName: "SEP001122334455.cnf.xml.sgn")
        guard case .wrongName = rejection else {
            Issue.record("\(String(describing: rejection))")
            return
        }
        #expect(PhoneFileSite.rejection(list: try site.list(), fileName: "ITLFile.tlv") != nil)
    }

    @Test func filesAreSignedByWhoeverTheListHasAsTFTPServer() throws {
        let body = Array("<device/>".utf8)
        let name = "SEP001122334455.cnf.xml.sgn"
        let good = try site.file(name, body)
        #expect(PhoneFileSite.rejection(file: good, with: installed, fileName: name) == nil)
        for holder in [site.sast0, site.capf] {
            let file = try site.file(name, body, by: holder)
            #expect(PhoneFileSite.rejection(file: file, with: installed) == .signerWithoutRole)
        }
        let file = try site.file(name, body, by: site.stranger)
        #expect(PhoneFileSite.rejection(file: file, with: installed) == .unknownSigner)
        let renamed = PhoneFileSite.rejection(file: good, with: installed, fileName: "SEP001122334456.cnf.xml.sgn")
        #expect(renamed?.description == "signed for the name \(name), not for SEP001122334456.cnf.xml.sgn")
        #expect(PhoneFileSite.rejection(file: good + [10], with: installed) == .wrongSignature)
    }

    @Test("the issuer counts as well as the serial number")
    func issuer() throws {
        let name = "a.xml.sgn"
        let file = HandMadeFile(name, issuer: HandMadeFile.text("CN=somebody"), site.proxy, body: [])
        let signed = try file.signed(by: site.proxy.key)
        #expect(PhoneFileSite.rejection(file: signed, with: installed) == .unknownSigner)
    }

    @Test("a signature over the body alone is none, nor one with the field set to zero")
    func wrongCoverage() throws {
        let good = try site.file("a.xml.sgn", Array("<a/>".utf8))
        let header = try SignedFile.decode(good.span).header
        var zeroed = good
        zeroed.replaceSubrange(header.signature, with: repeatElement(0, count: header.signature.count))
        for covered in [Array(good[header.length...]), zeroed] {
            var file = good
            file.replaceSubrange(header.signature, with: try site.proxy.key.sign([covered], digest: .sha1))
            #expect(PhoneFileSite.rejection(file: file, with: installed) == .wrongSignature)
        }
    }
}
