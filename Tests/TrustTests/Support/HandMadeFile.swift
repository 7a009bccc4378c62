import ConfigLanguage
import TestSupport
import Trust

/// A file for phones put together field by field, sharing no code with the writer under test, and signed or not.
struct HandMadeFile {
    var version: [UInt8] = [1, 2]
    /// Behind HEADERLENGTH.
    var signerVersion: [UInt8] = []
    /// In SIGNERID, in this order.
    var identity: [[UInt8]]
    var digest: [UInt8] = [1]
    var algorithm: [UInt8] = [0]
    var modulus: [UInt8] = [1]
    /// FILENAME, TIMESTAMP.
    var end: [[UInt8]]
    var padding: [UInt8]?
    var body: [UInt8]

    init(_ name: String, issuer: [UInt8]? = nil, _ holder: PhoneFileSite.Holder, body: [UInt8]) {
        let certificate = holder.certificate
        let subject = Self.text(certificate.subject.cucmName)
        identity = [
            Self.field(4, subject), Self.field(5, certificate.serialNumber), Self.field(6, issuer ?? subject),
        ]
        modulus = [certificate.publicKey.bits == 2048 ? 2 : 1]
        end = [Self.field(14, Self.text(name)), Self.field(15, [0x4c, 0xc8, 0xbd, 0])]
        self.body = body
    }

    static func field(_ tag: UInt8, _ value: [UInt8]) -> [UInt8] { [tag] + bigEndian(UInt16(value.count)) + value }

    static func text(_ string: String) -> [UInt8] { Array(string.utf8) + [0] }

    /// - Parameter fields: in their order, with their heads.
    static func record(_ fields: [[UInt8]]) -> [UInt8] {
        let body = fields.flatMap(\.self)
        return field(1, bigEndian(UInt16(body.count + 5))) + body
    }

    func signed(by key: PrivateKey) throws -> [UInt8] {
        let algorithms = Self.field(10, algorithm) + Self.field(11, modulus)
        let info = Self.field(8, digest) + Self.field(9, algorithms)
        let front = signerVersion + Self.field(3, identity.flatMap(\.self)) + Self.field(7, info)
        let signatureSize = key.bits / 8 + 3
        let unpadded = 10 + front.count + signatureSize + end.flatMap(\.self).count
        let padding = padding ?? [UInt8](repeating: 13, count: (4 - unpadded % 4) % 4)
        let start = Self.field(1, version) + Self.field(2, bigEndian(UInt16(unpadded + padding.count))) + front
        let rest = end.flatMap(\.self) + padding + body
        let digest = SignatureDigest.allCases[max(0, min(2, Int(self.digest.first ?? 1) - 1))]
        return start + Self.field(12, try key.sign([start, rest], digest: digest)) + rest
    }
}
