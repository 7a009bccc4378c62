/// Elements as values: what their text says.
extension XMLDocument {
    /// A run of characters in an element's content.
    struct Piece {
        /// With a CDATA section's own marks.
        var range: Range<Int>
        var characters: Range<Int>
        /// In a CDATA section `&` is a character like any other.
        var isLiteral: Bool
    }

    /// The text of `element`, references replaced, without the blanks at its ends; comments are no part of it.
    public func value(of element: Int) throws(XMLError) -> String {
        var bytes: [UInt8] = []
        for piece in try pieces(of: element) {
            bytes += piece.isLiteral ? text.units[piece.characters][...] : try dereferenced(piece.characters)[...]
        }
        let value = bytes.span.trimmed(0..<bytes.count)
        return String(decoding: bytes[value], as: UTF8.self)
    }

    func pieces(of element: Int) throws(XMLError) -> [Piece] {
        let content = elements[element].content
        guard elements[element].next == element + 1 else {
            throw XMLError(.unexpectedElement, at: content.lowerBound, of: text.units.span)
        }
        var pieces: [Piece] = []
        var scanner = XMLScanner(at: content.lowerBound)
        while scanner.position < content.upperBound, let token = try scanner.next(text.units.span) {
            switch token {
            case .text(let range): pieces.append(Piece(range: range, characters: range, isLiteral: false))
            case .characterData(let range):
                let characters = range.lowerBound + 9..<range.upperBound - 3
                pieces.append(Piece(range: range, characters: characters, isLiteral: true))
            default: continue
            }
        }
        return pieces
    }

    private func dereferenced(_ range: Range<Int>) throws(XMLError) -> [UInt8] {
        var bytes: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            guard text.units[index] == XMLByte.ampersand else {
                bytes.append(text.units[index])
                index += 1
                continue
            }
            let rest = index + 1..<min(index + 12, range.upperBound)
            guard let end = text.units[rest].firstIndex(of: UInt8(ascii: ";")),
                let scalar = Self.scalar(characters(rest.lowerBound..<end))
            else { throw XMLError(.unknownReference, at: index, of: text.units.span) }
            bytes += Array(String(scalar).utf8)
            index = end + 1
        }
        return bytes
    }

    /// Sections 4.1 and 4.6: the five predefined entities, and characters by number.
    private static func scalar(_ name: String) -> UnicodeScalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        default: break
        }
        guard name.hasPrefix("#") else { return nil }
        let isHexadecimal = name.hasPrefix("#x")
        let digits = name.dropFirst(isHexadecimal ? 2 : 1)
        // The integer's own reader would take a sign.
        guard let first = digits.first, first.isHexDigit, let number = UInt32(digits, radix: isHexadecimal ? 16 : 10)
        else { return nil }
        guard number >= 0x20 || [9, 10, 13].contains(number) else { return nil }
        return UnicodeScalar(number)
    }

    /// The value of the attribute `name` of `element`, references in it as they stand.
    public func attribute(_ name: String, of element: Int) throws(XMLError) -> String? {
        var scanner = XMLScanner(at: elements[element].attributes.lowerBound)
        while let attribute = try scanner.attribute(text.units.span) {
            if characters(attribute.name) == name { return characters(attribute.value) }
        }
        return nil
    }
}
