import Wire

/// DER in whatever form it reaches a configuration: as it is, in PEM, in base 64 without the BEGIN and END lines, or in
/// hexadecimal.
enum PastedBytes {
    /// - Parameters:
    ///   - noun: such as "certificate", for the error.
    ///   - isWanted: which PEM labels count.
    static func read(
        _ text: [UInt8], _ noun: String, where isWanted: (String) -> Bool
    ) throws(TrustError) -> [UInt8] {
        guard text.count <= PEM.textLimit else { throw TrustError("the text is longer than \(PEM.textLimit) bytes") }
        // A sequence whose length takes more than one byte: no text begins like that.
        if text.count > 1, text[0] == 0x30, text[1] >= 0x80 { return text }
        let lines = text.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        let marker = Array("-----".utf8)
        if lines.contains(where: { $0.drop(while: ASCII.isSpace).starts(with: marker) }) {
            return try PEM.block(in: text, noun, where: isWanted).bytes
        }
        let characters = withoutQuit(lines).flatMap { line in line.filter { !ASCII.isSpace($0) } }
        guard !characters.isEmpty else { throw TrustError("there is no \(noun) in the text") }
        if let bytes = hexadecimal(characters) { return bytes }
        guard let bytes = Base64.decode(characters) else {
            throw TrustError("the \(noun) is neither PEM nor one text in base 64 or hexadecimal")
        }
        return bytes
    }

    /// `quit` ends pasted text, and is base 64 itself.
    private static func withoutQuit(_ lines: [ArraySlice<UInt8>]) -> ArraySlice<ArraySlice<UInt8>> {
        let end = lines.lastIndex { line in line.contains { !ASCII.isSpace($0) } } ?? lines.endIndex
        guard end < lines.endIndex, lines[end].filter({ !ASCII.isSpace($0) }).elementsEqual("quit".utf8) else {
            return lines[...]
        }
        return lines[..<end]
    }

    /// `nil` unless all of it is hexadecimal and begins as DER does; no DER begins so in base 64.
    private static func hexadecimal(_ characters: [UInt8]) -> [UInt8]? {
        guard characters.starts(with: "30".utf8), characters.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: characters.count, by: 2) {
            guard let high = ASCII.hexadecimalValue(characters[index]),
                let low = ASCII.hexadecimalValue(characters[index + 1])
            else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }
}
