import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Trust

/// `client ldc`: certificates that stand for phones toward a call server.
@Suite struct LocalCertificateTests {
    private static let seconds: Int64 = 1_700_000_000
    private let now = Timestamp(seconds: LocalCertificateTests.seconds)
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func issuer(
        isAuthority: Bool = true, digest: SignatureDigest = .sha256, madeAt time: Timestamp? = nil,
        key: PrivateKey? = nil
    ) throws -> LocalCertificateIssuer {
        var template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "FW_LDC_SIGNER")]))
        template.isAuthority = isAuthority
        let key = try key ?? TestKeys.small.get()
        let identity = TrustStore.Identity(
            name: "ldc_server",
            certificate: try CertificateIssuing.selfSigned(template, key: key, at: time ?? now), privateKey: key)
        return try LocalCertificateIssuer(identity, keyPair: try TestKeys.usual.get(), digest: digest)
    }

    /// A phone's certificate as a manufacturer might make one: by openssl.
    private func phone(_ subject: String, key: String = "ec:prime256v1") throws -> [UInt8] {
        let script = """
            cd "$1"
            case $2 in
            ec:*) openssl ecparam -genkey -name "${2#ec:}" -noout -out key ;;
            *) openssl genrsa -out key 1024 ;;
            esac
            openssl req -x509 -new -key key -subj "$3" -multivalue-rdn -days 30 -out phone.pem
            openssl x509 -in phone.pem -outform DER -out phone.der
            """
        let made = try processOutput(["bash", "-euc", script, "bash", folder.path, key, subject], keepsErrors: true)
        #expect(made.status == 0, "\(made.errors)")
        return try TestFiles.read(folder.file("phone.der"))
    }

    /// `openssl` on one of the two certificates.
    private func ask(_ question: String, _ certificate: [UInt8]) throws -> String {
        try processOutput(["openssl", "x509", "-inform", "DER", "-noout", question], stdin: certificate).text
    }

    @Test(arguments: [
        "/O=Cisco Systems Inc./OU=EVVBU/CN=CP-7962G-SEP002155554502",
        "/C=US/O=Comma, Inc./OU=A+CN=SEP1/CN=SEP2", "/CN=Büro 1/serialNumber=PID:CP-8845 SN:FCH2045D1AB",
    ])
    func theSubjectIsThePhonesToTheByte(subject: String) throws {
        let phone = try phone(subject)
        let made = try issuer().certificate(for: phone, at: now)
        // A digest over the name's DER.
        #expect(try ask("-subject_hash_old", made.der) == ask("-subject_hash_old", phone))
        #expect(try ask("-subject", made.der) == ask("-subject", phone))
        #expect(try ask("-issuer", made.der) == "issuer=CN = FW_LDC_SIGNER\n")
        #expect(made.publicKey == (try TestKeys.usual.get()).publicKey)
    }

    @Test(arguments: SignatureDigest.allCases)
    func aServerThatTrustsTheIssuerAcceptsIt(digest: SignatureDigest) throws {
        let issuer = try issuer(digest: digest)
        let made = try issuer.certificate(for: try phone("/CN=SEP1", key: "rsa"), at: now)
        #expect(made.signatureDigest == digest)
        let authority = try folder.write("issuer.pem", issuer.issuer.pem)
        let leaf = try folder.write("leaf.pem", made.pem)
        for purpose in ["sslclient", "sslserver"] {
            let verdict = try openssl(
                "verify", "-x509_strict", "-attime", "\(Self.seconds)", "-auth_level", "0", "-purpose", purpose,
                "-CAfile", authority, leaf)
            #expect(verdict.text == "\(leaf): OK\n")
        }
        // It calls itself the same.
        let stranger = try folder.write("stranger.pem", try self.issuer(key: TestKeys.usual.get()).issuer.pem)
        #expect(try openssl("verify", "-attime", "\(Self.seconds)", "-CAfile", stranger, leaf).status != 0)
    }

    @Test func itLastsAYearAndNoLongerThanItsIssuer() throws {
        let phone = try phone("/CN=SEP1")
        let made = try issuer().certificate(for: phone, at: now)
        #expect(made.notBefore == Self.seconds - 86_400)
        #expect(made.notAfter == Self.seconds + 365 * 86_400)
        let nearTheEnd = now.adding(seconds: Int(-CertificateTemplate.lifetime) + 100)
        let issuer = try issuer(madeAt: nearTheEnd)
        #expect(try issuer.certificate(for: phone, at: now).notAfter == Self.seconds + 100)
        #expect(throws: TrustError("the issuer's certificate has expired")) {
            try issuer.certificate(for: phone, at: now.adding(seconds: 100))
        }
    }

    @Test func eachHasASerialNumberOfItsOwn() throws {
        let issuer = try issuer()
        let phone = try phone("/CN=SEP1")
        let numbers = try (0..<16).map { _ in try issuer.certificate(for: phone, at: now).serialNumber }
        #expect(Set(numbers).count == 16)
    }

    @Test func whoMayNotSignDoesNot() throws {
        #expect(
            throws: TrustError("the certificate of trustpoint ldc_server may not sign others (proxy-ldc-issuer)")
        ) { try issuer(isAuthority: false) }
        let certificate = try issuer().issuer
        let identity = TrustStore.Identity(name: "ldc_server", certificate: certificate, privateKey: nil)
        #expect(throws: TrustError("trustpoint ldc_server has no key pair to sign with")) {
            try LocalCertificateIssuer(identity, keyPair: try TestKeys.usual.get(), digest: .sha256)
        }
    }

    @Test func whatIsNoCertificateGetsNone() throws {
        let issuer = try issuer()
        let others: [[UInt8]] = [
            [], [0x30, 0x00], [UInt8](repeating: 0x30, count: 64), Array(issuer.issuer.der.dropLast()),
        ]
        for bytes in others {
            #expect(throws: TrustError.self) { try issuer.certificate(for: bytes, at: now) }
        }
    }
}
