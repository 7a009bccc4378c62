extension Diagnostic: CustomStringConvertible {
    /// The problem for people, up to four lines:
    ///
    ///     box.cfg:3:12: error: 'foo' is not an address
    ///      ip address foo 255.255.255.0
    ///                 ^~~
    ///     expected: A.B.C.D
    public var description: String {
        var text = "\(file):\(line):\(column): \(severity.rawValue): \(message)"
        if !source.isEmpty { text += "\n\(source)\n\(underline)" }
        if !expected.isEmpty { text += "\nexpected: \(expected.joined(separator: ", "))" }
        return text
    }

    /// Tabs are repeated, so that the mark stands under the word whatever a tab is worth.
    private var underline: String {
        let margin = source.prefix(column - 1).map { $0 == "\t" ? "\t" : " " as Character }
        return String(margin) + "^" + String(repeating: "~", count: max(0, length - 1))
    }
}
