import ConfigLanguage
import Trust
import Wire

/// Keys, certificates and a trust list of one small site, made once for all tests of the files that phones trust.
struct PhoneFileSite: Sendable {
    struct Holder: Sendable {
        let certificate: Certificate
        let key: PrivateKey

        init(_ name: String, bits: Int = 1024, at time: Timestamp = PhoneFileSite.time) throws {
            key = try PrivateKey.generateRSA(bits: bits)
            var template = CertificateTemplate(
                subject: DistinguishedName([
                    .init(.country, "US"), .init(.organization, "Example Voice Lab"), .init(.commonName, name),
                ]))
            template.digest = .sha1
            certificate = try CertificateIssuing.selfSigned(template, key: key, at: time)
        }

        func signer(_ digest: SignatureDigest = .sha1) throws -> FileSigner {
            try FileSigner(certificate: certificate, key: key, digest: digest)
        }

        func record(_ role: TrustRole, _ name: String = "", _ address: IPAddress = .anyV4) throws -> TrustRecord {
            guard let name = Label(name) else { throw TrustError("a label with a zero byte") }
            return TrustRecord(role: role, certificate: certificate, dnsName: name, address: address)
        }
    }

    static let time = Timestamp(seconds: 1_288_224_000)
    static let shared = Result { () throws -> PhoneFileSite in try PhoneFileSite() }

    let sast0: Holder
    let sast1: Holder
    /// Signs the phones' files.
    let proxy: Holder
    let capf: Holder
    /// In no list.
    let stranger: Holder
    let server = IPAddress(v4: 0x0a0a_001a)

    private init() throws {
        sast0 = try Holder("sast-0", bits: 2048)
        sast1 = try Holder("sast-1")
        proxy = try Holder("proxy")
        capf = try Holder("capf")
        stranger = try Holder("stranger")
    }

    func records() throws -> [TrustRecord] {
        [
            try sast0.record(.sast), try sast1.record(.sast), try proxy.record(.ccmTFTP, "10.10.0.26", server),
            try capf.record(.capf, "10.10.0.26", server),
        ]
    }

    func list(_ records: [TrustRecord]? = nil, by signer: Holder? = nil) throws -> [UInt8] {
        try TrustList.make(records ?? self.records(), signer: (signer ?? sast0).signer(), time: Self.time)
    }

    func file(_ name: String, _ body: [UInt8], by signer: Holder? = nil) throws -> [UInt8] {
        try SignedFile.make(name: name, body: body, signer: (signer ?? proxy).signer(), time: Self.time)
    }

    /// What `body` says when it throws; `nil` when it does not.
    static func rejection(_ body: () throws(FileRejection) -> Void) -> FileRejection? {
        do throws(FileRejection) { try body() } catch { return error }
        return nil
    }

    static func rejection(list: [UInt8], installed: TrustList? = nil, fileName: String? = nil) -> FileRejection? {
        rejection { () throws(FileRejection) in
            _ = try TrustList.verify(list, installed: installed, fileName: fileName)
        }
    }

    static func rejection(file: [UInt8], with list: TrustList, fileName: String? = nil) -> FileRejection? {
        rejection { () throws(FileRejection) in _ = try SignedFile.verify(file, with: list, fileName: fileName) }
    }
}
