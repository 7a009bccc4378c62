/// A piece of XML, as ranges into its text.
public enum XMLToken: Hashable, Sendable {
    case text(Range<Int>)
    case startTag(XMLTag)
    case endTag(name: Range<Int>, range: Range<Int>)
    /// From `<!--` to `-->`.
    case comment(Range<Int>)
    /// From `<![CDATA[` to `]]>`; its characters stand between.
    case characterData(Range<Int>)
    /// From `<?` to `?>`.
    case instruction(Range<Int>)
    /// A DOCTYPE that declares nothing itself. What it may point to is never looked at.
    case documentType(Range<Int>)
}

/// `<name attribute="value">` or `<name/>`.
public struct XMLTag: Hashable, Sendable {
    /// From `<` to `>`.
    public let range: Range<Int>
    public let name: Range<Int>
    /// What stands behind the name.
    public let attributes: Range<Int>
    public let isSelfClosing: Bool
}

/// `name="value"`; the value without its quotes, references in it as they stand.
public struct XMLAttribute: Hashable, Sendable {
    public let name: Range<Int>
    public let value: Range<Int>
}
