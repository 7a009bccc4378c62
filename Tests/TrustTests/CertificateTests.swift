import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

@Suite struct CertificateTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    private func make(_ change: (inout CertificateTemplate) -> Void = { _ in }) throws -> Certificate {
        let names: [DistinguishedName.Attribute] = [
            .init(.country, "US"), .init(.state, "Oregon"), .init(.locality, "Bend"),
            .init(.organization, "Example; Voice"), .init(.organizationalUnit, "Telephony"),
            .init(.commonName, "proxy.example.com"),
        ]
        var template = CertificateTemplate(subject: DistinguishedName(names))
        change(&template)
        return try CertificateIssuing.selfSigned(template, key: try TestKeys.small.get(), at: now)
    }

    @Test func opensslAcceptsWhatWeMake() throws {
        let certificate = try make { $0.hostname = "proxy.example.com" }
        let folder = try TemporaryFolder()
        let file = try folder.write("certificate.pem", certificate.pem)
        let verdict = try openssl(
            "verify", "-x509_strict", "-attime", "1700000000", "-auth_level", "0", "-check_ss_sig", "-CAfile", file,
            "-purpose", "sslserver", "-verify_hostname", "proxy.example.com", file)
        #expect(verdict.text == "\(file): OK\n")
        #expect(verdict.status == 0)
    }

    @Test(arguments: SignatureDigest.allCases)
    func theDigestIsTheOneAskedFor(_ digest: SignatureDigest) throws {
        let certificate = try make { $0.digest = digest }
        #expect(certificate.signatureDigest == digest)
        let text = try openssl("x509", "-noout", "-text", stdin: certificate.pem).text
        #expect(text.contains("Signature Algorithm: \(digest.rawValue)WithRSAEncryption"))
        #expect(certificate.isSelfSigned)
    }

    @Test func fieldsAreThoseThatOpensslReads() throws {
        let certificate = try make()
        let serial = try openssl("x509", "-noout", "-serial", stdin: certificate.pem).text
        #expect(serial == "serial=\(hexText(certificate.serialNumber))\n")
        #expect(certificate.serialNumber.count == 8)
        #expect(certificate.notBefore == 1_700_000_000 - 86_400)
        #expect(certificate.notAfter == 1_700_000_000 + 20 * 365 * 86_400)
        let dates = try openssl("x509", "-noout", "-dates", stdin: certificate.pem).lines
        #expect(dates == ["notBefore=Nov 13 22:13:20 2023 GMT", "notAfter=Nov  9 22:13:20 2043 GMT"])
        #expect(certificate.publicKey == (try TestKeys.small.get()).publicKey)
        #expect(certificate.signatureBits.count == 128)
        #expect(certificate.commonName == "proxy.example.com")
        #expect(certificate.subject == certificate.issuer)
        let print = try openssl("x509", "-noout", "-fingerprint", "-sha256", stdin: certificate.pem).text
        let colons = hexText(certificate.fingerprint(.sha256), separator: ":")
        #expect(print == "sha256 Fingerprint=\(colons)\n")
    }

    @Test func onlyAnIssuerMaySign() throws {
        let leaf = try make()
        #expect(!leaf.isAuthority)
        let issuer = try make { $0.isAuthority = true }
        #expect(issuer.isAuthority)
        let text = try openssl("x509", "-noout", "-text", stdin: issuer.pem).text
        #expect(text.contains("CA:TRUE, pathlen:0"))
        #expect(text.contains("Certificate Sign"))
    }

    @Test func everyCertificateHasASerialNumberOfItsOwn() throws {
        let first = try make()
        let second = try make()
        #expect(first.serialNumber != second.serialNumber)
        #expect(first != second)
        #expect(try Certificate(der: first.der) == first)
        #expect(try Certificate(pem: first.pem) == first)
    }

    /// The oracle is the order that Unified CM prints, whatever the certificate's order is.
    @Test func namesAreSpelledAsUnifiedCMDoes() throws {
        let certificate = try make()
        #expect(
            certificate.subject.cucmName
                == "CN=proxy.example.com;OU=Telephony;O=Example; Voice;L=Bend;ST=Oregon;C=US")
        let hostname = DistinguishedName([.init(.unstructuredName, "proxy"), .init(.serialNumber, "JMX1")])
        #expect(hostname.cucmName == "HOSTNAME=proxy;SERIALNUMBER=JMX1")
        #expect(DistinguishedName([.init(.commonName, "a\u{1b}[2J")]).cucmName == "CN=a?[2J")
        #expect("\(certificate.subject)".hasPrefix("cn=proxy.example.com,ou=Telephony,o=Example; Voice"))
    }

    @Test(arguments: ["02", "7f", "80", "ff", "0123456789abcdef0123456789abcdef01234567", "83e9080000005545af31"])
    func serialNumbersAreMagnitudes(_ digits: String) throws {
        let certificate = try signedByOpenssl("-set_serial", "0x\(digits)")
        #expect(hexText(certificate.serialNumber).lowercased() == digits)
    }

    @Test func serialNumberZeroIsOneByte() throws {
        #expect(try signedByOpenssl("-set_serial", "0").serialNumber == [0])
    }

    @Test func whoSignedACertificateIsFoundOut() throws {
        let issuer = try make { $0.isAuthority = true }
        let sameName = try make()
        let other = try signedByOpenssl("-set_serial", "5")
        #expect(issuer.isSigned(by: sameName), "one key, one name")
        #expect(!other.isSigned(by: issuer))
        #expect(!other.isSigned(by: issuer.publicKey))
        #expect(other.isSelfSigned)
        var forged = issuer.der
        forged[forged.count - 1] ^= 1
        #expect(!(try Certificate(der: forged)).isSelfSigned)
    }

    @Test func whatIsNoCertificateIsRefusedWithTheReason() throws {
        let certificate = try make()
        let curve = try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null",
            "-subj", "/CN=curve")
        let cases: [(text: [UInt8], reason: String)] = [
            ([], "there is no certificate in the text"),
            (certificate.pem + certificate.pem, "there are 2 certificates in the text, not one"),
            (curve.output, "the key is not an RSA key"),
            (PEM.encode(certificate.der + [0], label: "CERTIFICATE"), "the certificate cannot be read"),
            (PEM.encode(certificate.der.dropLast(), label: "CERTIFICATE"), "the certificate cannot be read"),
            (PEM.encode([UInt8](repeating: 0x30, count: 70_000), label: "CERTIFICATE"), "the certificate is longer"),
        ]
        for (text, reason) in cases {
            let error = #expect(throws: TrustError.self) { try Certificate(pem: text) }
            #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "no error")")
        }
    }

    @Test func namesThatTheCertificateCannotHoldAreRefused() throws {
        let long = String(repeating: "n", count: 65)
        let error = #expect(throws: TrustError.self) {
            try make { $0.subject = DistinguishedName([.init(.commonName, long)]) }
        }
        #expect(error?.description == "cn=\(long) cannot be written: string too long")
        #expect(throws: TrustError("a,DNS:b is not a host name")) { try make { $0.hostname = "a,DNS:b" } }
    }

    private func signedByOpenssl(_ arguments: String...) throws -> Certificate {
        let folder = try TemporaryFolder()
        let key = try folder.write("key", try TestKeys.usual.get().pem)
        let made = try processOutput(
            ["openssl", "req", "-x509", "-new", "-key", key, "-subj", "/CN=made by openssl", "-days", "30"] + arguments)
        return try Certificate(pem: made.output)
    }
}
