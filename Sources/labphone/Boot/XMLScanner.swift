/// Walks through an XML document as far as a phone's files go: elements and their text. No document type, no entities
/// but the five of XML 1.0: what else there is makes the document unreadable.
struct XMLScanner {
    struct Failure: Error, Equatable, CustomStringConvertible {
        var offset: Int
        var reason: String

        var description: String { "\(reason) at offset \(offset)" }
    }

    private let text: [UInt8]
    private var offset = 0
    private var path: [String] = []
    /// Text of the element that is open, without its children's.
    private var content: [[UInt8]] = []
    private var hasRoot = false

    /// Deeper than any file of a phone.
    private static let maximumDepth = 64

    private init(_ text: [UInt8]) { self.text = text }

    /// Calls `leave` with each element's path from the root and its own text, when it ends.
    static func scan(_ document: [UInt8], leave: ([String], String) -> Void) throws(Failure) {
        var scanner = XMLScanner(utf8(document))
        while let start = scanner.text[scanner.offset...].firstIndex(of: UInt8(ascii: "<")) {
            scanner.content.indices.last.map { scanner.content[$0] += scanner.text[scanner.offset..<start] }
            scanner.offset = start
            try scanner.markup(leave)
        }
        guard scanner.path.isEmpty, scanner.hasRoot else { throw scanner.failure("document ends too early") }
    }

    /// UTF-16 is told by its byte order mark; all else has ASCII's markup.
    private static func utf8(_ document: [UInt8]) -> [UInt8] {
        let isLittle = document.starts(with: [0xff, 0xfe])
        guard isLittle || document.starts(with: [0xfe, 0xff]) else { return document }
        let units = stride(from: 2, to: document.count - 1, by: 2).map {
            UInt16(document[$0 + (isLittle ? 1 : 0)]) << 8 | UInt16(document[$0 + (isLittle ? 0 : 1)])
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private func failure(_ reason: String) -> Failure { Failure(offset: offset, reason: reason) }

    private mutating func markup(_ leave: ([String], String) -> Void) throws(Failure) {
        let rest = text[offset...]
        if rest.starts(with: Array("<!--".utf8)) { return try skip(past: "-->") }
        if rest.starts(with: Array("<![CDATA[".utf8)) { return try characterData() }
        if rest.starts(with: Array("<?".utf8)) { return try skip(past: "?>") }
        if rest.starts(with: Array("<!".utf8)) { throw failure("document type or unknown declaration") }
        try tag(leave)
    }

    private mutating func skip(past end: String) throws(Failure) {
        offset = try position(after: end)
    }

    private mutating func characterData() throws(Failure) {
        let end = try position(after: "]]>")
        content.indices.last.map { content[$0] += text[offset + 9..<end - 3] }
        offset = end
    }

    private func position(after end: String) throws(Failure) -> Int {
        let bytes = Array(end.utf8)
        var index = offset
        while index + bytes.count <= text.count {
            if text[index..<index + bytes.count].elementsEqual(bytes) { return index + bytes.count }
            index += 1
        }
        throw failure("no \(end)")
    }

    private mutating func tag(_ leave: ([String], String) -> Void) throws(Failure) {
        let end = try endOfTag()
        var inner = text[offset + 1..<end]
        let isEnd = inner.first == UInt8(ascii: "/")
        if isEnd { inner = inner.dropFirst() }
        let isEmpty = !isEnd && inner.last == UInt8(ascii: "/")
        if isEmpty { inner = inner.dropLast() }
        let name = String(decoding: inner.prefix { !Self.isBlank($0) }, as: UTF8.self)
        guard let first = name.utf8.first, Self.startsName(first) else { throw failure("no element name") }
        if isEnd {
            try close(name, leave)
        } else {
            try open(name)
            if isEmpty { try close(name, leave) }
        }
        offset = end + 1
    }

    /// Where the `>` of the tag is, blind to those in attribute values.
    private func endOfTag() throws(Failure) -> Int {
        var quote: UInt8?
        for index in offset + 1..<text.count {
            let byte = text[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            } else if byte == UInt8(ascii: "<") {
                break
            }
        }
        throw failure("tag does not end")
    }

    private mutating func open(_ name: String) throws(Failure) {
        guard path.count < Self.maximumDepth else { throw failure("nested too deep") }
        guard !(path.isEmpty && hasRoot) else { throw failure("second root element") }
        hasRoot = true
        path.append(name)
        content.append([])
    }

    private mutating func close(_ name: String, _ leave: ([String], String) -> Void) throws(Failure) {
        guard path.last == name, let bytes = content.popLast() else {
            throw failure("</\(name)> ends <\(path.last ?? "")>")
        }
        leave(path, try decoded(bytes))
        path.removeLast()
    }

    private func decoded(_ bytes: [UInt8]) throws(Failure) -> String {
        var text = ""
        var parts = String(decoding: bytes, as: UTF8.self).split(separator: "&", omittingEmptySubsequences: false)[...]
        text += parts.popFirst() ?? ""
        for part in parts {
            guard let end = part.firstIndex(of: ";"), let character = Self.character(String(part[..<end])) else {
                throw failure("unknown entity")
            }
            text += character + part[part.index(after: end)...]
        }
        return String(text.drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func character(_ entity: String) -> String? {
        guard entity.hasPrefix("#") else { return entities[entity] }
        let digits = entity.dropFirst()
        let code = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
    }

    private static let entities = ["lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"]

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    private static func startsName(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_")
            || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z"))
    }
}
