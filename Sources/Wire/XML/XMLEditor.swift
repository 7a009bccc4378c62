/// Collects the changes of a document, to be made all at once: every other byte stays as it is.
///
/// An element is changed once at most, which keeps the changes apart from each other. Values and names that are put in
/// must be ASCII without `<` and `&`.
public struct XMLEditor: Sendable {
    public let document: XMLDocument
    private var edits: [(range: Range<Int>, replacement: [UInt8])] = []
    /// What comes into self-closing elements, which are opened for it.
    private var opened: [Int: [UInt8]] = [:]

    public init(_ document: XMLDocument) { self.document = document }

    /// Replaces the text of `element`; blanks around it and comments in it stay.
    public mutating func setValue(of element: Int, to value: String) throws(XMLError) {
        let value = Array(value.utf8)
        guard !document.elements[element].isSelfClosing else {
            if !value.isEmpty { opened[element, default: []] += value }
            return
        }
        var isWritten = false
        for piece in try document.pieces(of: element) {
            let characters = document.text.units.span.trimmed(piece.characters)
            guard !characters.isEmpty || piece.isLiteral else { continue }
            edits.append((piece.isLiteral ? piece.range : characters, isWritten ? [] : value))
            isWritten = true
        }
        if !isWritten, !value.isEmpty {
            let start = document.elements[element].content.lowerBound
            edits.append((start..<start, value))
        }
    }

    /// Puts `<name>content</name>` into `parent`, spaced as its neighbour is: behind the nearest of those that `order`
    /// has before it, or else before the nearest of those behind it, or else behind whatever is last.
    public mutating func insert(_ name: String, _ content: String, into parent: Int, order: [String]) {
        let element = Array("<\(name)>\(content)</\(name)>".utf8)
        if document.elements[parent].isSelfClosing {
            opened[parent, default: []] += element
            return
        }
        let (before, behind) = neighbours(of: name, in: parent, order)
        if let before {
            insert(spacing(before) + element, at: document.elements[before].range.upperBound)
        } else if let behind {
            insert(element + spacing(behind), at: document.elements[behind].range.lowerBound)
        } else if let last = document.children(of: parent).last {
            insert(spacing(last) + element, at: document.elements[last].range.upperBound)
        } else {
            insert(element, at: document.elements[parent].content.lowerBound)
        }
    }

    /// The nearest elements that `order` has before and behind `name`.
    private func neighbours(of name: String, in parent: Int, _ order: [String]) -> (before: Int?, behind: Int?) {
        let place = order.firstIndex(of: name) ?? order.count
        let before = order[..<place].reversed().lazy.compactMap { document.children(of: parent, named: $0).last }
        let behind = order[place...].dropFirst().lazy.compactMap { document.children(of: parent, named: $0).first }
        return (before.first, behind.first)
    }

    private mutating func insert(_ bytes: [UInt8], at place: Int) { edits.append((place..<place, bytes)) }

    /// The blanks before `element`, from the last line's end on.
    private func spacing(_ element: Int) -> [UInt8] {
        let units = document.text.units
        let end = document.elements[element].range.lowerBound
        var start = end
        while start > document.text.start, XMLByte.isBlank(units[start - 1]) {
            start -= 1
            guard units[start] != XMLByte.lineFeed else {
                if start > 0, units[start - 1] == XMLByte.carriageReturn { start -= 1 }
                break
            }
        }
        return Array(units[start..<end])
    }

    /// The changes, in the file's order and encoding.
    public func finished() -> [ByteEdit] {
        let openings = opened.map { element, content in
            let name = Array(document.text.units[document.elements[element].name])
            let end = document.elements[element].range.upperBound
            return (range: end - 2..<end, replacement: Array(">".utf8) + content + Array("</".utf8) + name + [0x3e])
        }
        return (edits + openings).enumerated()
            .sorted { ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset) }
            .map {
                ByteEdit(document.text.byteRange($0.element.range), document.text.encoded($0.element.replacement))
            }
    }
}
