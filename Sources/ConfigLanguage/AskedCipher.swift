/// A cipher that a configuration asks for, and where.
///
/// Whether there is such a cipher is known to the TLS library alone, which this module does not see: the caller asks it,
/// and tells ``ReadConfiguration/report(unavailable:)``.
public struct AskedCipher: Hashable, Sendable {
    public var cipher: SSLCipher
    /// `ssl encryption`, or `tls-proxy NAME: client cipher-suite`.
    public var command: String
    /// Where it stands, without anything said of it.
    var place: Diagnostic
}

extension ReadConfiguration {
    /// Adds what is to be said of ciphers that the TLS library does not have: a warning for each, or an error where nothing
    /// that it has is asked for.
    public mutating func report(unavailable: Set<SSLCipher>) {
        let usable = Set(askedCiphers.filter { !unavailable.contains($0.cipher) }.map(\.command))
        for asked in askedCiphers where unavailable.contains(asked.cipher) {
            var diagnostic = asked.place
            diagnostic.severity = usable.contains(asked.command) ? .warning : .error
            diagnostic.message =
                "the TLS library has no '\(asked.cipher.rawValue)' (\(asked.cipher.openSSLName))"
                + (usable.contains(asked.command) ? ": it is left out" : ", and nothing else is asked for")
            insert(diagnostic)
        }
    }

    /// In file order.
    private mutating func insert(_ diagnostic: Diagnostic) {
        let place =
            diagnostics.firstIndex { ($0.line, $0.column) > (diagnostic.line, diagnostic.column) } ?? diagnostics.count
        diagnostics.insert(diagnostic, at: place)
    }
}
