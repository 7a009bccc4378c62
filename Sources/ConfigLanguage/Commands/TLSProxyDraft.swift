struct TLSProxyDraft {
    var name: Located<String>
    /// Without what is looked up.
    var value: TLSProxyDefinition
    var serverTrustpoint: Located<String>?
    var ldcIssuer: Located<String>?
    var ldcKeyPair: Located<String>?
    var clientTrustpoint: Located<String>?
    var clientCiphers: [Located<SSLCipher>] = []
    /// `no server authenticate-client`.
    var noAuthentication: Site?

    init(name: Located<String>) {
        self.name = name
        value = TLSProxyDefinition(name: name.value)
    }
}

struct SSLDraft {
    var serverVersion: Located<SSLSettings.Version>?
    var clientVersion: Located<SSLSettings.Version>?
    /// `nil`: nothing is said.
    var encryption: [Located<SSLCipher>]?
}
