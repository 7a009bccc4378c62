import TestSupport
import Testing
import Trust
import Wire

/// Lists and files as other tools write them.
@Suite struct TolerantReadingTests {
    private let site: PhoneFileSite

    init() throws { site = try PhoneFileSite.shared.get() }

    private func fields(_ holder: PhoneFileSite.Holder, role: UInt8) -> [UInt8: [UInt8]] {
        let certificate = holder.certificate
        let name = HandMadeFile.text(certificate.subject.cucmName)
        let values: [UInt8: [UInt8]] = [
            2: [0], 3: name, 4: [0, role], 5: name, 6: certificate.serialNumber, 7: certificate.publicKey.pkcs1DER,
            8: certificate.signatureBits, 9: certificate.der, 10: [0, 0, 0, 0],
        ]
        return Dictionary(uniqueKeysWithValues: values.map { ($0.key, HandMadeFile.field($0.key, $0.value)) })
    }

    private func list(_ records: [[UInt8]], _ change: (inout HandMadeFile) -> Void = { _ in }) throws -> [UInt8] {
        var file = HandMadeFile("CTLFile.tlv", site.sast0, body: records.flatMap(\.self))
        change(&file)
        return try file.signed(by: site.sast0.key)
    }

    private func sast(_ order: [UInt8] = [2, 3, 4, 5, 6, 7, 8, 9, 10]) -> [UInt8] {
        let fields = fields(site.sast0, role: 0)
        return HandMadeFile.record(order.compactMap { fields[$0] })
    }

    @Test(
        "fields of a record in any order, and without what may be left out",
        arguments: [
            [2, 3, 4, 5, 6, 7, 8, 9, 10], [3, 5, 6, 4, 7, 8, 9], [10, 9, 8, 7, 6, 5, 4, 3, 2],
            [2, 3, 4, 5, 6, 7, 9, 10],
        ] as [[UInt8]])
    func recordOrder(order: [UInt8]) throws {
        #expect(PhoneFileSite.rejection(list: try list([sast(order)])) == nil)
    }

    @Test("the signer's name, serial number and issuer in any order", arguments: [[0, 1, 2], [0, 2, 1], [2, 1, 0]])
    func signerOrder(order: [Int]) throws {
        let made = try list([sast()]) { file in file.identity = order.map { [identity = file.identity] in identity[$0] }
        }
        #expect(PhoneFileSite.rejection(list: made) == nil)
    }

    @Test func aSignerVersionSaysNothing() throws {
        let made = try list([sast()]) { $0.signerVersion = [28, 0, 2, 1, 1] }
        #expect(try TrustList.verify(made).header.signerVersion?.description == "1.1")
    }

    @Test(
        "every digest there is, and files without a time",
        arguments: [([1], true), ([2], true), ([3], true), ([1], false)] as [([UInt8], Bool)])
    func digests(digest: [UInt8], timed: Bool) throws {
        let made = try list([sast()]) { file in
            file.digest = digest
            if !timed { file.end.removeLast() }
        }
        let read = try TrustList.verify(made)
        #expect((read.header.timestamp != nil) == timed)
    }

    @Test("servers of a cluster that is not secure have no certificate; addresses may be of any kind")
    func bareRecords() throws {
        let bare = HandMadeFile.record([
            HandMadeFile.field(2, HandMadeFile.text("10.48.47.153")), HandMadeFile.field(4, [0, 2]),
            HandMadeFile.field(10, [10, 48, 47, 153]),
        ])
        let v6 = HandMadeFile.record([HandMadeFile.field(4, [0, 99]), HandMadeFile.field(10, .init(1...16))])
        let hashed = HandMadeFile.record([
            HandMadeFile.field(4, [0, 21]), HandMadeFile.field(11, .init(1...20)), HandMadeFile.field(12, [1]),
        ])
        let read = try TrustList.verify(list([sast(), bare, v6, hashed]))
        #expect(bare.count == 33)
        #expect(read.records.map(\.role) == [.sast, .ccmTFTP, TrustRole(rawValue: 99), .tvs])
        #expect(read.records[2].address == .init(1...16))
        #expect(read.records[3].certificateHash?.count == 20)
    }

    /// Newer clusters list keys on elliptic curves, which phones of the 79xx series skip.
    @Test func aRecordMayHoldAnEllipticCurveKey() throws {
        let folder = try TemporaryFolder()
        let made = try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ec",
            "-days", "9", "-keyout", "\(folder.path)/key", "-outform", "DER")
        try #require(made.status == 0)
        let text = try openssl("x509", "-inform", "DER", "-noout", "-serial", stdin: made.output).text
        let serial = try #require(text.split(separator: "=").last).dropLast()
        let der = try openssl("x509", "-inform", "DER", "-noout", "-pubkey", stdin: made.output)
        // The point is what a SubjectPublicKeyInfo of P-256 ends with.
        let point = try openssl("pkey", "-pubin", "-outform", "DER", stdin: der.output).output.suffix(65)
        let bytes = stride(from: 0, to: serial.count, by: 2).compactMap {
            UInt8(serial.dropFirst($0).prefix(2), radix: 16)
        }
        let name = HandMadeFile.field(3, HandMadeFile.text("CN=ec"))
        let record = HandMadeFile.record([
            name, HandMadeFile.field(4, [0, 2]), HandMadeFile.field(5, HandMadeFile.text("CN=ec")),
            HandMadeFile.field(6, bytes), HandMadeFile.field(7, Array(point)), HandMadeFile.field(9, made.output),
        ])
        #expect(PhoneFileSite.rejection(list: try list([sast(), record])) == nil)
    }

    @Test("what a terminal would obey is shown and not obeyed")
    func labels() {
        #expect(Label("a\u{1b}[2Jb")?.description == "a\\x1b[2Jb")
        #expect(Label("a\0b") == nil)
    }
}
