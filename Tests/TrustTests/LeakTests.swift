import TestSupport
import Testing
import Wire

@testable import Trust

/// OpenSSL's objects are freed by hand. Each thing here is done often, in a process of its own in which OpenSSL's memory is
/// counted, and must leave nothing behind.
@Suite struct LeakTests {
    @Test func nothingIsLeftBehindByKeysAndCertificates() async {
        await #expect(processExitsWith: .success) {
            try OpenSSLMemory.count()
            let key = try PrivateKey.generateRSA(bits: 512)
            let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "a")]))
            let made = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
            try OpenSSLMemory.staysTheSame {
                let certificate = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
                let signature = try key.sign([[1]], digest: .sha1)
                let holds = certificate.isSelfSigned && certificate.publicKey.modulusBytes.count == 64
                guard holds, key.publicKey.verify([[1]], signature: signature, digest: .sha1),
                    try PrivateKey(der: key.der).bits == 512, certificate.fingerprint(.md5).count == 16,
                    try PrivateKey.generateRSA(bits: 512).bits == 512
                else { throw OpenSSLLeak("it does not work") }
            }
            try OpenSSLMemory.staysTheSame {
                guard (try? Certificate(der: made.der + [0])) == nil,
                    (try? Certificate(der: made.der.dropLast())) == nil,
                    (try? PrivateKey(der: key.der.dropLast())) == nil, (try? PublicKey(pkcs1DER: [0x30, 0])) == nil,
                    (try? PrivateKey(der: made.der)) == nil, (try? key.sign([[1]], digest: .sha512)) == nil,
                    !key.publicKey.verify([[1]], signature: [1], digest: .sha1)
                else { throw OpenSSLLeak("it is not refused") }
            }
        }
    }

    @Test func nothingIsLeftBehindByLocalCertificates() async {
        await #expect(processExitsWith: .success) {
            try OpenSSLMemory.count()
            let key = try PrivateKey.generateRSA(bits: 1024)
            var template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "a")]))
            template.isAuthority = true
            let made = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
            let issuer = try LocalCertificateIssuer(
                TrustStore.Identity(name: "a", certificate: made, privateKey: key), keyPair: key, digest: .sha256)
            try OpenSSLMemory.staysTheSame {
                guard try issuer.certificate(for: made.der, at: .zero).subject == made.subject,
                    (try? issuer.certificate(for: Array(made.der.dropLast()), at: .zero)) == nil
                else { throw OpenSSLLeak("it does not work") }
            }
        }
    }

    @Test func nothingIsLeftBehindByPKCS12() async {
        await #expect(processExitsWith: .success) {
            try OpenSSLMemory.count()
            let key = try PrivateKey.generateRSA(bits: 512)
            let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "a")]))
            let made = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
            // The second certificate is one of the others.
            let other = try CertificateIssuing.selfSigned(
                template, key: try PrivateKey.generateRSA(bits: 512), at: .zero)
            let quick = try processOutput(
                ["openssl", "pkcs12", "-export", "-iter", "1", "-legacy", "-passout", "pass:cisco123"],
                stdin: key.pem + made.pem + other.pem
            ).output
            let identity = try PKCS12(privateKey: key, certificate: made)
            try OpenSSLMemory.staysTheSame {
                let read = try PKCS12(der: quick, passphrase: "cisco123")
                guard read.certificate == made, read.others == [other],
                    (try? PKCS12(der: quick, passphrase: "wrong")) == nil,
                    (try? PKCS12(der: [0x30, 0x80], passphrase: "wrong")) == nil,
                    try !identity.der(name: "a", passphrase: "cisco123").isEmpty
                else { throw OpenSSLLeak("it does not work") }
            }
        }
    }
}
