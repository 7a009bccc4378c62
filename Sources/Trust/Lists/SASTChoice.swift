import ConfigLanguage

/// Which SAST signs a list: one whose key is here, and that the phones in the field know.
struct SASTChoice {
    private struct Candidate {
        let certificate: Certificate
        let key: PrivateKey
    }

    private let definition: CTLFileDefinition
    private let candidates: [Candidate]

    init(_ builder: TrustListBuilder) throws(TrustError) {
        definition = builder.definition
        var candidates: [Candidate] = []
        for index in 0..<builder.definition.sastCount {
            let identity = try builder.identity(builder.definition.sastTrustpoint(index))
            guard let key = identity.privateKey else { continue }
            candidates.append(Candidate(certificate: identity.certificate, key: key))
        }
        self.candidates = candidates
    }

    /// - Parameter before: the list that phones have, as far as this box knows.
    func signer(before: TrustList?, _ warnings: inout [String]) throws(TrustError) -> FileSigner {
        guard let first = oldest else {
            throw TrustError("no SAST key of ctl-file \(definition.name) is here, so nobody can sign its list")
        }
        var chosen = first
        if let before {
            // The one that signed last, so that a restored spare does not change the list.
            let known = candidates.filter { before.knows($0.certificate) }
            let last = known.first { before.header.signer == FileHeader.Signer($0.certificate) }
            if let signer = last ?? known.first {
                chosen = signer
            } else {
                warnings.append("no SAST of the list before is left: phones keep that list until it is erased on them")
            }
        }
        return try FileSigner(certificate: chosen.certificate, key: chosen.key, digest: definition.digest)
    }

    /// On a new box a SAST that was imported is older than those that were made to complete the number, and the phones
    /// have it. Of those of one age the first.
    private var oldest: Candidate? {
        candidates.dropFirst().reduce(candidates.first) { oldest, candidate in
            guard let oldest else { return candidate }
            return candidate.certificate.notBefore < oldest.certificate.notBefore ? candidate : oldest
        }
    }
}

extension TrustList {
    /// Whether the holder of `certificate` is one of this list's SASTs.
    func knows(_ certificate: Certificate) -> Bool {
        record(of: FileHeader.Signer(certificate), { $0 == .sast })?.record.publicKey
            == certificate.publicKey.pkcs1DER
    }
}
