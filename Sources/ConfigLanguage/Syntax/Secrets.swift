/// Where a line's secret starts. Whatever follows it is blanked too: it is better to show too little.
enum Secrets {
    /// Words that a secret follows, and the shortest abbreviation that counts as one.
    private static let announcing: [(word: String, shortest: Int)] = [
        ("password", 3), ("passwd", 3), ("passphrase", 3), ("secret", 3), ("pkcs12", 2), ("community", 4),
        ("pre-shared-key", 5), ("ldap-login-password", 6),
    ]
    /// Commands whose second word is followed by a secret, however that word is abbreviated.
    private static let commands: [(word: String, shortest: Int)] = [("enable", 2), ("username", 2)]

    /// The index of the first secret token.
    static func firstSecret(in tokens: [Token]) -> Int? {
        let first = tokens.first?.text == "no" ? 1 : 0
        guard first < tokens.count else { return nil }
        if commands.contains(where: { abbreviates(tokens[first].text, $0) }) {
            return first + 2 < tokens.count ? first + 2 : nil
        }
        let secret = tokens.indices.first { index in
            index > first
                && (announcing.contains { abbreviates(tokens[index - 1].text, $0) }
                    || index == first + 1 && tokens[first].text == "key")
        }
        return secret
    }

    private static func abbreviates(_ word: String, _ known: (word: String, shortest: Int)) -> Bool {
        word.utf8.count >= known.shortest && Keyword.isAbbreviation(word, of: known.word)
    }
}
