extension RunningConfiguration {
    func keyPair(_ pair: KeyPairDeclaration) -> [String] {
        let label = pair.label == KeyPairDeclaration.defaultLabel ? "" : " label \(pair.label)"
        return ["crypto key generate rsa\(label) modulus \(pair.modulus)"]
    }

    func trustpoint(_ trustpoint: Trustpoint, all: Bool) -> [String] {
        var lines = ["crypto ca trustpoint \(trustpoint.name)"]
        if let enrollment = trustpoint.enrollment { lines.append(" enrollment \(enrollment.rawValue)") }
        if let name = trustpoint.fqdn { lines.append(" fqdn \(name)") }
        if let name = trustpoint.subjectName { lines.append(" subject-name \(name)") }
        if trustpoint.includesSerialNumber { lines.append(" serial-number") }
        if let label = trustpoint.keyPair { lines.append(" keypair \(label)") }
        if trustpoint.isProxyLDCIssuer { lines.append(" proxy-ldc-issuer") }
        if let digest = trustpoint.digest { lines.append(" signature-digest \(digest.rawValue)") }
        if all { lines.append(" revocation-check none") }
        if trustpoint.isEnrolled { lines.append("crypto ca enroll \(trustpoint.name)") }
        return lines
    }

    /// The pasted certificate in hexadecimal, eight groups of four bytes a line.
    func certificateChain(_ trustpoint: Trustpoint) -> [String] {
        guard let authority = trustpoint.authority,
            let der = try? CertificateText.der(authority.text, .base64)
        else { return [] }
        let digits = stride(from: 0, to: der.count, by: 32).map { start in
            stride(from: start, to: min(start + 32, der.count), by: 4).map { group in
                der[group..<min(group + 4, der.count)].map(CertificateText.hexadecimal).joined()
            }.joined(separator: " ")
        }
        return [
            "crypto ca certificate chain \(trustpoint.name)",
            " certificate ca \(CertificateText.serialNumber(der) ?? "00")",
        ] + digits.map { "    \($0)" } + ["  quit"]
    }

    func ctlFile(_ file: CTLFileDefinition, all: Bool) -> [String] {
        let unset = CTLFileDefinition(name: "")
        var lines = ["ctl-file \(file.name)"]
        lines += file.entries.map { entry in
            " record-entry \(entry.role.rawValue) trustpoint \(entry.trustpoint) address \(entry.address)"
                + (entry.domainName.map { " domain-name \($0)" } ?? "")
        }
        if let path = file.clusterFile { lines.append(" cluster-ctl-file \(path)") }
        if all || file.sastCount != unset.sastCount { lines.append(" sast \(file.sastCount)") }
        if all || file.digest != unset.digest { lines.append(" digest \(file.digest.rawValue)") }
        if all || !file.isShutdown { lines.append(file.isShutdown ? " shutdown" : " no shutdown") }
        return lines
    }
}
