import Wire

/// PEM, the text form of keys and certificates (RFC 7468).
public enum PEM {
    public struct Block: Hashable, Sendable {
        /// Such as `CERTIFICATE`.
        public var label: String
        public var bytes: [UInt8]
    }

    /// A text longer than this is no key and no certificate, nor a chain of them.
    static let textLimit = 1 << 20

    private static let begin = Array("-----BEGIN ".utf8)
    private static let end = Array("-----END ".utf8)
    private static let dashes = Array("-----".utf8)

    /// All blocks of `text`, in order. What stands between them is skipped, as RFC 7468 section 5.2 wants it.
    public static func blocks(in text: [UInt8]) throws(TrustError) -> [Block] {
        guard text.count <= textLimit else { throw TrustError("the text is longer than \(textLimit) bytes") }
        var blocks: [Block] = []
        var open: (label: String, body: [UInt8])?
        for line in text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
            if let label = label(of: line, after: begin) {
                guard open == nil else { throw TrustError("\(label): begins inside another block") }
                open = (label, [])
            } else if let label = label(of: line, after: end) {
                guard let block = open, block.label == label else { throw TrustError("\(label): ends without a begin") }
                guard let bytes = Base64.decode(block.body.filter { !ASCII.isSpace($0) }) else {
                    throw TrustError("\(label): is not base 64")
                }
                blocks.append(Block(label: label, bytes: bytes))
                open = nil
            } else {
                open?.body += line
            }
        }
        if let open { throw TrustError("\(open.label): the END line is missing") }
        return blocks
    }

    /// The one block of `text` whose label `isWanted`.
    ///
    /// - Parameter noun: such as "certificate", for the error.
    static func block(
        in text: [UInt8], _ noun: String, where isWanted: (String) -> Bool
    ) throws(TrustError) -> Block {
        let found = try blocks(in: text).filter { isWanted($0.label) }
        guard let block = found.first else { throw TrustError("there is no \(noun) in the text") }
        guard found.count == 1 else { throw TrustError("there are \(found.count) \(noun)s in the text, not one") }
        return block
    }

    public static func encode(_ bytes: [UInt8], label: String) -> [UInt8] {
        Array("-----BEGIN \(label)-----\n".utf8) + lines(Base64.encode(bytes)) + Array("-----END \(label)-----\n".utf8)
    }

    /// `text` in lines of at most 64 characters, each with its newline.
    private static func lines(_ text: [UInt8]) -> [UInt8] {
        stride(from: 0, to: text.count, by: 64).flatMap { start in
            text[start..<min(start + 64, text.count)] + [UInt8(ascii: "\n")]
        }
    }

    /// The label of a `BEGIN` or `END` line: letters, digits and blanks, so that it can stand in a message.
    private static func label(of line: ArraySlice<UInt8>, after start: [UInt8]) -> String? {
        let trimmed = line.drop(while: ASCII.isSpace)
        let last = trimmed.lastIndex { !ASCII.isSpace($0) }
        guard trimmed.starts(with: start), let last else { return nil }
        let rest = trimmed[...last].dropFirst(start.count)
        guard rest.count > dashes.count, rest.suffix(dashes.count).elementsEqual(dashes), rest.count <= 64 else {
            return nil
        }
        let label = rest.dropLast(dashes.count)
        guard label.allSatisfy({ ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: " ") }) else { return nil }
        return String(decoding: label, as: UTF8.self)
    }
}
