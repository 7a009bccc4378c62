import TestSupport
import Testing
import Trust
import Wire

@Suite struct PKCS12Tests {
    private let passphrase = "Sesame-0815"

    private func identity() throws -> PKCS12 {
        let key = try TestKeys.small.get()
        let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "_internal_myctl_SAST_0")]))
        let certificate = try CertificateIssuing.selfSigned(template, key: key, at: Timestamp(seconds: 1_700_000_000))
        return try PKCS12(privateKey: key, certificate: certificate)
    }

    /// What `openssl pkcs12 -export` makes of key and certificate.
    private func exported(_ identity: PKCS12, _ options: String...) throws -> [UInt8] {
        let both = identity.privateKey.pem + identity.certificate.pem
        return try processOutput(
            ["openssl", "pkcs12", "-export", "-passout", "pass:\(passphrase)"] + options, stdin: both
        ).output
    }

    @Test func opensslReadsWhatWeExport() throws {
        let identity = try identity()
        let der = try identity.der(name: "tp", passphrase: passphrase)
        let folder = try TemporaryFolder()
        let file = try folder.write("export.p12", der)
        let read = try openssl("pkcs12", "-in", file, "-nodes", "-passin", "pass:\(passphrase)").output
        #expect(try PrivateKey(pem: read).publicKey == identity.privateKey.publicKey)
        #expect(try Certificate(pem: read) == identity.certificate)
        #expect(try openssl("pkcs12", "-in", file, "-nodes", "-passin", "pass:other").status != 0)
    }

    /// The last is what old exports use: RC2 with 40 bits for the certificate, triple DES for the key.
    @Test(arguments: [[], ["-descert"], ["-keypbe", "NONE", "-certpbe", "NONE"], ["-legacy"]])
    func weReadWhatOpensslExports(_ options: [String]) throws {
        let identity = try identity()
        let both = identity.privateKey.pem + identity.certificate.pem
        let der = try processOutput(
            ["openssl", "pkcs12", "-export", "-passout", "pass:\(passphrase)"] + options, stdin: both
        ).output
        let read = try PKCS12(der: der, passphrase: passphrase)
        #expect(read.certificate == identity.certificate)
        // The key works with the usual algorithms after the import's own are gone.
        let signature = try read.privateKey.sign([[1, 2, 3]], digest: .sha1)
        #expect(identity.privateKey.publicKey.verify([[1, 2, 3]], signature: signature, digest: .sha1))
    }

    @Test func furtherCertificatesComeAlong() throws {
        let identity = try identity()
        let other = try Certificate(
            pem: try openssl(
                "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=other"
            ).output)
        let folder = try TemporaryFolder()
        let file = try folder.write("other.pem", other.pem)
        let read = try PKCS12(der: try exported(identity, "-certfile", file), passphrase: passphrase)
        #expect(read.certificate == identity.certificate)
        #expect(read.others == [other])
    }

    @Test func anyPastedFormIsRead() throws {
        let identity = try identity()
        let der = try exported(identity)
        let pem = PEM.encode(der, label: "PKCS12")
        let lines = String(decoding: pem, as: UTF8.self).split(separator: "\n").dropFirst().dropLast()
        let forms: [[UInt8]] = [
            der, pem, Array("Exported pkcs12 follows:\r\n".utf8) + pem + Array("quit\n".utf8),
            Array((lines.joined(separator: "\r\n") + "\nquit\n").utf8),
        ]
        for form in forms {
            #expect(try PKCS12(pasted: form, passphrase: passphrase).certificate == identity.certificate)
        }
    }

    @Test func whatCannotBeReadIsRefusedWithTheReasonAndNoSecret() throws {
        let identity = try identity()
        let der = try exported(identity)
        let curve = try openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "-",
            "-subj", "/CN=curve")
        let curvePKCS12 = try processOutput(
            ["openssl", "pkcs12", "-export", "-passout", "pass:\(passphrase)"], stdin: curve.output)
        var changed = der
        changed[der.count / 2] ^= 1
        let cases: [(text: [UInt8], passphrase: String, reason: String)] = [
            (der, "wrong-\(passphrase)", "the passphrase is wrong, or the PKCS #12 is damaged"),
            (der, "", "the passphrase is wrong, or the PKCS #12 is damaged"),
            (changed, passphrase, "the p"),
            (der + [0], passphrase, "the PKCS #12 cannot be read: 1 bytes follow it"),
            (try exported(identity, "-nomac"), passphrase, "the PKCS #12 is not protected with a passphrase"),
            (
                try exported(identity, "-nokeys"), passphrase,
                "the PKCS #12 does not have a private key with its certificate"
            ),
            (curvePKCS12.output, passphrase, "the key is not an RSA key"),
            (identity.certificate.pem, passphrase, "there is no PKCS #12 in the text"),
            ([], passphrase, "there is no PKCS #12 in the text"),
        ]
        for (text, passphrase, reason) in cases {
            let error = #expect(throws: TrustError.self) { try PKCS12(pasted: text, passphrase: passphrase) }
            #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "no error"), not \(reason)")
            #expect(error?.description.contains("Sesame") == false)
        }
    }

    @Test func anExportNeedsAPassphrase() throws {
        let identity = try identity()
        #expect(throws: TrustError("a passphrase is needed")) { try identity.der(name: "tp", passphrase: "") }
    }

    @Test func aCertificateOfAnotherKeyIsRefused() throws {
        let certificate = try identity().certificate
        #expect(throws: TrustError("the certificate is not of this private key")) {
            try PKCS12(privateKey: try TestKeys.usual.get(), certificate: certificate)
        }
    }
}
