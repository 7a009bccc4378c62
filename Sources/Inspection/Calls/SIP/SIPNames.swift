/// URIs that were given another form on one side and have to be given back as they were: those for which no rule
/// leads back. Bounded, the one that was not used for longest goes first.
struct SIPNames {
    /// As it is known on the other side, and as it was.
    private struct Alias {
        var text: [UInt8]
        var original: [UInt8]
    }

    private static let limit = 16

    /// Newest last.
    private var aliases: [Alias] = []

    mutating func remember(_ text: [UInt8], for original: [UInt8]) {
        if let last = aliases.last, last.text == text, last.original == original { return }
        aliases.removeAll { $0.text == text }
        if aliases.count == Self.limit { aliases.removeFirst() }
        aliases.append(Alias(text: text, original: original))
    }

    /// What `text` was.
    func original(of text: ArraySlice<UInt8>) -> [UInt8]? {
        aliases.last { $0.text.elementsEqual(text) }?.original
    }

    /// What a URI was of which only the part before the host is sure to be the same.
    func original(startingAs prefix: ArraySlice<UInt8>) -> [UInt8]? {
        aliases.last { $0.text.starts(with: prefix) }?.original
    }
}
