/// Why text is not XML that can be edited in place: what is wrong, and where.
///
/// Nothing of the text is quoted but one character that stands outside all elements: the rest may be a password.
public struct XMLError: Error, Hashable, Sendable {
    public enum Problem: Hashable, Sendable {
        /// Something else than an element tag where only one can be; `nil`: the text ends.
        case tagMissing(got: UInt8?)
        case malformedTag, malformedAttribute, duplicateAttribute
        /// An end tag that closes nothing, or something else than what is open.
        case mismatchedEndTag
        case unclosedElement
        /// A comment, CDATA section or instruction that is malformed or does not end.
        case malformedMarkup
        /// A declaration elsewhere than at the very start, or one that is not well-formed.
        case malformedDeclaration
        /// `<!ENTITY …>` and the like, in a DOCTYPE or alone.
        case markupDeclaration
        case invalidCharacter
        case unsupportedEncoding
        /// A reference to something else than the five predefined entities and characters.
        case unknownReference
        /// An element in what should be a value.
        case unexpectedElement
        case tooDeep, tooManyElements, tooManyAttributes
    }

    public let problem: Problem
    /// From 1.
    public let line: Int
    /// From 1, in bytes, or in code units of UTF-16; a byte order mark counts.
    public let column: Int

    init(_ problem: Problem, at offset: Int, of text: Span<UInt8>) {
        self.problem = problem
        var line = 1
        var start = 0
        for index in 0..<min(offset, text.count) where text[index] == XMLByte.lineFeed {
            line += 1
            start = index + 1
        }
        self.line = line
        column = offset - start + 1
    }
}

extension XMLError: CustomStringConvertible {
    /// For example `element tag is malformed, line 3, column 40`.
    public var description: String { "\(problem), line \(line), column \(column)" }
}

extension XMLError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tagMissing(let got): "Beginning of element tag is missing, got \(Self.name(of: got))"
        case .malformedTag: "element tag is malformed"
        case .malformedAttribute: "attribute is malformed"
        case .duplicateAttribute: "attribute stands twice in one tag"
        case .mismatchedEndTag: "end tag does not match the open element"
        case .unclosedElement: "element is not closed"
        case .malformedMarkup: "comment, CDATA section or instruction is malformed"
        case .malformedDeclaration: "XML declaration is malformed or misplaced"
        case .markupDeclaration: "document type with declarations"
        case .invalidCharacter: "invalid character"
        case .unsupportedEncoding: "encoding is not supported, or not the declared one"
        case .unknownReference: "unknown entity reference"
        case .unexpectedElement: "element where a value should be"
        case .tooDeep: "elements are nested too deep"
        case .tooManyElements: "too many elements"
        case .tooManyAttributes: "too many attributes in one tag"
        }
    }

    private static func name(of byte: UInt8?) -> String {
        guard let byte else { return "end of file" }
        guard (0x21...0x7e).contains(byte) else { return "0x" + String(byte, radix: 16) }
        return String(UnicodeScalar(byte))
    }
}
