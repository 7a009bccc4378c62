import ConfigLanguage
import TLSProxy
import TestSupport
import Trust
import Wire

/// What a phone sends first, in pieces: the first byte chooses what is spoken, then come pieces, each after a byte with its
/// length, which is 64 at most.
func tlsHandshakePromise(_ input: Span<UInt8>) -> String? {
    guard input.count > 1, let site = TLSHandshakeSite.shared else { return nil }
    let exchange = Exchange()
    let contexts = site.contexts
    guard let connection = try? TLSConnection(contexts[Int(input[0]) % contexts.count], exchange) else {
        return "no connection"
    }
    var place = 1
    var hasFailed = false
    while place < input.count {
        let length = min(Int(input[place]) % 65, input.count - place - 1)
        let progress = connection.take(input.extracting(place + 1..<place + 1 + length))
        var sent = 0
        connection.takeOutput { sent = $0.count }
        if hasFailed, sent > 0 || !progress.plaintext.isEmpty { return "it goes on after it has failed" }
        if progress.isFinished, connection.facts.peer == nil { return "a handshake without a certificate" }
        if progress.plaintext.count > length { return "more plaintext than bytes" }
        if sent > 32_768 { return "\(sent) bytes for an answer" }
        if let errors = progress.errors {
            if errors.contains(where: { $0.reason.isEmpty }) { return "an error without a reason" }
            hasFailed = true
        }
        place += 1 + length
    }
    return nil
}

/// The first message of phones that speak this and that.
func tlsHandshakeSeeds() -> [FuzzTarget.Seed] {
    [
        .init(
            name: "modern", bytes: pieces(of: hello(0x0303, [0x1301, 0xc02f, 0x002f], modernExtensions), context: 0)),
        .init(name: "tls-1.0", bytes: pieces(of: hello(0x0301, [0x0004, 0x002f, 0x0035, 0x00ff], []), context: 1)),
        .init(name: "null", bytes: pieces(of: hello(0x0303, [0x0002, 0x002f], signatures), context: 3)),
    ]
}

/// `signature_algorithms` (RFC 8446 section 4.2.3): RSA with SHA-256, PSS and PKCS #1.
private let signatures: [UInt8] = [0, 13, 0, 6, 0, 4, 8, 4, 4, 1]

/// With `supported_versions` 1.3 and 1.2, and a key share of X25519.
private let modernExtensions: [UInt8] =
    signatures + [0, 43, 0, 5, 4, 3, 4, 3, 3] + [0, 10, 0, 4, 0, 2, 0, 29] + [0, 51, 0, 38, 0, 36, 0, 29, 0, 32]
    + (0..<32).map { $0 &* 7 &+ 9 }

/// A ClientHello in its record (RFC 8446 sections 4.1.2 and 5.1).
private func hello(_ version: UInt16, _ ciphers: [UInt16], _ extensions: [UInt8]) -> [UInt8] {
    func prefixed(_ bytes: [UInt8]) -> [UInt8] { [UInt8(bytes.count >> 8), UInt8(bytes.count & 0xff)] + bytes }
    func bytes(_ number: UInt16) -> [UInt8] { [UInt8(number >> 8), UInt8(number & 0xff)] }
    let random = (0..<32).map { UInt8($0) &* 5 &+ 3 }
    let body =
        bytes(version) + random + [0] + prefixed(ciphers.flatMap(bytes)) + [1, 0]
        + (extensions.isEmpty ? [] : prefixed(extensions))
    return [0x16] + bytes(0x0301) + prefixed([1, 0] + prefixed(body))
}

private func pieces(of bytes: [UInt8], context: UInt8) -> [UInt8] {
    stride(from: 0, to: bytes.count, by: 64).reduce(into: [context]) { all, start in
        let piece = bytes[start..<min(start + 64, bytes.count)]
        all.append(UInt8(piece.count))
        all += piece
    }
}

private struct TLSHandshakeSite: Sendable {
    static let policies = [
        TLSPolicy.modern, TLSPolicy(minimum: .tls10, maximum: .tls13), TLSPolicy(minimum: .tls10, maximum: .tls10),
        TLSPolicy(minimum: .tls12, maximum: .tls12, ciphers: [.aes128SHA1, .nullSHA1]),
    ]

    static let shared = try? TLSHandshakeSite()

    let contexts: [TLSContext]

    init() throws {
        let key = try PrivateKey.generateRSA(bits: 1_024)
        let template = CertificateTemplate(subject: try DistinguishedName(x500: "CN=box"))
        let certificate = try CertificateIssuing.selfSigned(template, key: key, at: .zero)
        let identity = try TLSIdentity(chain: [certificate.der], privateKey: key.der)
        let anchor = TrustAnchor(name: "box", der: certificate.der)
        contexts = try Self.policies.map { policy in
            var settings = TLSServerSettings(identity: identity, anchors: [anchor], policy: policy)
            // A short key, for many tries in little time.
            settings.acceptsWeakCertificates = true
            return try TLSContext(settings, StreamLimits())
        }
    }
}
