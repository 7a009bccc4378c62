import ConfigLanguage
import TestSupport
import Testing
import Trust
import Wire

@Suite struct CertificateCommandTests {
    private let now = Timestamp(seconds: 1_700_000_000)

    /// A box with one CTL file and one trustpoint with a key of its own.
    private func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.keyPairs["pair"] = KeyPairDeclaration(label: "pair")
        var server = Trustpoint(name: "server")
        (server.enrollment, server.keyPair, server.isEnrolled) = (.selfSigned, "pair", true)
        server.subjectName = "cn=server,o=Example"
        configuration.trustpoints["server"] = server
        var list = CTLFileDefinition(name: "myctl")
        (list.sastCount, list.isShutdown) = (1, false)
        configuration.ctlFiles["myctl"] = list
        return configuration
    }

    private func box(_ folder: TemporaryFolder, _ name: String) throws -> TrustStore {
        var store = try TrustStore(directory: folder.file(name))
        _ = try store.bring(configuration(), at: now)
        return store
    }

    @Test func identityCertificatesAreExportedAsPEM() throws {
        let folder = try TemporaryFolder()
        let store = try box(folder, "state")
        let text = try store.exportIdentityCertificate("server")
        #expect(text.hasPrefix("The PEM encoded identity certificate follows:\n-----BEGIN CERTIFICATE-----\n"))
        #expect(try Certificate(pem: Array(text.utf8)) == store.identities["server"])
        #expect(throws: TrustError("trustpoint nobody: has no certificate of its own")) {
            try store.exportIdentityCertificate("nobody")
        }
    }

    /// The chapter's recovery: the SASTs of a lost box, imported on a new one before its CTL file is made.
    @Test func aNewBoxGoesOnWithTheOldOnesKeys() throws {
        let folder = try TemporaryFolder()
        let old = try box(folder, "old")
        let name = "_internal_myctl_SAST_0"
        let text = try old.exportPKCS12(name, passphrase: "cisco123")
        #expect(text.hasPrefix("Exported pkcs12 follows:\n-----BEGIN PKCS12-----\n"))
        #expect(text.hasSuffix("-----END PKCS12-----\n"))

        var new = try TrustStore(directory: folder.file("new"))
        let said = try new.importPKCS12(name, text: Array((text + "quit\n").utf8), passphrase: "cisco123")
        #expect(said == "INFO: Import PKCS12 operation completed successfully\n")
        let enrollment = try new.bring(configuration(), at: now)
        #expect(enrollment.problems == [])
        #expect(!enrollment.made.contains { $0.contains(name) })
        #expect(new.identities[name] == old.identities[name])
        #expect(new.identities["_internal_PP_myctl"] != old.identities["_internal_PP_myctl"])
        let reopened = try TrustStore(directory: folder.file("new")).trustpoint(named: name)
        #expect(reopened?.privateKey?.publicKey == old.keyPairs[name]?.publicKey)
        // Once more is no error.
        _ = try new.importPKCS12(name, text: Array(text.utf8), passphrase: "cisco123")
    }

    @Test func anImportReplacesNothing() throws {
        let folder = try TemporaryFolder()
        let text = Array(try box(folder, "old").exportPKCS12("server", passphrase: "cisco123").utf8)
        var store = try box(folder, "new")
        let before = store.identities
        #expect(throws: TrustError("trustpoint server: has another certificate already, cn=server,o=Example")) {
            try store.importPKCS12("server", text: text, passphrase: "cisco123")
        }
        #expect(throws: TrustError("key pair pair: is there already, and is another one")) {
            try store.importPKCS12("pair", text: text, passphrase: "cisco123")
        }
        let error = #expect(throws: TrustError.self) {
            try store.importPKCS12("third", text: text, passphrase: "geheim99")
        }
        #expect(error?.description.contains("geheim99") == false)
        #expect(try TrustStore(directory: folder.file("new")).identities == before)
    }

    /// A power cut between the two files of an import: the certificate has come, its key has not.
    @Test func aTrustpointThatLostItsKeyIsNotEnrolledAgain() throws {
        let folder = try TemporaryFolder()
        let name = "_internal_myctl_SAST_0"
        let old = try box(folder, "old")
        var store = try box(folder, "new")
        for (file, source) in [("identity", "old"), ("key", "none")] {
            _ = try processOutput(["rm", folder.file("new/\(name).\(file).pem")])
            _ = try processOutput(["cp", folder.file("\(source)/\(name).\(file).pem"), folder.file("new/")])
        }
        let enrollment = try store.bring(configuration(), at: now)
        #expect(enrollment.made == [])
        #expect(enrollment.problems == ["trustpoint \(name): its key pair is lost; nothing can be signed with it"])
        #expect(throws: TrustError("trustpoint \(name): its key pair is lost")) {
            try store.exportPKCS12(name, passphrase: "cisco123")
        }
        let text = Array(try old.exportPKCS12(name, passphrase: "cisco123").utf8)
        _ = try store.importPKCS12(name, text: text, passphrase: "cisco123")
        let next = try store.bring(configuration(), at: now)
        #expect(next.made == [] && next.problems == [])
    }

    @Test func authoritiesAreAuthenticatedOnce() throws {
        let folder = try TemporaryFolder()
        let certificate = try #require(try box(folder, "other").identities["server"])
        let internalCertificate = try #require(try box(folder, "other").identities["_internal_PP_myctl"])
        var store = try TrustStore(directory: folder.file("state"))
        let said = try store.authenticate("capf", text: certificate.pem)
        let md5 =
            try openssl("x509", "-noout", "-fingerprint", "-md5", stdin: certificate.pem).text
            .lowercased().filter { $0 != ":" }.split(separator: "=").last.map { Array($0.prefix(32)) } ?? []
        let groups = stride(from: 0, to: 32, by: 8).map { String(md5[$0..<$0 + 8]) }.joined(separator: " ")
        #expect(said.contains("\nFingerprint:     \(groups)\nTrustpoint CA certificate accepted.\n"))
        #expect(store.trustpoint(named: "capf")?.certificate == certificate)
        #expect(throws: Never.self) { try store.authenticate("capf", certificate) }
        #expect(throws: TrustError("trustpoint capf: is authenticated already, by cn=server,o=Example")) {
            try store.authenticate("capf", internalCertificate)
        }
    }

    @Test func certificatesAreShownAsTheASADoes() throws {
        let folder = try TemporaryFolder()
        var store = try box(folder, "state")
        let certificate = try #require(store.identities["server"])
        _ = try store.authenticate("copy", certificate)
        _ = try store.authenticate("another", certificate)
        let serial = hexText(certificate.serialNumber).lowercased()
        let fields = """
              Status: Available
              Certificate Serial Number: 0x\(serial)
              Certificate Usage: General Purpose
              Public Key Type: RSA (1024 bits)
              Signature Algorithm: SHA256 with RSA Encryption
              Issuer Name:
                cn=server
                o=Example
              Subject Name:
                cn=server
                o=Example
              Validity Date:
                start date: 22:13:20 UTC Nov 13 2023
                end   date: 22:13:20 UTC Nov 9 2043
              Associated Trustpoints: 
            """
        let whole = store.showCertificates()
        #expect(whole.contains("Certificate\n\(fields)server\n\nCA Certificate\n\(fields)another copy\n"))
        #expect(store.showCertificates("server") == "Certificate\n\(fields)server\n")
        #expect(store.showCertificates("nobody") == "")
    }

    @Test func keyPairsAreShownWithoutTheirPrivatePart() throws {
        let folder = try TemporaryFolder()
        let store = try box(folder, "state")
        let text = store.showKeyPairs()
        let block = try #require(text.split(separator: "Key pair was generated at: ").last)
        let lines = block.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].contains(" UTC "))
        #expect(
            lines[1...5] == [
                "Key name: pair", " Usage: General Purpose Key", " Modulus Size (bits): 1024", " Key Data:", "",
            ])
        let digits = lines[6...].joined().filter { $0 != " " }
        let information = try #require(store.keyPairs["pair"]?.publicKey.subjectPublicKeyInfo)
        #expect(digits == hexText(information).lowercased())
        #expect(lines[6].hasPrefix("  30819f30 0d06092a 864886f7 0d010101 05000381 8d003081 89028181 00"))
    }
}
