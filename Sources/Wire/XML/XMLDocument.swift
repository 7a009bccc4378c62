/// A well-formed XML document, as places in its text.
public struct XMLDocument: Sendable {
    public let text: XMLText
    /// In the order in which they start; the first is the root.
    public let elements: [XMLElement]

    /// What a document may have at most; more is refused.
    public static let elementLimit = 16_384
    public static let depthLimit = 64

    public static func read(_ bytes: [UInt8]) throws(XMLError) -> XMLDocument {
        let text = try XMLText(bytes)
        var reader = XMLTreeReader()
        return XMLDocument(text: text, elements: try reader.read(text.units.span, from: text.start))
    }

    public static let root = 0

    /// The elements that stand directly in `parent`.
    public func children(of parent: Int) -> [Int] {
        var found: [Int] = []
        var index = parent + 1
        while index < elements[parent].next {
            found.append(index)
            index = elements[index].next
        }
        return found
    }

    /// Those of them called `name`.
    public func children(of parent: Int, named name: String) -> [Int] {
        var found: [Int] = []
        var index = parent + 1
        while index < elements[parent].next {
            if isNamed(index, name) { found.append(index) }
            index = elements[index].next
        }
        return found
    }

    /// All elements that `path` leads to from `parent`.
    public func elements(at path: [String], from parent: Int = XMLDocument.root) -> [Int] {
        path.reduce([parent]) { parents, name in parents.flatMap { children(of: $0, named: name) } }
    }

    public func isNamed(_ element: Int, _ name: String) -> Bool {
        let range = elements[element].name
        return range.count == name.utf8.count && text.units.span.starts(with: name, at: range.lowerBound)
    }

    /// The characters of `range`; those of UTF-16 that are not ASCII are replaced.
    public func characters(_ range: Range<Int>) -> String { String(decoding: text.units[range], as: UTF8.self) }
}

public struct XMLElement: Hashable, Sendable {
    /// From the start tag's `<` to the end tag's `>`.
    public internal(set) var range: Range<Int>
    public let name: Range<Int>
    /// What stands behind the name in the start tag.
    public let attributes: Range<Int>
    /// Between the tags; empty for a self-closing one, and then behind it.
    public internal(set) var content: Range<Int>
    public let isSelfClosing: Bool
    /// The place of the first element that neither is this one nor stands in it.
    public internal(set) var next: Int
}

/// Puts a document's tags together.
private struct XMLTreeReader {
    private var elements: [XMLElement] = []
    private var open: [Int] = []

    mutating func read(_ text: Span<UInt8>, from start: Int) throws(XMLError) -> [XMLElement] {
        elements.reserveCapacity(text.count / 32)
        var scanner = XMLScanner(at: start)
        scanner.skipDeclaration(text)
        while let token = try scanner.next(text) {
            switch token {
            case .startTag(let tag): try begin(tag, text)
            case .endTag(let name, let range): try end(name, range, text)
            case .text(let range): try place(range, text)
            case .characterData(let range): if open.isEmpty { throw missingTag(at: range.lowerBound, text) }
            case .documentType(let range):
                guard elements.isEmpty else { throw XMLError(.malformedMarkup, at: range.lowerBound, of: text) }
            case .comment, .instruction: continue
            }
        }
        guard open.isEmpty else { throw XMLError(.unclosedElement, at: text.count, of: text) }
        guard !elements.isEmpty else { throw missingTag(at: text.count, text) }
        return elements
    }

    private mutating func begin(_ tag: XMLTag, _ text: Span<UInt8>) throws(XMLError) {
        let start = tag.range.lowerBound
        guard elements.isEmpty || !open.isEmpty else { throw missingTag(at: start, text) }
        guard elements.count < XMLDocument.elementLimit else { throw XMLError(.tooManyElements, at: start, of: text) }
        guard open.count < XMLDocument.depthLimit else { throw XMLError(.tooDeep, at: start, of: text) }
        if !tag.isSelfClosing { open.append(elements.count) }
        elements.append(
            XMLElement(
                range: tag.range, name: tag.name, attributes: tag.attributes,
                content: tag.range.upperBound..<tag.range.upperBound, isSelfClosing: tag.isSelfClosing,
                next: elements.count + 1))
    }

    private mutating func end(_ name: Range<Int>, _ range: Range<Int>, _ text: Span<UInt8>) throws(XMLError) {
        guard let index = open.popLast(), XMLScanner.areEqual(elements[index].name, name, text) else {
            throw XMLError(.mismatchedEndTag, at: range.lowerBound, of: text)
        }
        elements[index].content = elements[index].content.lowerBound..<range.lowerBound
        elements[index].range = elements[index].range.lowerBound..<range.upperBound
        elements[index].next = elements.count
    }

    /// Outside the root only blanks may stand.
    private func place(_ range: Range<Int>, _ text: Span<UInt8>) throws(XMLError) {
        guard open.isEmpty else { return }
        let rest = text.trimmed(range)
        if !rest.isEmpty { throw missingTag(at: rest.lowerBound, text) }
    }

    private func missingTag(at offset: Int, _ text: Span<UInt8>) -> XMLError {
        XMLError(.tagMissing(got: offset < text.count ? text[offset] : nil), at: offset, of: text)
    }
}
