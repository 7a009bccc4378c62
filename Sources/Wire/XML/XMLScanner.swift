/// Reads XML piece by piece (XML 1.0, fifth edition, without validation), copying nothing.
///
/// Prefixes are part of a name and need not be declared: call servers write `xsi:type` and never say what `xsi` is.
public struct XMLScanner: Sendable {
    /// Where the next piece starts.
    public private(set) var position: Int

    /// No tag of a phone's file has a dozen.
    public static let attributeLimit = 32

    public init(at position: Int) { self.position = position }

    /// The next piece; `nil` at the end.
    public mutating func next(_ text: Span<UInt8>) throws(XMLError) -> XMLToken? {
        guard position < text.count else { return nil }
        guard text[position] == XMLByte.less else { return characters(text) }
        guard position + 1 < text.count else { throw error(.malformedTag, text) }
        switch text[position + 1] {
        case XMLByte.slash: return try endTag(text)
        case XMLByte.question: return try instruction(text)
        case XMLByte.exclamation: return try declaration(text)
        default: return .startTag(try startTag(text))
        }
    }

    private func error(_ problem: XMLError.Problem, _ text: Span<UInt8>) -> XMLError {
        XMLError(problem, at: position, of: text)
    }

    private mutating func characters(_ text: Span<UInt8>) -> XMLToken {
        let start = position
        while position < text.count, text[position] != XMLByte.less { position += 1 }
        return .text(start..<position)
    }

    // MARK: Tags

    private mutating func startTag(_ text: Span<UInt8>) throws(XMLError) -> XMLTag {
        let start = position
        position += 1
        let name = try self.name(text, else: .malformedTag)
        let attributes = position
        var seen: [Range<Int>] = []
        while let attribute = try attribute(text) {
            guard seen.count < Self.attributeLimit else { throw error(.tooManyAttributes, text) }
            guard !seen.contains(where: { Self.areEqual($0, attribute.name, text) }) else {
                throw XMLError(.duplicateAttribute, at: attribute.name.lowerBound, of: text)
            }
            seen.append(attribute.name)
        }
        let end = position
        let isSelfClosing = position < text.count && text[position] == XMLByte.slash
        if isSelfClosing { position += 1 }
        try take(XMLByte.greater, text, else: .malformedTag)
        return XMLTag(
            range: start..<position, name: name, attributes: name.upperBound..<max(attributes, end),
            isSelfClosing: isSelfClosing)
    }

    private mutating func endTag(_ text: Span<UInt8>) throws(XMLError) -> XMLToken {
        let start = position
        position += 2
        let name = try self.name(text, else: .malformedTag)
        skipBlanks(text)
        try take(XMLByte.greater, text, else: .malformedTag)
        return .endTag(name: name, range: start..<position)
    }

    /// The next attribute, after at least one blank; `nil` where something else than a name follows.
    mutating func attribute(_ text: Span<UInt8>) throws(XMLError) -> XMLAttribute? {
        let blank = position
        skipBlanks(text)
        guard position < text.count, XMLByte.startsName(text[position]) else { return nil }
        guard position > blank else { throw error(.malformedAttribute, text) }
        let name = try self.name(text, else: .malformedAttribute)
        skipBlanks(text)
        try take(XMLByte.equals, text, else: .malformedAttribute)
        skipBlanks(text)
        guard position < text.count, text[position] == XMLByte.quote || text[position] == XMLByte.apostrophe else {
            throw error(.malformedAttribute, text)
        }
        let quote = text[position]
        position += 1
        let start = position
        while position < text.count, text[position] != quote {
            guard text[position] != XMLByte.less else { throw error(.malformedAttribute, text) }
            position += 1
        }
        let end = position
        try take(quote, text, else: .malformedAttribute)
        return XMLAttribute(name: name, value: start..<end)
    }

    private mutating func name(_ text: Span<UInt8>, else problem: XMLError.Problem) throws(XMLError) -> Range<Int> {
        let start = position
        guard position < text.count, XMLByte.startsName(text[position]) else { throw error(problem, text) }
        while position < text.count, XMLByte.continuesName(text[position]) { position += 1 }
        return start..<position
    }

    private mutating func take(
        _ byte: UInt8, _ text: Span<UInt8>, else problem: XMLError.Problem
    ) throws(XMLError) {
        guard position < text.count, text[position] == byte else { throw error(problem, text) }
        position += 1
    }

    private mutating func skipBlanks(_ text: Span<UInt8>) {
        while position < text.count, XMLByte.isBlank(text[position]) { position += 1 }
    }

    static func areEqual(_ left: Range<Int>, _ right: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for offset in 0..<left.count where text[left.lowerBound + offset] != text[right.lowerBound + offset] {
            return false
        }
        return true
    }
}

// MARK: - Markup that is not an element

extension XMLScanner {
    private mutating func declaration(_ text: Span<UInt8>) throws(XMLError) -> XMLToken {
        let start = position
        if text.starts(with: "<!--", at: start) {
            // Production 15: two hyphens end a comment, and nothing else.
            guard let end = text.first("--", in: start + 4..<text.count), text.starts(with: "-->", at: end) else {
                throw error(.malformedMarkup, text)
            }
            position = end + 3
            return .comment(start..<position)
        }
        if text.starts(with: "<![CDATA[", at: start) {
            guard let end = text.first("]]>", in: start + 9..<text.count) else { throw error(.malformedMarkup, text) }
            position = end + 3
            return .characterData(start..<position)
        }
        guard text.starts(with: "<!DOCTYPE", at: start) else { throw error(.markupDeclaration, text) }
        try skipDocumentType(text)
        return .documentType(start..<position)
    }

    /// To the `>` that closes a DOCTYPE; one in a quoted identifier does not.
    private mutating func skipDocumentType(_ text: Span<UInt8>) throws(XMLError) {
        var quote: UInt8?
        while position < text.count {
            let byte = text[position]
            position += 1
            switch byte {
            case quote: quote = nil
            case _ where quote != nil: continue
            case XMLByte.quote, XMLByte.apostrophe: quote = byte
            case XMLByte.bracket: throw error(.markupDeclaration, text)
            case XMLByte.greater: return
            default: continue
            }
        }
        throw error(.malformedMarkup, text)
    }

    private mutating func instruction(_ text: Span<UInt8>) throws(XMLError) -> XMLToken {
        let start = position
        guard let end = text.first("?>", in: start + 2..<text.count) else { throw error(.malformedMarkup, text) }
        position = start + 2
        // Production 17 keeps "xml" for the declaration, which ``declaredEncoding(_:at:)`` has read.
        let target = try name(text, else: .malformedMarkup)
        guard String(decoding: text.bytes(in: target), as: UTF8.self).lowercased() != "xml" else {
            throw XMLError(.malformedDeclaration, at: start, of: text)
        }
        position = end + 2
        return .instruction(start..<position)
    }

    /// Goes behind an XML declaration (production 23), when there is one.
    mutating func skipDeclaration(_ text: Span<UInt8>) {
        guard Self.hasDeclaration(text, at: position), let end = text.first("?>", in: position..<text.count) else {
            return
        }
        position = end + 2
    }

    /// The `encoding` of the XML declaration at `start`; `nil` when none is declared.
    static func declaredEncoding(_ text: Span<UInt8>, at start: Int) throws(XMLError) -> String? {
        guard hasDeclaration(text, at: start) else { return nil }
        var scanner = XMLScanner(at: start + 5)
        var encoding: String?
        while let attribute = try scanner.attribute(text) {
            switch String(decoding: text.bytes(in: attribute.name), as: UTF8.self) {
            case "version", "standalone": continue
            case "encoding" where encoding == nil:
                encoding = String(decoding: text.bytes(in: attribute.value), as: UTF8.self)
            default: throw XMLError(.malformedDeclaration, at: attribute.name.lowerBound, of: text)
            }
        }
        guard text.starts(with: "?>", at: scanner.position) else { throw scanner.error(.malformedDeclaration, text) }
        return encoding
    }

    private static func hasDeclaration(_ text: Span<UInt8>, at start: Int) -> Bool {
        text.starts(with: "<?xml", at: start) && start + 5 < text.count && XMLByte.isBlank(text[start + 5])
    }
}
