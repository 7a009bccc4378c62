/// `crypto ca trustpoint NAME` and what stands under it.
enum TrustpointCommands {
    static func trustpoint(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint", limit: 128)
        let (line, isNegated) = (words.line, words.isNegated)
        let block = Block(kind: .trustpoint, name: name.value)
        return { reading throws(Problem) in
            let isThere = reading.draft.trust.trustpoints[name.value] != nil
            if isNegated {
                guard isThere else { return reading.warnNothingToRemove("trustpoint", at: name.site) }
                reading.draft.trust.trustpoints[name.value] = nil
                reading.draft.trust.enrollments[name.value] = nil
                reading.draft.trust.authorities[name.value] = nil
                return reading.removeStatements(in: [block])
            }
            if !isThere {
                try Limit.check(
                    reading.draft.trust.trustpoints.count, below: Limit.trustpoints, "trustpoints", at: name.site)
                reading.draft.trust.trustpoints[name.value] = TrustpointDraft(name: name)
            }
            reading.enter(.block(block), at: line)
        }
    }

    // MARK: Settings

    static func enrollment(_ enrollment: Trustpoint.Enrollment) -> Command.Handler {
        { words throws(Problem) in
            let (site, isNegated) = (words.readSite, words.isNegated)
            return setting {
                $0.value.enrollment = isNegated ? nil : enrollment
                $0.enrollmentSite = isNegated ? nil : site
            }
        }
    }

    static func keyPair(_ words: inout Words) throws(Problem) -> Command.Change {
        let label = try words.isBareNegation ? nil : words.name("key pair", limit: 128)
        let value = words.isNegated ? nil : label
        return setting { $0.keyPair = value }
    }

    /// `fqdn NAME`, or `fqdn none`.
    static func fqdn(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.isBareNegation ? nil : words.domainName("fully qualified domain name")
        let value = words.isNegated || name == "none" ? nil : name
        return setting { $0.value.fqdn = value }
    }

    static func subjectName(_ words: inout Words) throws(Problem) -> Command.Change {
        if words.isNegated {
            words.skipRest()
            return setting { $0.value.subjectName = nil }
        }
        let first = words.site
        let name = try words.rest("X.500 name, such as cn=NAME,o=ORGANIZATION")
        let site = words.site(from: first)
        guard name.utf8.count <= subjectLimit else {
            throw Problem(site: site, message: "a subject name has at most \(subjectLimit) characters")
        }
        guard isDistinguishedName(name) else {
            throw Problem(
                site: site, message: "'\(name.printable)' is not an X.500 name",
                expected: ["attribute=value, more of the same after commas"])
        }
        return setting { $0.value.subjectName = name }
    }

    /// The ASA's.
    private static let subjectLimit = 500

    /// `attribute=value` after `attribute=value`, commas or semicolons between them; values in quotes may hold both.
    private static func isDistinguishedName(_ text: String) -> Bool {
        var isQuoted = false
        let parts = text.split(omittingEmptySubsequences: false) { letter in
            if letter == "\"" { isQuoted.toggle() }
            return !isQuoted && (letter == "," || letter == ";")
        }
        guard !isQuoted else { return false }
        return parts.allSatisfy { part in
            let halves = part.split(separator: "=", maxSplits: 1).map { $0.filter { $0 != " " && $0 != "\t" } }
            return halves.count == 2 && !halves[1].isEmpty && !halves[0].isEmpty
                && halves[0].utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: ".") }
        }
    }

    static func flag(_ field: WritableKeyPath<Trustpoint, Bool> & Sendable) -> Command.Handler {
        { words throws(Problem) in
            let isOn = !words.isNegated
            return setting { $0.value[keyPath: field] = isOn }
        }
    }

    /// A command of this box: phones of the 79xx series want `sha1`.
    static func signatureDigest(_ words: inout Words) throws(Problem) -> Command.Change {
        let digest = try words.isBareNegation ? nil : words.keyword(SignatureDigest.self)
        let value = words.isNegated ? nil : digest
        return setting { $0.value.digest = value }
    }

    /// `revocation-check METHOD…`: without a list to look into, `none` is what happens.
    static func revocationCheck(_ words: inout Words) throws(Problem) -> Command.Change {
        var methods: [String] = []
        while methods.count < 3, !words.isAtEnd { methods.append(try words.keyword(["crl", "none", "ocsp"])) }
        if methods.isEmpty, !words.isNegated { throw words.unexpected() }
        guard !words.isNegated, methods != ["none"] else {
            return { $0.removeStatements(of: ["revocation-check"]) }
        }
        return Statements.change(command: ["revocation-check"], words, names: NamesInForm())
    }

    /// What changes nothing here, and says nothing that is not so.
    static func accepted(_ words: inout Words) throws(Problem) -> Command.Change { { _ in } }

    /// Changes the trustpoint that the mode is about.
    private static func setting(_ change: @escaping (inout TrustpointDraft) -> Void) -> Command.Change {
        { reading in
            guard case .block(let block) = reading.mode, var draft = reading.draft.trust.trustpoints[block.name] else {
                return
            }
            change(&draft)
            reading.draft.trust.trustpoints[block.name] = draft
        }
    }
}

extension Words {
    /// A domain name: labels of letters, digits, hyphens and, as in Cisco's listings, underscores (RFC 1035 section 2.3.4:
    /// at most 63 bytes each, 255 in all).
    mutating func domainName(_ what: String = "domain name") throws(Problem) -> String {
        let name = try name(what, limit: 255)
        let isName = name.value.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count)
                && label.utf8.allSatisfy {
                    $0.isLetterOrDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
        guard isName else {
            throw Problem(
                site: name.site, message: "'\(name.value.printable)' is not a domain name",
                expected: ["letters, digits and hyphens, with dots between them"])
        }
        return name.value
    }
}
