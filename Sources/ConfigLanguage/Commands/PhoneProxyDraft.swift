import Wire

struct PhoneProxyDraft {
    struct TFTPServer {
        var value: PhoneProxyDefinition.TFTPServer
        var interface: Site
        var site: Site
    }

    var name: Located<String>
    /// Without what is looked up.
    var value: PhoneProxyDefinition
    var tftpServers: [TFTPServer] = []
    var ctlFile: Located<String>?
    var tlsProxy: Located<String>?
    var mediaTermination: Located<String>?
    var mediaTerminationAddresses: [MediaTerminationAddressDraft] = []
    var clusterMode: Site?
    var proxyServerInterface: Site?

    init(name: Located<String>) {
        self.name = name
        value = PhoneProxyDefinition(name: name.value)
    }
}

struct DNSDraft {
    /// Without its interfaces, which are looked up.
    var settings = DNSSettings()
    var lookupInterfaces: [Located<String>] = []
    /// Where the first server stands.
    var server: Site?
}
