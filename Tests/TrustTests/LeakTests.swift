import COpenSSL
import Glibc
import Synchronization
import TestSupport
import Testing
import Trust
import Wire

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
                else { throw LeakTestFailure("it does not work") }
            }
            try OpenSSLMemory.staysTheSame {
                guard (try? Certificate(der: made.der + [0])) == nil,
                    (try? Certificate(der: made.der.dropLast())) == nil,
                    (try? PrivateKey(der: key.der.dropLast())) == nil, (try? PublicKey(pkcs1DER: [0x30, 0])) == nil,
                    (try? PrivateKey(der: made.der)) == nil, (try? key.sign([[1]], digest: .sha512)) == nil,
                    !key.publicKey.verify([[1]], signature: [1], digest: .sha1)
                else { throw LeakTestFailure("it is not refused") }
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
                else { throw LeakTestFailure("it does not work") }
            }
        }
    }
}

/// What OpenSSL has allocated and not freed, in pieces.
enum OpenSSLMemory {
    private static let pieces = Atomic(0)
    private static let rounds = 20

    /// Only before OpenSSL allocates anything.
    static func count() throws {
        let isSet = unsafe CRYPTO_set_mem_functions(
            { size, _, _ in
                OpenSSLMemory.pieces.add(1, ordering: .relaxed)
                return unsafe malloc(size)
            },
            { piece, size, _, _ in
                if unsafe piece == nil { OpenSSLMemory.pieces.add(1, ordering: .relaxed) }
                guard size == 0 else { return unsafe realloc(piece, size) }
                OpenSSLMemory.pieces.subtract(1, ordering: .relaxed)
                unsafe free(piece)
                return nil
            },
            { piece, _, _ in
                if unsafe piece != nil { OpenSSLMemory.pieces.subtract(1, ordering: .relaxed) }
                unsafe free(piece)
            })
        guard isSet == 1 else { throw LeakTestFailure("OpenSSL's memory cannot be counted") }
    }

    /// The first rounds fill OpenSSL's caches.
    static func staysTheSame(_ body: () throws -> Void) throws {
        for _ in 0..<3 { try body() }
        let before = pieces.load(ordering: .relaxed)
        for _ in 0..<rounds { try body() }
        let growth = pieces.load(ordering: .relaxed) - before
        guard growth < rounds, before > 0 else { throw LeakTestFailure("\(growth) pieces in \(rounds) rounds") }
    }
}

struct LeakTestFailure: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
