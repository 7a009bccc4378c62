import ConfigLanguage
import TLSProxy
import TLSTestSupport
import TestSupport
import Wire

@testable import Box
@testable import Trust

/// `client ldc` with keys that tests share.
struct LocalAuthority {
    private static let keys = Result { () throws -> (PrivateKey, PrivateKey) in
        (try PrivateKey.generateRSA(bits: 2048), try PrivateKey.generateRSA(bits: 2048))
    }

    let identities: PhoneIdentities
    let issuer: Certificate
    /// The issuer's certificate in PEM, for call servers to believe.
    let file: String
    private let folder: TemporaryFolder

    init(madeAt time: Timestamp = WallClock.now, limit: Int = PhoneIdentities.limit) throws {
        let (signer, phones) = try Self.keys.get()
        var template = CertificateTemplate(subject: DistinguishedName([.init(.commonName, "FW_LDC_SIGNER")]))
        template.isAuthority = true
        // Twenty years before, for one that has ended.
        issuer = try CertificateIssuing.selfSigned(template, key: signer, at: time)
        let identity = TrustStore.Identity(name: "ldc_server", certificate: issuer, privateKey: signer)
        identities = try PhoneIdentities(
            LocalCertificateIssuer(identity, keyPair: phones, digest: .sha256), limit: limit)
        folder = try TemporaryFolder()
        file = try folder.write("issuer.pem", issuer.pem)
    }

    /// Plans for a call server that one of `anchors` has certified.
    func plans(believing anchors: [TrustAnchor]) throws -> UpstreamPlans {
        UpstreamPlans(
            context: try TLSClientContext(TLSClientSettings(anchors: anchors)), identity: .perPhone(identities))
    }
}

extension CallSite {
    /// The call server's end of the next connection, by TLS; it demands a certificate of `authority`, a file.
    func secureServer(authority: String) throws -> TestPhone {
        var options = TestPhone.Options()
        options.certificate = site.pem("box")
        options.key = site.key("box")
        options.authority = authority
        return try TestPhone(server.accept(), options)
    }
}
