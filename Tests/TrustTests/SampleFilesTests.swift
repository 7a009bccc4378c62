import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

/// Lists and signed files that other tools made, where a folder of them lies beside the checkout: each as its manifest says.
@Suite struct SampleFilesTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let path: String
        let isAccepted: Bool

        var name: String { path.split(separator: "/").last.map(String.init) ?? path }
        var testDescription: String { path }
    }

    private static let folder = ["/../shared/samples/ctl", "/../../shared/samples/ctl"]
        .map { TestFiles.repositoryRoot() + $0 }
        .first { !TestFiles.list($0).isEmpty }

    /// The rows of the manifest's table: the file is in the first column, the verdict in the last.
    private static let samples: [Sample] = {
        guard let folder, let manifest = try? TestFiles.read(folder + "/MANIFEST.md") else { return [] }
        return String(decoding: manifest, as: UTF8.self).split(separator: "\n").compactMap { line in
            let cells = line.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            guard let path = cells.first, path.contains("/"), let verdict = cells.last, cells.count > 3 else {
                return nil
            }
            return Sample(path: path, isAccepted: verdict == "ACCEPT")
        }
    }()

    private func read(_ path: String) throws -> [UInt8] {
        try TestFiles.read(try #require(Self.folder) + "/" + path)
    }

    /// Those of 1024 bits were signed by a set of keys of their own.
    private func list(for sample: Sample) throws -> TrustList {
        let isSmall = sample.name == "tiny.xml.sgn" || sample.name.contains("0007EB33CC44")
        return try TrustList.verify(read("valid/CTLFile\(isSmall ? "-1024" : "").tlv"))
    }

    private func rejection(_ sample: Sample) throws -> FileRejection? {
        let file = try read(sample.path)
        guard sample.name.hasSuffix(".tlv") else {
            let name = sample.isAccepted ? sample.name : nil
            return PhoneFileSite.rejection(file: file, with: try list(for: sample), fileName: name)
        }
        let known = sample.name.hasPrefix("c09") ? try list(for: sample) : nil
        return PhoneFileSite.rejection(list: file, installed: known)
    }

    @Test(arguments: samples)
    func theVerdictIsTheManifests(sample: Sample) throws {
        let rejection = try rejection(sample)
        #expect((rejection == nil) == sample.isAccepted, "\(rejection?.description ?? "accepted")")
    }

    private static let reasons = [
        "c01": "record 4: PUBLICKEY is not its certificate's", "c02": "the signature", "c03": "record 6: RECORDLENGTH",
        "c04": "record 7: RECORDLENGTH is missing", "c05": "header: PADDING is followed", "c06": "the signature",
        "c07": "the signer is not a SAST of this list", "c08": "the signature",
        "c09": "the signer is not a SAST of the installed list", "c11": "record 6: RECORDLENGTH", "c14": "no record",
        "s01": "the signature", "s02": "the signature", "s04": "header: HEADERLENGTH", "s06": "the signature",
        "s08": "header: HEADERLENGTH", "s09": "header: VERSION is missing",
    ]

    @Test(arguments: samples.filter { !$0.isAccepted })
    func theReasonIsTheRightOne(sample: Sample) throws {
        let reason = try #require(Self.reasons[String(sample.name.prefix(3))])
        let rejection = try #require(try rejection(sample))
        #expect(rejection.description.hasPrefix(reason), "\(rejection)")
    }

    /// The name in the header is that of the common list.
    @Test(arguments: samples.filter { $0.isAccepted && $0.path.hasSuffix(".tlv") })
    func listsAreSignedForTheCommonName(sample: Sample) throws {
        #expect(
            PhoneFileSite.rejection(list: try read(sample.path), fileName: "CTLSEP001B54AABBCC.tlv") == nil)
    }

    @Test(
        "read and made again, files in Unified CM's layout come out as they were",
        arguments: folder == nil
            ? []
            : [
                ("CTLFile-cucm-style", "sast0"), ("CTLFile-cucm-style-1024", "k1024-sast0"),
                ("CTLFile-nonsecure", "sast0"),
            ])
    func again(name: String, signer: String) throws {
        let file = try read("valid/\(name).tlv")
        let list = try TrustList.verify(file)
        let fileSigner = try FileSigner(
            certificate: Certificate(der: read("keys/\(signer).crt.der")),
            key: PrivateKey(pem: read("keys/\(signer).key.pem")), digest: list.header.digest)
        let time = Timestamp(seconds: Int64(try #require(list.header.timestamp)))
        let made = try TrustList.make(list.records, signer: fileSigner, time: time)
        #expect(made == file, "\(hexDifference(made, file))")
    }
}
