/// Takes media keys out of signalling as it passes, wherever one piece ends and the next begins. No length changes.
///
/// Keys stand behind `inline:` (RFC 4568 section 6.1), in `k=` lines (RFC 4566 section 5.12) and behind `key-mgmt:`
/// (RFC 4567).
struct KeyMask {
    private var marks = [
        Mark("inline:", endsAtLine: false), Mark("\nk=", endsAtLine: true), Mark("key-mgmt:", endsAtLine: true),
    ]

    mutating func hideKeys(in bytes: inout [UInt8]) {
        for place in bytes.indices {
            let byte = bytes[place]
            var isKey = false
            for mark in marks.indices where marks[mark].takes(byte) { isKey = true }
            // What a key is written in, so that it is still read as one.
            if isKey { bytes[place] = UInt8(ascii: "x") }
        }
    }
}

/// Text behind which there is a key.
private struct Mark {
    private let text: [UInt8]
    /// How much of the text is matched already where the byte behind so much of it is another (Knuth, Morris, Pratt).
    private let fallback: [Int]
    private let endsAtLine: Bool
    private var matched = 0
    private var isInKey = false
    private var hasBegun = false

    init(_ text: String, endsAtLine: Bool) {
        self.text = Array(text.utf8)
        self.endsAtLine = endsAtLine
        var fallback = [0]
        for place in self.text.indices.dropFirst() {
            var length = fallback[place - 1]
            while length > 0, self.text[length] != self.text[place] { length = fallback[length - 1] }
            fallback.append(self.text[length] == self.text[place] ? length + 1 : 0)
        }
        self.fallback = fallback
    }

    /// Whether `byte`, the next one, is of a key.
    mutating func takes(_ byte: UInt8) -> Bool {
        if isInKey {
            if !ends(byte) {
                hasBegun = hasBegun || byte > UInt8(ascii: " ")
                return Self.isOfKey(byte)
            }
            isInKey = false
        }
        let byte = Self.lowercase(byte)
        while matched > 0, text[matched] != byte { matched = fallback[matched - 1] }
        if text[matched] == byte { matched += 1 }
        if matched == text.count {
            matched = 0
            isInKey = true
            hasBegun = false
        }
        return false
    }

    private func ends(_ byte: UInt8) -> Bool {
        if byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") { return true }
        guard !endsAtLine else { return false }
        return byte == UInt8(ascii: "|") || byte == UInt8(ascii: ";") || hasBegun && byte <= UInt8(ascii: " ")
    }

    /// Blanks and the padding of base 64 say nothing.
    private static func isOfKey(_ byte: UInt8) -> Bool { byte > UInt8(ascii: " ") && byte != UInt8(ascii: "=") }

    private static func lowercase(_ byte: UInt8) -> UInt8 {
        UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte ? byte | 0x20 : byte
    }
}
