import ConfigLanguage
import Wire

extension TrustStore {
    /// What is stored for `trustpoint` and is not what its declaration would make. Replacing it is for the operator: phones
    /// have this certificate in their trust lists.
    func report(
        _ certificate: Certificate, of trustpoint: Trustpoint, shouldBe template: CertificateTemplate,
        _ enrollment: inout Enrollment
    ) {
        let label = trustpoint.keyPair ?? trustpoint.name
        var differences: [String] = []
        if let key = keyPairs[label], key.publicKey != certificate.publicKey {
            differences.append("its key is not key pair \(label)")
        } else if self.label(of: certificate.publicKey) == nil {
            differences.append("its key pair is lost")
        }
        if certificate.subject != template.subject {
            differences.append("its subject is \(certificate.subject), not \(template.subject)")
        }
        if certificate.isAuthority != template.isAuthority {
            differences.append(
                certificate.isAuthority ? "it may sign certificates" : "it may not sign certificates (proxy-ldc-issuer)"
            )
        }
        if let digest = trustpoint.digest, certificate.signatureDigest != digest {
            differences.append("it is not signed with \(digest.rawValue)")
        }
        guard !differences.isEmpty else { return }
        enrollment.problems.append(
            "trustpoint \(trustpoint.name): the stored certificate is not as declared (\(differences.joined(separator: "; ")))"
                + "; it is kept")
    }

    /// Phones do not look at the dates of their trust list's certificates, so nothing stops here.
    func report(validityOf name: String, at now: Timestamp, _ enrollment: inout Enrollment) {
        guard let certificate = trustpoint(named: name)?.certificate else { return }
        let seconds = now.nanoseconds / 1_000_000_000
        if certificate.notAfter < seconds {
            enrollment.problems.append(
                "trustpoint \(name): the certificate has expired, \(CertificateDate.text(certificate.notAfter))")
        } else if certificate.notBefore > seconds {
            enrollment.problems.append(
                "trustpoint \(name): the certificate is not valid before \(CertificateDate.text(certificate.notBefore))"
            )
        }
    }
}
