import TestSupport
import Trust
import Wire

/// The whole input is a certificate in any form in which it is pasted, and once more a public key and a name.
func certificatePromise(_ input: Span<UInt8>) -> String? {
    let bytes = input.bytes(in: 0..<input.count)
    if let certificate = try? Certificate(pasted: bytes), let broken = certificatePromise(certificate) { return broken }
    if let key = try? PublicKey(pkcs1DER: bytes), let broken = keyPromise(key) { return broken }
    if let name = try? DistinguishedName(x500: String(decoding: bytes.prefix(4_096), as: UTF8.self)) {
        return namePromise(name)
    }
    return nil
}

private func certificatePromise(_ certificate: Certificate) -> String? {
    guard let first = certificate.serialNumber.first, first != 0 || certificate.serialNumber.count == 1 else {
        return "a serial number without bytes, or with a sign byte"
    }
    guard (try? Certificate(pem: certificate.pem)) == certificate else { return "its PEM is not itself" }
    // Whatever comes of it.
    _ = certificate.isSelfSigned
    return namePromise(certificate.subject) ?? namePromise(certificate.issuer) ?? keyPromise(certificate.publicKey)
}

private func keyPromise(_ key: PublicKey) -> String? {
    guard (try? PublicKey(pkcs1DER: key.pkcs1DER)) == key else { return "a key that cannot be read again" }
    return key.modulusBytes.count == (key.bits + 7) / 8 ? nil : "a modulus that is not as long as its key"
}

private func namePromise(_ name: DistinguishedName) -> String? {
    if name.attributes.contains(where: { $0.value.utf8.contains(0) }) { return "a NUL in a name" }
    let hasControls = name.cucmName.utf8.contains { $0 < 0x20 || $0 == 0x7f }
    if hasControls { return "control characters in a name" }
    return name.attributes.isEmpty == name.cucmName.isEmpty ? nil : "a name without words"
}

func certificateSeeds() -> [FuzzTarget.Seed] {
    let pem = Array("-----BEGIN CERTIFICATE-----\n\(seedCertificate)-----END CERTIFICATE-----\n".utf8)
    guard let certificate = try? Certificate(pem: pem) else { return [] }
    return [
        .init(name: "pem", bytes: pem),
        .init(name: "base64", bytes: Array("\(seedCertificate)quit\n".utf8)),
        .init(name: "der", bytes: certificate.der),
        .init(name: "public-key", bytes: certificate.publicKey.pkcs1DER),
        .init(name: "name", bytes: Array(#"cn=box,ou=Voice,o="Example, Inc.",st=a\,b,c=US"#.utf8)),
    ]
}

/// A key of 512 bits, made for this purpose and forgotten.
private let seedCertificate = """
    MIICVjCCAgCgAwIBAgILAIPpCAAAAFVFrzEwDQYJKoZIhvcNAQEFBQAwgYMxCzAJ
    BgNVBAYTAlVTMRcwFQYDVQQKDA5FeGFtcGxlOyBWb2ljZTESMBAGA1UECwwJVGVs
    ZXBob255MRYwFAYDVQQDDA1DQVBGLWU5MDM3YjY5MQ8wDQYDVQQFEwZQUDAxMjMx
    HjAcBgkqhkiG9w0BCQIMD2JveC5leGFtcGxlLmNvbTAeFw0yNjExMjIyMjA0NTNa
    Fw00NjExMTcyMjA0NTNaMIGDMQswCQYDVQQGEwJVUzEXMBUGA1UECgwORXhhbXBs
    ZTsgVm9pY2UxEjAQBgNVBAsMCVRlbGVwaG9ueTEWMBQGA1UEAwwNQ0FQRi1lOTAz
    N2I2OTEPMA0GA1UEBRMGUFAwMTIzMR4wHAYJKoZIhvcNAQkCDA9ib3guZXhhbXBs
    ZS5jb20wXDANBgkqhkiG9w0BAQEFAANLADBIAkEAtrjh4gJJxvm3c1ddajF10ij2
    OfPIY9V7gOERN+dGbEW/inv1z3IV/6+7XOJCw9+UcN2JXmUJyeCIbzmLMRu1fQID
    AQABo1MwUTAdBgNVHQ4EFgQUKV4+HsbMcVJJZ+bE4VrUuSV8HVwwHwYDVR0jBBgw
    FoAUKV4+HsbMcVJJZ+bE4VrUuSV8HVwwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG
    9w0BAQUFAANBALaLEeYvo32RujJNWZG/fUB7BqmwuAJC5cLnmvJyhE66lOglH1VG
    srE9J8qINJdrgk47LDPRCw6wbSpWyB0A9KY=

    """
