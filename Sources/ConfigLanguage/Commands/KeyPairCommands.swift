/// `crypto key generate rsa`: a declaration. The pair is made where it is missing, and kept where it is there.
enum KeyPairCommands {
    /// Bits.
    private static let moduli = [512, 768, 1024, 2048, 4096]

    /// `[usage-keys | general-keys] [label NAME] [modulus BITS] [noconfirm]`, in any order.
    static func generate(_ words: inout Words) throws(Problem) -> Command.Change {
        var pair = KeyPairDeclaration(label: KeyPairDeclaration.defaultLabel)
        var modulusSite: Site?
        var options = ["usage-keys", "general-keys", "label", "modulus", "noconfirm"]
        while true {
            let site = words.site
            guard let option = try words.optionalKeyword(options) else { break }
            options.removeAll { $0 == option || option.hasSuffix("-keys") && $0.hasSuffix("-keys") }
            switch option {
            case "label": pair.label = try words.name("label", limit: 128).value
            case "modulus":
                modulusSite = words.site
                pair.modulus = try words.number(oneOf: moduli)
            case "usage-keys":
                words.warn("one pair is made for signing and encryption alike, as with 'general-keys'", at: site)
            default: break
            }
        }
        let draft = KeyPairDraft(declaration: pair, site: modulusSite ?? words.readSite)
        return change(draft, at: words.readSite, isNegated: words.isNegated)
    }

    private static func change(_ pair: KeyPairDraft, at site: Site, isNegated: Bool) -> Command.Change {
        { reading throws(Problem) in
            let label = pair.declaration.label
            let isThere = reading.draft.trust.keyPairs[label] != nil
            if isNegated {
                guard isThere else { return reading.warnNothingToRemove("key pair", at: site) }
                reading.draft.trust.keyPairs[label] = nil
                return
            }
            if !isThere {
                try Limit.check(reading.draft.trust.keyPairs.count, below: Limit.keyPairs, "key pairs", at: site)
            }
            reading.draft.trust.keyPairs[label] = pair
        }
    }
}
