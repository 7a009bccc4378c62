import Glibc
import TestSupport
import Testing
import Trust
import Wire

/// OpenSSL's objects are freed by hand. Each thing here is done often, in a process of its own, which then must not have
/// grown: even 300 bytes left behind each time would show.
@Suite struct LeakTests {
    @Test func nothingIsLeftBehindByKeysAndCertificates() async {
        await #expect(processExitsWith: .success) {
            let key = try PrivateKey.generateRSA(bits: 512)
            let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "a")]))
            let made = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
            try Self.staysSmall(rounds: 1_200) {
                let certificate = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
                let signature = try key.sign([[1]], digest: .sha1)
                let holds =
                    certificate.isSelfSigned && certificate.publicKey.modulusBytes.count == 64
                    && key.publicKey.verify([[1]], signature: signature, digest: .sha1)
                guard holds, try PrivateKey(der: key.der).bits == 512 else { throw LeakTestFailure() }
            }
            try Self.staysSmall(rounds: 1_200) {
                guard (try? Certificate(der: made.der + [0])) == nil,
                    (try? Certificate(der: made.der.dropLast())) == nil,
                    (try? PrivateKey(der: key.der.dropLast())) == nil, (try? PublicKey(pkcs1DER: [0x30, 0])) == nil,
                    (try? key.sign([[1]], digest: .sha512)) == nil,
                    !key.publicKey.verify([[1]], signature: [1], digest: .sha1)
                else { throw LeakTestFailure() }
            }
        }
    }

    @Test func nothingIsLeftBehindByPKCS12() async {
        await #expect(processExitsWith: .success) {
            let key = try PrivateKey.generateRSA(bits: 512)
            let template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "a")]))
            let made = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
            let quick = try processOutput(
                ["openssl", "pkcs12", "-export", "-iter", "1", "-legacy", "-passout", "pass:cisco123"],
                stdin: key.pem + made.pem
            ).output
            try Self.staysSmall(rounds: 300) {
                guard try PKCS12(der: quick, passphrase: "cisco123").certificate == made,
                    (try? PKCS12(der: quick, passphrase: "wrong")) == nil,
                    (try? PKCS12(der: [0x30, 0x80], passphrase: "wrong")) == nil
                else { throw LeakTestFailure() }
            }
        }
    }

    /// Memory of this process, in bytes.
    private static var size: Int {
        get throws {
            let pages = try TestFiles.read("/proc/self/statm").split(separator: UInt8(ascii: " "))
            return (Int(String(decoding: pages[1], as: UTF8.self)) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
        }
    }

    private static func staysSmall(rounds: Int, _ body: () throws -> Void) throws {
        for _ in 0..<rounds / 4 { try body() }
        let before = try size
        for _ in 0..<rounds { try body() }
        guard try size - before < 360_000 else { throw LeakTestFailure() }
    }
}

struct LeakTestFailure: Error {}
