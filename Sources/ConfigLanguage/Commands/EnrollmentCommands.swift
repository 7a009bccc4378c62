/// What fills trustpoints with certificates: `crypto ca enroll`, `authenticate`, `import`, `export` and
/// `certificate chain`.
enum EnrollmentCommands {
    /// `crypto ca enroll NAME [noconfirm]`.
    static func enroll(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint")
        _ = try words.skip("noconfirm")
        let isNegated = words.isNegated
        return { reading throws(Problem) in
            let isThere = reading.draft.trust.enrollments[name.value] != nil
            if isNegated {
                if !isThere { reading.warnNothingToRemove("enrollment", at: name.site) }
                reading.draft.trust.enrollments[name.value] = nil
                return
            }
            if !isThere {
                try Limit.check(
                    reading.draft.trust.enrollments.count, below: Limit.trustpoints, "enrollments", at: name.site)
            }
            reading.draft.trust.enrollments[name.value] = name
        }
    }

    /// `crypto ca authenticate NAME [fingerprint DIGITS] [nointeractive]`; a certificate may follow.
    static func authenticate(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint")
        let site = words.site
        if try words.skip("fingerprint") {
            _ = try words.name("fingerprint")
            words.warn("the fingerprint is not compared: the certificate counts as it stands here", at: site)
        }
        _ = try words.skip("nointeractive")
        let (readSite, isNegated) = (words.readSite, words.isNegated)
        return { reading throws(Problem) in
            if isNegated { return reading.removeAuthority(of: name) }
            try reading.addAuthority(of: name)
            reading.draft.trust.authorities[name.value]?.isAuthenticated = true
            reading.expectPaste(
                .init(
                    command: "crypto ca authenticate \(name.value)", trustpoint: name, encoding: .base64,
                    site: readSite))
        }
    }

    // MARK: Actions

    /// `crypto ca export NAME {identity-certificate | pkcs12 PASSPHRASE}`.
    static func export(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint")
        if try words.keyword(["identity-certificate", "pkcs12"]) == "pkcs12" { _ = try words.name("passphrase") }
        return action("export", name, &words)
    }

    /// `crypto ca import NAME {certificate | pkcs12 PASSPHRASE} [nointeractive]`, with the text that follows. It may be
    /// a private key, so it is not kept.
    static func `import`(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint")
        if try words.keyword(["certificate", "pkcs12"]) == "pkcs12" { _ = try words.name("passphrase") }
        _ = try words.skip("nointeractive")
        return action("import", name, &words)
    }

    /// A running configuration never has these: they are done once, and what they do stays in the state directory.
    private static func action(_ verb: String, _ name: Located<String>, _ words: inout Words) -> Command.Change {
        let command = "crypto ca \(verb)"
        let site = words.readSite
        if !words.isNegated {
            words.warn(
                "'\(command)' is done once and is no part of a configuration: nothing comes of it here; give it as "
                    + "'phoneproxy \(command) \(name.value.printable) …'", at: site)
        }
        let takesText = verb == "import" && !words.isNegated
        return { reading in
            guard takesText else { return }
            reading.expectPaste(.init(command: command, trustpoint: nil, encoding: .base64, site: site))
        }
    }

    // MARK: crypto ca certificate chain

    static func certificateChain(_ words: inout Words) throws(Problem) -> Command.Change {
        let name = try words.name("trustpoint")
        let (line, isNegated) = (words.line, words.isNegated)
        return { reading throws(Problem) in
            if isNegated { return reading.removeAuthority(of: name) }
            try reading.addAuthority(of: name)
            reading.enter(.block(Block(kind: .certificateChain, name: name.value)), at: line)
        }
    }

    /// `certificate [ca | ra-…] SERIAL`, and the certificate in hexadecimal.
    static func certificate(_ words: inout Words) throws(Problem) -> Command.Change {
        let kind = try words.optionalKeyword(["ca", "ra-sign", "ra-encrypt", "ra-general"])
        let serial = try words.name("serial number")
        guard serial.value.utf8.allSatisfy(\.isHexadecimal) else {
            throw Problem(site: serial.site, message: "'\(serial.value.printable)' is not a serial number")
        }
        let (site, isNegated) = (words.readSite, words.isNegated)
        if kind != "ca", !isNegated {
            words.warn("the box's own certificates stand in its state directory: this one is not used", at: site)
        }
        return { reading in
            guard case .block(let block) = reading.mode, var authority = reading.draft.trust.authorities[block.name]
            else { return }
            if isNegated {
                if kind != "ca" || authority.text == nil { reading.warnNothingToRemove("certificate", at: site) }
                if kind == "ca" { authority.text = nil }
                reading.draft.trust.authorities[block.name] = authority
                return
            }
            let command = "crypto ca certificate chain \(block.name)"
            reading.expectPaste(
                .init(
                    command: command, trustpoint: kind == "ca" ? authority.trustpoint : nil, encoding: .hexadecimal,
                    site: site))
        }
    }
}

extension Reading {
    fileprivate mutating func addAuthority(of name: Located<String>) throws(Problem) {
        guard draft.trust.authorities[name.value] == nil else { return }
        try Limit.check(draft.trust.authorities.count, below: Limit.trustpoints, "certificates", at: name.site)
        draft.trust.authorities[name.value] = AuthorityDraft(trustpoint: name)
    }

    fileprivate mutating func removeAuthority(of name: Located<String>) {
        if draft.trust.authorities[name.value] == nil { warnNothingToRemove("certificate", at: name.site) }
        draft.trust.authorities[name.value] = nil
    }

    /// Keeps a pasted certificate. Of two the later counts, but two in one go are two authorities.
    mutating func keep(_ text: PasteReader.Text) {
        guard let name = text.announcement.trustpoint?.value, let known = draft.trust.authorities[name] else { return }
        if let other = known.text, other.announcement.site == text.announcement.site {
            return log.report(
                .error, at: Site(line: text.line, range: 0..<(text.lines.first?.utf8.count ?? 0)),
                "a second certificate (the first is in line \(other.line)): give it a trustpoint of its own")
        }
        draft.trust.authorities[name]?.text = text
    }
}
