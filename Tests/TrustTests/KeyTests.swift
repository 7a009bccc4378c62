import ConfigLanguage
import TestSupport
import Testing
import Trust

@Suite struct KeyTests {
    private let message = Array("SEP001122334455.cnf.xml.sgn".utf8)

    @Test(arguments: SignatureDigest.allCases)
    func opensslVerifiesWhatWeSign(_ digest: SignatureDigest) throws {
        let key = try TestKeys.small.get()
        let folder = try TemporaryFolder()
        let signature = try key.sign([Array(message[..<5]), [], Array(message[5...])], digest: digest)
        #expect(signature.count == 128)
        let keyFile = try folder.write("key", PEM.encode(key.publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY"))
        let signatureFile = try folder.write("signature", signature)
        let verdict = try openssl(
            "dgst", "-\(digest.rawValue)", "-verify", keyFile, "-signature", signatureFile, stdin: message)
        #expect(verdict.text == "Verified OK\n")
    }

    @Test(arguments: SignatureDigest.allCases)
    func weVerifyWhatOpensslSigns(_ digest: SignatureDigest) throws {
        let key = try TestKeys.small.get()
        let folder = try TemporaryFolder()
        let keyFile = try folder.write("key", key.pem)
        let signature = try openssl("dgst", "-\(digest.rawValue)", "-sign", keyFile, stdin: message).output
        #expect(key.publicKey.verify([message[..<9], message[9...]], signature: signature, digest: digest))
    }

    @Test func whatWasChangedDoesNotVerify() throws {
        let key = try TestKeys.small.get()
        let signature = try key.sign([message], digest: .sha1)
        var changed = signature
        changed[77] ^= 1
        #expect(key.publicKey.verify([message], signature: signature, digest: .sha1))
        #expect(!key.publicKey.verify([message], signature: changed, digest: .sha1))
        #expect(!key.publicKey.verify([message], signature: signature.dropLast(), digest: .sha1))
        #expect(!key.publicKey.verify([message], signature: [], digest: .sha1))
        #expect(!key.publicKey.verify([message], signature: signature, digest: .sha256))
        #expect(!key.publicKey.verify([message, [0]], signature: signature, digest: .sha1))
        #expect(try !TestKeys.usual.get().publicKey.verify([message], signature: signature, digest: .sha1))
    }

    @Test func publicKeyIsWhatOpensslCallsRSAPublicKey() throws {
        let key = try TestKeys.usual.get()
        let theirs = try openssl("rsa", "-RSAPublicKey_out", "-outform", "DER", stdin: key.pem)
        #expect(key.publicKey.pkcs1DER == theirs.output)
        #expect(key.publicKey.pkcs1DER.count == 270)
        #expect(try PublicKey(pkcs1DER: theirs.output) == key.publicKey)
        #expect(key.publicKey.bits == 2048)
        let modulus = try openssl("rsa", "-modulus", "-noout", stdin: key.pem).text
        #expect(modulus == "Modulus=\(hexText(key.publicKey.modulusBytes))\n")
    }

    @Test func aKeyComesBackFromItsPEM() throws {
        let key = try TestKeys.small.get()
        #expect(try PrivateKey(pem: key.pem).publicKey == key.publicKey)
        #expect(String(decoding: key.pem, as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        let traditional = try openssl("rsa", "-traditional", stdin: key.pem)
        #expect(traditional.text.hasPrefix("-----BEGIN RSA PRIVATE KEY-----"))
        #expect(try PrivateKey(pem: traditional.output).der == key.der)
    }

    @Test func aKeyIsNotPrinted() throws {
        let key = try TestKeys.small.get()
        #expect("\(key)" == "Trust.PrivateKey")
    }

    @Test func whatIsNoPrivateKeyIsRefusedWithTheReason() throws {
        let key = try TestKeys.small.get()
        let encrypted = try openssl("pkcs8", "-topk8", "-passout", "pass:hidden", stdin: key.pem).output
        let curve = try openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").output
        let cases: [(text: [UInt8], reason: String)] = [
            ([], "there is no private key in the text"),
            (key.pem + key.pem, "there are 2 private keys in the text, not one"),
            (encrypted, "the private key is encrypted"),
            (curve, "the key is not an RSA key"),
            (Array(key.pem.dropLast(30)), "PRIVATE KEY: the END line is missing"),
            (PEM.encode(key.der + [0], label: "PRIVATE KEY"), "the private key cannot be read"),
            (PEM.encode(key.der.dropLast(), label: "PRIVATE KEY"), "the private key cannot be read"),
        ]
        for (text, reason) in cases {
            let error = #expect(throws: TrustError.self) { try PrivateKey(pem: text) }
            #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "no error")")
        }
    }

    @Test(arguments: [0, 511, 4097, -1, 1 << 40])
    func sizesOutOfRangeAreRefused(_ bits: Int) {
        #expect(throws: TrustError("an RSA key of \(bits) bits cannot be made: 512 to 4096 can")) {
            try PrivateKey.generateRSA(bits: bits)
        }
    }

    @Test func aDigestTooLongForTheKeyIsRefused() throws {
        let key = try PrivateKey.generateRSA(bits: 512)
        #expect(try key.sign([message], digest: .sha1).count == 64)
        let error = #expect(throws: TrustError.self) { try key.sign([message], digest: .sha512) }
        #expect(error?.description.hasPrefix("an RSA key of 512 bits cannot sign with sha512") == true)
    }
}
