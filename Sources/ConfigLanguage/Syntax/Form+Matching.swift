import Wire

/// What a line that fits its form names.
struct NamesInForm {
    var uses: [Reference] = []
    var definition: Reference?
}

extension Words {
    /// Reads what `forms` ask for, in order.
    mutating func read(_ forms: [Form], into names: inout NamesInForm) throws(Problem) {
        for form in forms { try read(form, into: &names) }
    }

    private mutating func read(_ form: Form, into names: inout NamesInForm) throws(Problem) {
        switch form {
        case .keyword(let keyword): try expect(keyword)
        case .choice(let keywords): _ = try self.keyword(keywords)
        case .choices(let keywords, let limit): try readChoices(keywords, upTo: limit)
        case .use(let kind): names.uses.append(Reference(kind: kind, name: try name(kind.rawValue)))
        case .define(let kind): names.definition = Reference(kind: kind, name: try name(kind.rawValue))
        case .parenthesized(let kind): names.uses.append(Reference(kind: kind, name: try parenthesizedName()))
        case .optional(let forms):
            if try begins(forms) { try read(forms, into: &names) }
        case .either(let alternatives): try readOne(of: alternatives, into: &names)
        case .options(let alternatives): try readOptions(alternatives, into: &names)
        default: try readValue(form)
        }
    }

    private mutating func readValue(_ form: Form) throws(Problem) {
        switch form {
        case .word(let what): _ = try name(what)
        case .number(let range): _ = try number(in: range)
        case .address: _ = try address()
        case .network: try readNetwork()
        case .duration(let range): _ = try duration(in: range)
        case .text(let what): _ = try rest(what)
        case .mask: _ = try mask()
        case .addressRange: try readAddressRange()
        default: break
        }
    }

    private mutating func readAddressRange() throws(Problem) {
        guard let token = next, nextAddress == nil, token.text.utf8.contains(UInt8(ascii: "-")) else {
            _ = try addressV4()
            return
        }
        let ends = token.text.split(separator: "-", omittingEmptySubsequences: false).map { IPAddress($0) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first.isV4, last.isV4, first <= last else {
            throw wrong("\(token.quoted) is not a range of addresses")
        }
        advance(spelling: token.text)
    }

    /// `(inside)`.
    private mutating func parenthesizedName() throws(Problem) -> Located<String> {
        ask("(interface)")
        let token = try required()
        guard token.text.utf8.count > 2, token.text.hasPrefix("("), token.text.hasSuffix(")") else {
            throw wrong("\(token.quoted) is not an interface in parentheses")
        }
        guard !token.text.contains(",") else {
            throw wrong("NAT between a pair of interfaces is only supported under 'object network'")
        }
        advance(spelling: token.text)
        let range = token.range.lowerBound + 1..<token.range.upperBound - 1
        return Located(String(token.text.dropFirst().dropLast()), at: Site(line: line.number, range: range))
    }

    /// Cisco's listings write some keywords in two ways; the second is only known in full.
    mutating func expect(_ keyword: String, or other: String) throws(Problem) {
        if next?.text == other {
            advance(spelling: keyword)
        } else {
            try expect(keyword)
        }
    }

    private mutating func readChoices(_ keywords: [String], upTo limit: Int) throws(Problem) {
        _ = try keyword(keywords)
        for _ in 1..<limit where !isAtEnd { _ = try keyword(keywords) }
    }

    private mutating func readNetwork() throws(Problem) {
        let keywords = ["any", "host"]
        if !isAtAddress(ratherThan: keywords), let keyword = try optionalKeyword(keywords) {
            if keyword == "host" { _ = try address() }
        } else if isAtPrefixV6 {
            _ = try networkV6()
        } else {
            _ = try networkV4(zeros: true)
        }
    }

    // MARK: Alternatives

    /// Whether the next word begins `forms`.
    private mutating func begins(_ forms: [Form]) throws(Problem) -> Bool {
        guard let first = forms.first else { return false }
        let keywords = Self.leading(first)
        ask(oneOf: keywords)
        guard let token = next else { return false }
        if !keywords.isEmpty { return try leadingKeyword(token, among: keywords) != nil }
        switch first {
        case .number: return Self.decimal(token.text) != nil
        case .address: return nextAddress != nil
        default: return true
        }
    }

    private mutating func readOne(of alternatives: [[Form]], into names: inout NamesInForm) throws(Problem) {
        let keywords = alternatives.flatMap { $0.first.map(Self.leading) ?? [] }
        ask(oneOf: keywords)
        if let token = next, let keyword = try leadingKeyword(token, among: keywords),
            let chosen = alternatives.first(where: { $0.first.map { Self.leading($0).contains(keyword) } ?? false })
        {
            return try read(chosen, into: &names)
        }
        guard let value = alternatives.first(where: { $0.first.map { Self.leading($0).isEmpty } ?? true }) else {
            throw unexpected()
        }
        try read(value, into: &names)
    }

    private mutating func readOptions(_ alternatives: [[Form]], into names: inout NamesInForm) throws(Problem) {
        var left = alternatives
        while true {
            let keywords = left.flatMap { $0.first.map(Self.leading) ?? [] }
            ask(oneOf: keywords)
            guard let token = next, let keyword = try leadingKeyword(token, among: keywords),
                let index = left.firstIndex(where: { $0.first.map { Self.leading($0).contains(keyword) } ?? false })
            else { return }
            try read(left.remove(at: index), into: &names)
        }
    }

    private func leadingKeyword(_ token: Token, among keywords: [String]) throws(Problem) -> String? {
        switch Keyword.match(token.text, among: keywords) {
        case .one(let keyword): return keyword
        case .none: return nil
        case .several(let fitting):
            throw Problem(site: site(of: token), message: "\(token.quoted) is ambiguous", expected: fitting)
        }
    }

    /// The keywords that `form` begins with; none when it begins with a value.
    private static func leading(_ form: Form) -> [String] {
        switch form {
        case .keyword(let keyword): [keyword]
        case .choice(let keywords), .choices(let keywords, _): keywords
        case .optional(let forms): forms.first.map(leading) ?? []
        case .either(let alternatives): alternatives.flatMap { $0.first.map(leading) ?? [] }
        default: []
        }
    }
}
