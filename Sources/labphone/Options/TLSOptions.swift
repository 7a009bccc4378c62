import ArgumentParser

/// Who phones are to a TLS server, and which one they believe.
struct TLSOptions: ParsableArguments {
    @Option(help: "Key and certificate in PEM, of all phones.")
    var certificate: String?

    @Option(help: "An authority's certificate in PEM: each phone gets one of its own from it, with --authority-key.")
    var authority: String?

    @Option(help: "The authority's private key in PEM.")
    var authorityKey: String?

    @Option(help: "The certificates in PEM that a server is believed by; without it, any is.")
    var trust: String?

    @Option(help: "A file that gets the secrets of the connections, for Wireshark and for replay.")
    var keyLog: String?

    func validate() throws {
        guard (authority == nil) == (authorityKey == nil), authority == nil || certificate == nil else {
            throw ValidationError("--certificate, or --authority with --authority-key")
        }
    }

    func context() throws(LabError) -> TLSContext {
        try TLSContext(trusted: trust, identity: identity(), keyLog: keyLog)
    }

    private func identity() throws(LabError) -> TLSIdentity? {
        if let certificate { return try TLSIdentity(file: certificate) }
        guard let authority, let authorityKey else { return nil }
        return try TLSIdentity(authority: authority, key: authorityKey)
    }
}
