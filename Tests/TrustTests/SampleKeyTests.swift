import TestSupport
import Testing
import Trust

/// Keys and certificates of another tool, where its samples are at hand.
@Suite struct SampleKeyTests {
    private static let folder = TestFiles.repositoryRoot() + "/../shared/samples/ctl/keys"
    private static let names = TestFiles.list(folder).filter { $0.hasSuffix(".crt.der") }.map { $0.dropLast(8) }

    @Test func certificatesAndKeysBelongTogether() throws {
        for name in Self.names {
            let certificate = try Certificate(der: try TestFiles.read("\(name).crt.der"))
            #expect(try Certificate(pem: try TestFiles.read("\(name).crt.pem")) == certificate)
            #expect(try Certificate(pem: try TestFiles.read("\(name).pem")) == certificate, "with its key beside it")
            let key = try PrivateKey(pem: try TestFiles.read("\(name).key.pem"))
            #expect(try PrivateKey(pem: try TestFiles.read("\(name).pem")).der == key.der)
            #expect(certificate.publicKey == key.publicKey)
            #expect(certificate.isSelfSigned && certificate.signatureDigest == .sha1)
            #expect(certificate.subject.cucmName.hasSuffix(";OU=Telephony;O=Example Voice Lab;L=Bend;ST=Oregon;C=US"))
            let serial = try openssl("x509", "-noout", "-serial", stdin: certificate.pem).text
            #expect(serial == "serial=\(hexText(certificate.serialNumber))\n")
        }
    }
}
