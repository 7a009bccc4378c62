import ConfigLanguage
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Trust

@Suite struct EnrollmentTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    /// Example 1's declarations, an LDC issuer and a pasted authority. Making the CTL file's own keys takes the most time.
    private func declarations(withCTLFile hasCTLFile: Bool = false) throws -> Configuration {
        var configuration = Configuration()
        configuration.hostname = "box"
        for label in ["cucmtftp_kp", "ldc_signer_key"] {
            configuration.keyPairs[label] = KeyPairDeclaration(label: label, modulus: 512)
        }
        var server = Trustpoint(name: "cucm_tftp_server")
        (server.enrollment, server.keyPair, server.isEnrolled) = (.selfSigned, "cucmtftp_kp", true)
        server.includesSerialNumber = true
        var issuer = Trustpoint(name: "ldc_server")
        (issuer.enrollment, issuer.keyPair, issuer.isEnrolled) = (.selfSigned, "ldc_signer_key", true)
        (issuer.fqdn, issuer.subjectName) = ("my-ldc-ca.example.com", "cn=FW_LDC_SIGNER,o=\"Example, Inc.\"")
        issuer.isProxyLDCIssuer = true
        var capf = Trustpoint(name: "capf")
        capf.enrollment = .terminal
        capf.authority = PastedText(command: "crypto ca authenticate capf", line: 7, text: try pasted())
        for trustpoint in [server, issuer, capf] { configuration.trustpoints[trustpoint.name] = trustpoint }
        var list = CTLFileDefinition(name: "myctl")
        list.entries = [
            .init(role: .cucmTFTP, trustpoint: "cucm_tftp_server", address: IPAddress(v4: 0x0a0a_001a))
        ]
        list.isShutdown = !hasCTLFile
        configuration.ctlFiles["myctl"] = list
        return configuration
    }

    private func pasted() throws -> [String] {
        let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "CAPF-e9037b69")]))
        let certificate = try CertificateIssuing.selfSigned(template, key: try TestKeys.small.get(), at: now)
        return String(decoding: certificate.pem, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// Names, contents, inodes and times of everything in a folder.
    private func everything(in path: String) throws -> String {
        try processOutput(["sh", "-c", "cd \(path) && ls -lai --time-style=full-iso && sha256sum *"]).text
    }

    @Test func whatIsDeclaredIsMade() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        let enrollment = try store.bring(try declarations(withCTLFile: true), at: now)
        #expect(enrollment.problems == [])
        #expect(enrollment.made.count == 2 + 2 + 1 + 3 * 2)
        #expect(enrollment.made.contains("key pair cucmtftp_kp: RSA, 512 bits"))
        #expect(enrollment.made.contains("trustpoint capf: authority's certificate, subject cn=CAPF-e9037b69"))
        let internalNames = ["_internal_PP_myctl", "_internal_myctl_SAST_0", "_internal_myctl_SAST_1"]
        #expect(store.keyPairs.keys.sorted() == internalNames + ["cucmtftp_kp", "ldc_signer_key"])
        for name in internalNames {
            let identity = try #require(store.trustpoint(named: name))
            #expect(identity.privateKey?.bits == 2048)
            #expect(identity.certificate.signatureDigest == .sha1)
            #expect(identity.certificate.subject.cucmName == "CN=\(name)")
            #expect(identity.certificate.publicKey == identity.privateKey?.publicKey)
        }
        #expect(store.trustpoint(named: "capf")?.privateKey == nil)
        #expect(store.trustpoint(named: "nobody") == nil)
    }

    @Test func certificatesSayWhatTheirTrustpointsDeclare() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        _ = try store.bring(try declarations(), at: now)
        let server = try #require(store.trustpoint(named: "cucm_tftp_server"))
        #expect(server.certificate.signatureDigest == .sha1, "the CTL file's, as phones read it")
        #expect(!server.certificate.isAuthority)
        #expect(server.certificate.commonName == "box")
        let serial = try #require(server.certificate.subject[.serialNumber])
        #expect(serial.hasPrefix("PP") && serial.count == 11)
        let issuer = try #require(store.trustpoint(named: "ldc_server"))
        #expect(issuer.certificate.signatureDigest == .sha256)
        #expect(issuer.certificate.isAuthority)
        #expect(
            issuer.certificate.subject.asaLines == [
                "hostname=my-ldc-ca.example.com", "cn=FW_LDC_SIGNER", "o=Example, Inc.",
            ])
        let text = try openssl("x509", "-noout", "-text", stdin: issuer.certificate.pem).text
        #expect(text.contains("DNS:my-ldc-ca.example.com"))
        #expect(text.contains("unstructuredName = my-ldc-ca.example.com"))
    }

    @Test func aSecondStartChangesNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        let configuration = try declarations(withCTLFile: true)
        var first = try TrustStore(directory: path)
        _ = try first.bring(configuration, at: now)
        let before = try everything(in: path)
        #expect(before.split(separator: "\n").count > 20)
        var second = try TrustStore(directory: path)
        #expect(try second.bring(configuration, at: now.adding(seconds: 1_000)) == Enrollment())
        #expect(try everything(in: path) == before)
        #expect(second.identities == first.identities)
        #expect(second.authorities == first.authorities)
        #expect(second.keyPairs.mapValues(\.publicKey) == first.keyPairs.mapValues(\.publicKey))
    }

    @Test func onlyWhatIsMissingIsMade() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        var store = try TrustStore(directory: path)
        let configuration = try declarations()
        _ = try store.bring(configuration, at: now)
        let before = store
        let removed = try processOutput(["rm", "\(path)/cucm_tftp_server.identity.pem"])
        #expect(removed.status == 0)
        let enrollment = try store.bring(configuration, at: now)
        #expect(enrollment.made.count == 1)
        #expect(enrollment.made.first?.hasPrefix("trustpoint cucm_tftp_server: self-signed certificate") == true)
        #expect(store.identities["cucm_tftp_server"] != before.identities["cucm_tftp_server"])
        #expect(store.identities["ldc_server"] == before.identities["ldc_server"])
        let key = before.keyPairs["cucmtftp_kp"]?.publicKey
        #expect(store.identities["cucm_tftp_server"]?.publicKey == key)
    }

    @Test func nothingIsMadeThatIsNotAskedFor() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        var configuration = Configuration()
        var trustpoint = Trustpoint(name: "declared")
        trustpoint.enrollment = .selfSigned
        configuration.trustpoints["declared"] = trustpoint
        configuration.ctlFiles["shut"] = CTLFileDefinition(name: "shut")
        #expect(try store.bring(configuration, at: now) == Enrollment())
        #expect(try store.folder.allNames() == [])
    }

    /// What is changed in the declarations after a first start, and what is said about it.
    @Test func whatNoLongerFitsIsReportedAndKept() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        var configuration = try declarations()
        _ = try store.bring(configuration, at: now)
        let before = try everything(in: folder.file("state"))
        configuration.keyPairs["ldc_signer_key"]?.modulus = 2048
        configuration.trustpoints["ldc_server"]?.keyPair = "cucmtftp_kp"
        configuration.trustpoints["ldc_server"]?.digest = .sha1
        configuration.trustpoints["cucm_tftp_server"]?.subjectName = "cn=other"
        configuration.trustpoints["cucm_tftp_server"]?.includesSerialNumber = false
        configuration.trustpoints["cucm_tftp_server"]?.isProxyLDCIssuer = true
        let other = store.identities["ldc_server"]?.pem ?? []
        configuration.trustpoints["capf"]?.authority?.text = [String(decoding: other, as: UTF8.self)]
        let serial = store.identities["cucm_tftp_server"]?.subject[.serialNumber] ?? ""
        #expect(
            try store.bring(configuration, at: now).problems == [
                "key pair ldc_signer_key: has 512 bits, not 2048 as declared; kept",
                "trustpoint capf: the stored authority's certificate is not the one in line 7; the stored one is kept",
                "trustpoint cucm_tftp_server: the stored certificate is not as declared (its subject is "
                    + "serialNumber=\(serial),cn=box, not cn=other; it may not sign certificates (proxy-ldc-issuer)); "
                    + "it is kept",
                "trustpoint ldc_server: the stored certificate is not as declared (its key is not key pair "
                    + "cucmtftp_kp; it is not signed with sha1); it is kept",
            ])
        #expect(try everything(in: folder.file("state")) == before)
    }

    @Test func certificatesThatHaveExpiredAreReported() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        let configuration = try declarations()
        _ = try store.bring(configuration, at: now)
        let late = try store.bring(configuration, at: now.adding(seconds: 21 * 365 * 86_400)).problems
        let names = ["capf", "cucm_tftp_server", "ldc_server"]
        #expect(late == names.map { "trustpoint \($0): the certificate has expired, 22:13:20 UTC Nov 9 2043" })
        let early = try store.bring(configuration, at: Timestamp(seconds: 0)).problems
        #expect(early == names.map { "trustpoint \($0): the certificate is not valid before 22:13:20 UTC Nov 13 2023" })
    }

    @Test func aDeclarationThatCannotBeMadeDoesNotStopTheOthers() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        var configuration = try declarations()
        configuration.keyPairs["tiny"] = KeyPairDeclaration(label: "tiny", modulus: 64)
        configuration.trustpoints["ldc_server"]?.subjectName = "nonsense"
        configuration.trustpoints["cucm_tftp_server"]?.keyPair = "missing"
        configuration.trustpoints["capf"]?.authority?.text = ["no certificate"]
        var waiting = Trustpoint(name: "mic")
        waiting.enrollment = .terminal
        configuration.trustpoints["mic"] = waiting
        waiting.name = "requested"
        waiting.isEnrolled = true
        configuration.trustpoints["requested"] = waiting
        let enrollment = try store.bring(configuration, at: now)
        #expect(
            enrollment.problems == [
                "key pair tiny: an RSA key of 64 bits cannot be made: 512 to 4096 can",
                "trustpoint capf: line 7: the certificate is neither PEM nor one text in base 64 or hexadecimal",
                "trustpoint cucm_tftp_server: there is no key pair missing",
                "trustpoint ldc_server: nonsense: not KEYWORD=VALUE",
                "trustpoint mic: has no certificate yet; crypto ca authenticate gives it one",
                "trustpoint requested: has no certificate yet; crypto ca authenticate gives it one",
                "trustpoint requested: only enrollment self is made here; import a PKCS #12 instead",
            ])
        #expect(enrollment.made.count == 2)
    }

    @Test func aTrustpointWithoutAKeyPairGetsOneOfItsOwnName() throws {
        let folder = try TemporaryFolder()
        var store = try TrustStore(directory: folder.file("state"))
        var configuration = Configuration()
        var trustpoint = Trustpoint(name: "own/key")
        (trustpoint.enrollment, trustpoint.isEnrolled) = (.selfSigned, true)
        configuration.trustpoints["own/key"] = trustpoint
        #expect(try store.bring(configuration, at: now).problems == [])
        #expect(store.trustpoint(named: "own/key")?.privateKey != nil)
        #expect(try store.folder.names() == ["own%2fkey.identity.pem", "own%2fkey.key.pem"])
    }

    /// At every step of every write the power goes off. Whatever the folder is then, the next start completes it, and no key
    /// that had its name by then is replaced.
    @Test func aPowerCutAtAnyMomentIsMadeGoodByTheNextStart() throws {
        let parent = try TemporaryFolder()
        let path = parent.file("state")
        let count = Mutex(0)
        let folder = try StateFolder(path) { _ throws(TrustError) in
            let number = count.withLock {
                $0 += 1
                return $0
            }
            _ = try? processOutput(["cp", "-a", path, "\(path)-\(number)"])
        }
        let configuration = try declarations()
        var store = try TrustStore(folder: folder)
        #expect(try store.bring(configuration, at: now).problems == [])
        let writes = 6
        #expect(count.withLock { $0 } == writes * StateWriter.Step.allCases.count)
        for number in 1...count.withLock({ $0 }) {
            var cut = try TrustStore(directory: "\(path)-\(number)")
            let before = cut
            #expect(try cut.bring(configuration, at: now).problems == [], "cut \(number)")
            #expect(try !cut.folder.allNames().contains { $0.hasPrefix(".") }, "cut \(number)")
            #expect(cut.identities.count == 2 && cut.keyPairs.count == 2 && cut.authorities.count == 1)
            for (label, key) in before.keyPairs { #expect(cut.keyPairs[label]?.publicKey == key.publicKey) }
            for (name, certificate) in before.identities { #expect(cut.identities[name] == certificate) }
            for name in cut.identities.keys { #expect(cut.trustpoint(named: name)?.privateKey != nil) }
        }
    }

    @Test func aDamagedKeyIsNotReplacedSilently() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        var store = try TrustStore(directory: path)
        _ = try store.bring(try declarations(), at: now)
        _ = try processOutput(["truncate", "-s", "300", "\(path)/cucmtftp_kp.key.pem"])
        #expect(throws: TrustError("\(path)/cucmtftp_kp.key.pem: PRIVATE KEY: the END line is missing")) {
            try TrustStore(directory: path)
        }
        #expect(throws: TrustError.self) { try store.bring(try declarations(), at: now) }
    }

    @Test func twoStartsAtOnceAgree() async throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state")
        _ = try TrustStore(directory: path)
        let configuration = try declarations()
        let stores = try await withThrowingTaskGroup(of: (TrustStore, Int).self) { group in
            for _ in 0..<4 {
                group.addTask {
                    var store = try TrustStore(directory: path)
                    let made = try store.bring(configuration, at: now).made.count
                    return (store, made)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(stores.map(\.1).sorted() == [0, 0, 0, 5])
        for (store, _) in stores { #expect(store.identities == stores[0].0.identities) }
    }
}
