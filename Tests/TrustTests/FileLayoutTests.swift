import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Trust

/// The bytes of trust lists and signed files, against files put together by hand and against what Unified CM prints.
@Suite struct FileLayoutTests {
    private let site: PhoneFileSite

    init() throws { site = try PhoneFileSite.shared.get() }

    @Test("a trust list has Unified CM's layout", arguments: [SignatureDigest.sha1, .sha512])
    func list(digest: SignatureDigest) throws {
        let holder = site.proxy
        let certificate = holder.certificate
        let name = HandMadeFile.text(certificate.subject.cucmName)
        let record = HandMadeFile.record([
            HandMadeFile.field(2, HandMadeFile.text("ccm.example.com")), HandMadeFile.field(3, name),
            HandMadeFile.field(4, [0, 2]), HandMadeFile.field(5, name),
            HandMadeFile.field(6, certificate.serialNumber), HandMadeFile.field(7, certificate.publicKey.pkcs1DER),
            HandMadeFile.field(8, certificate.signatureBits), HandMadeFile.field(9, certificate.der),
            HandMadeFile.field(10, [10, 10, 0, 26]),
        ])
        var expected = HandMadeFile("CTLFile.tlv", site.sast0, body: record)
        expected.digest = [digest == .sha1 ? 1 : 3]
        let made = try TrustList.make(
            [holder.record(.ccmTFTP, "ccm.example.com", site.server)], signer: site.sast0.signer(digest),
            time: PhoneFileSite.time)
        #expect(made == (try expected.signed(by: site.sast0.key)), "\(hexDump(made))")
    }

    @Test("a signed file is version 1.0, with the file unchanged behind the header", arguments: 0..<8)
    func signedFile(extra: Int) throws {
        let name = "SEP00112233445\(String(repeating: "5", count: extra)).cnf.xml.sgn"
        let body: [UInt8] = [0xef, 0xbb, 0xbf] + Array("<device>\r\n</device>".utf8) + [13, 0, 13]
        var expected = HandMadeFile(name, site.proxy, body: body)
        expected.version = [1, 0]
        let made = try site.file(name, body)
        #expect(made == (try expected.signed(by: site.proxy.key)), "\(hexDump(made))")
        let read = try SignedFile.decode(made.span)
        #expect(Array(made[read.body]) == body)
        #expect(read.header.length.isMultiple(of: 4))
    }

    @Test func anEmptyFileCanBeSigned() throws {
        let file = try site.file("empty.xml.sgn", [])
        let list = try TrustList.verify(site.list())
        #expect(try SignedFile.verify(file, with: list, fileName: "empty.xml.sgn").body.isEmpty)
    }

    @Test(
        "headers are as long as those of Unified CM with names of that length",
        arguments: [(62, 16, 62, 128, 336), (56, 10, 42, 128, 304), (62, 16, 62, 256, 464)])
    func headerLength(name: Int, serial: Int, issuer: Int, signature: Int, length: Int) throws {
        func label(_ size: Int) -> Label { Label([UInt8](repeating: 0x41, count: size - 1)) }
        let signer = FileHeader.Signer(
            name: label(name), serialNumber: [UInt8](repeating: 7, count: serial), issuer: label(issuer))
        let start = try FileHeader.start(.trustList, signer, .sha1, signatureSize: signature)
        let signed = start.count + 3 + signature
        let end = try FileHeader.end(TrustFileName.trustList, 0, at: signed)
        #expect(signed + end.count == length)
    }

    @Test(
        "records are as long as those of Unified CM with fields of that length",
        arguments: [
            ([16, 62, 62, 16, 140, 128, 694, 4], 1156), ([16, 60, 60, 16, 140, 128, 680, 4], 1138),
            ([17, 63, 63, 16, 140, 128, 696, 4], 1161), ([16, 62, 62, 16, 270, 256, 955, 4], 1675),
            ([1, 56, 42, 10, 140, 0, 902, 4], 1186), ([13, 60, 60, 16, 140, 0, 680, 4], 1004),
            ([13, 0, 0, 0, 0, 0, 0, 4], 33),
        ] as [([Int], Int)])
    func recordLength(sizes: [Int], length: Int) throws {
        func bytes(_ place: Int) -> [UInt8]? {
            sizes[place] == 0 ? nil : [UInt8](repeating: 0x41, count: sizes[place])
        }
        func label(_ place: Int) -> Label? { bytes(place).map { Label(Array($0.dropLast())) } }
        var record = TrustRecord(role: .ccm)
        record.dnsName = label(0)
        record.subjectName = label(1)
        record.issuerName = label(2)
        record.serialNumber = bytes(3)
        record.publicKey = bytes(4)
        record.signature = bytes(5)
        record.certificate = bytes(6)
        record.address = bytes(7)
        let encoded = try record.encode()
        #expect(encoded.count == length)
        #expect(record.length == length)
        let (read, end) = try TrustRecord.decode(encoded.span, number: 1, at: 0)
        #expect(read == record)
        #expect(end == length)
    }

    @Test("an IPv6 address takes sixteen bytes")
    func ipv6() {
        #expect(IPAddress("2001:db8::1")?.fileBytes == [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    }

    @Test("times that TIMESTAMP can not hold are held at its ends")
    func timestamps() {
        #expect(Timestamp(seconds: -5).fileSeconds == 0)
        #expect(Timestamp(seconds: 5_000_000_000).fileSeconds == .max)
        #expect(PhoneFileSite.time.fileSeconds == 1_288_224_000)
    }

    @Test(
        "the names in headers",
        arguments: [
            ("CTLFile.tlv", "CTLFile.tlv"), ("CTLSEP001122334455.tlv", "CTLFile.tlv"),
            ("CTLSEP00112233445F.tlv", "CTLFile.tlv"), ("ITLSEP001122334455.tlv", "ITLFile.tlv"),
            ("ITLFile.tlv", "ITLFile.tlv"), ("CTLSEP0011223344.tlv", "CTLSEP0011223344.tlv"),
            ("CTLSEP00112233445G.tlv", "CTLSEP00112233445G.tlv"), ("XTLSEP001122334455.tlv", "XTLSEP001122334455.tlv"),
            ("SEP001122334455.cnf.xml.sgn", "SEP001122334455.cnf.xml.sgn"),
            ("New_Zealand/g3-tones.xml.sgn", "New_Zealand/g3-tones.xml.sgn"),
        ])
    func names(requested: String, inHeader: String) {
        #expect(TrustFileName.inHeader(of: requested)?.description == inHeader)
    }

    @Test("what phones could not read is not made")
    func refusals() throws {
        let short = try PhoneFileSite.Holder("short", bits: 768)
        #expect(throws: TrustError.self) { try short.signer() }
        #expect(throws: TrustError("the private key is not the certificate's")) {
            try FileSigner(certificate: site.proxy.certificate, key: site.capf.key, digest: .sha1)
        }
        #expect(throws: TrustError.self) { try site.file("CTLFile.tlv", []) }
        #expect(throws: TrustError.self) { try site.file("a\0b.sgn", []) }
        #expect(throws: TrustError.self) { try site.file(String(repeating: "a", count: 512) + ".sgn", []) }
        let many = try Array(repeating: site.proxy.record(.ccm), count: 100)
        #expect(throws: TrustError.self) { try site.list([site.sast0.record(.sast)] + many) }
    }
}
