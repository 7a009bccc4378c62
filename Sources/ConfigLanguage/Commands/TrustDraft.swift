/// Key pairs, trustpoints, and what was pasted for them.
struct TrustDraft {
    /// By label.
    var keyPairs: [String: KeyPairDraft] = [:]
    /// By name.
    var trustpoints: [String: TrustpointDraft] = [:]
    /// `crypto ca enroll`, by the name given there: Cisco's listings enroll what they have called something else.
    var enrollments: [String: Located<String>] = [:]
    /// `crypto ca authenticate` and `crypto ca certificate chain`, by the name given there.
    var authorities: [String: AuthorityDraft] = [:]
}

struct KeyPairDraft {
    var declaration: KeyPairDeclaration
    /// The modulus, or the command when it gives none.
    var site: Site
}

struct TrustpointDraft {
    var name: Located<String>
    /// Without its key pair, which is looked up.
    var value: Trustpoint
    var keyPair: Located<String>?
    var enrollmentSite: Site?

    init(name: Located<String>) {
        self.name = name
        value = Trustpoint(name: name.value)
    }
}

/// That a trustpoint has a certificate that was not made here, and the certificate where it was pasted.
struct AuthorityDraft {
    var trustpoint: Located<String>
    /// `crypto ca authenticate` stands in the file, with text or without.
    var isAuthenticated = false
    var text: PasteReader.Text?
}

struct CTLFileDraft {
    struct RecordEntry {
        var value: CTLFileDefinition.RecordEntry
        var trustpoint: Site
        var address: Site
        /// The whole command.
        var site: Site
    }

    var name: Located<String>
    /// Without its entries, whose trustpoints are looked up.
    var value: CTLFileDefinition
    var entries: [RecordEntry] = []
    var clusterFile: Site?

    init(name: Located<String>) {
        self.name = name
        value = CTLFileDefinition(name: name.value)
    }
}
