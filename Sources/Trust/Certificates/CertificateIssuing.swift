import ConfigLanguage
import Wire

/// What a certificate that the box makes is to say.
public struct CertificateTemplate: Hashable, Sendable {
    /// Twenty years: nobody walks to a phone to replace a trust list.
    public static let lifetime: Int64 = 20 * 365 * 86_400
    /// How long before now it begins, so that a clock that is behind accepts it too.
    public static let backdating: Int64 = 86_400

    public var subject: DistinguishedName
    /// A host name, for the subject's alternative name.
    public var hostname: String?
    /// It may sign other certificates.
    public var isAuthority = false
    public var digest = SignatureDigest.sha256

    public init(subject: DistinguishedName) { self.subject = subject }
}

public enum CertificateIssuing {
    /// A certificate of `key`, signed by `key`, with a random serial number.
    ///
    /// - Parameter now: the caller's clock.
    public static func selfSigned(
        _ template: CertificateTemplate, key: PrivateKey, at now: Timestamp
    ) throws(TrustError) -> Certificate {
        let seconds = now.nanoseconds / 1_000_000_000
        var maker = try X509Maker()
        try maker.setSerialNumber(try serialNumber())
        try maker.setSubject(template.subject)
        try maker.setValidity(
            from: seconds - CertificateTemplate.backdating, to: seconds + CertificateTemplate.lifetime)
        try maker.setKey(key)
        for (identifier, value) in try extensions(template) { try maker.add(identifier, value) }
        return try Certificate(der: try maker.signed(with: key, template.digest))
    }

    /// Eight bytes, of which the first is neither zero nor negative in DER: phones and CTL files see one and the same.
    static func serialNumber() throws(TrustError) -> [UInt8] {
        var bytes = try RandomBytes.make(8)
        bytes[0] = bytes[0] & 0x7f | 0x40
        return bytes
    }

    /// Of a certificate that signs no others. Key encipherment is what the cipher suites of old phones need: they send the
    /// secret encrypted to this key.
    static let leafExtensions: [(X509Maker.Extension, String)] = [
        (.basicConstraints, "critical,CA:FALSE"),
        (.keyUsage, "critical,digitalSignature,keyEncipherment"),
        (.extendedKeyUsage, "serverAuth,clientAuth"),
    ]

    private static func extensions(
        _ template: CertificateTemplate
    ) throws(TrustError) -> [(X509Maker.Extension, String)] {
        var extensions: [(X509Maker.Extension, String)]
        if template.isAuthority {
            extensions = [
                (.basicConstraints, "critical,CA:TRUE,pathlen:0"),
                (.keyUsage, "critical,digitalSignature,keyCertSign,cRLSign"),
            ]
        } else {
            extensions = leafExtensions
        }
        extensions += [(.subjectKeyIdentifier, "hash"), (.authorityKeyIdentifier, "keyid:always")]
        if let hostname = template.hostname {
            // The value is a small language of OpenSSL's, in which a comma would begin something else.
            guard isHostname(hostname) else { throw TrustError("\(hostname) is not a host name") }
            extensions.append((.subjectAlternativeName, "DNS:\(hostname)"))
        }
        return extensions
    }

    private static func isHostname(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { ASCII.isLetterOrDigit($0) || "-_.".utf8.contains($0) }
    }
}
