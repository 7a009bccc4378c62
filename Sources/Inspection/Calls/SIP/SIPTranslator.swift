import Wire

/// Gives a message the names that its receiver knows: addresses, ports and transports. What stands in a header that can not
/// be read, and what names none of the hosts concerned, stays as it is.
struct SIPTranslator {
    let views: SIPViews
    /// The phone's contacts, by what the server knows them as.
    var contacts: SIPNames
    /// The server's URIs, by what the phone knows them as.
    var targets: SIPNames
    var editor: SIPEditor

    var message: SIPMessage { editor.message }

    /// Headers with one address, or several, of which only the host is renamed: people, not places to send to.
    static let people: [SIPHeaderName] = [
        .from, .to, .pAssertedIdentity, .pPreferredIdentity, .remotePartyID, .diversion, .referredBy, .historyInfo,
        .pAssociatedURI,
    ]
    static let routes: [SIPHeaderName] = [.route, .recordRoute, .path, .serviceRoute]

    func addresses(of name: SIPHeaderName) -> [SIPAddress] { (try? message.addresses(of: name)) ?? [] }

    /// The transport that the phone uses, whatever its messages say.
    static let phoneTransport = SIPTransport.tls

    // MARK: Pieces

    /// `uri` with another host, port and transport, and all else that it has.
    func text(of uri: SIPURI, at endpoint: Endpoint, _ transport: SIPTransport, scheme: String = "sip") -> [UInt8] {
        let bytes = message.bytes
        var text = Array("\(scheme):".utf8)
        if let user = uri.user {
            text += bytes[user]
            if let password = uri.password { text += Array(":".utf8) + bytes[password] }
            text += Array("@".utf8)
        }
        text += Array("\(SIPHost.text(of: endpoint.address)):\(endpoint.port)".utf8)
        for parameter in message.parameters(uri.parameters) where !message.equals(parameter.name, "transport") {
            text += bytes[parameter.range]
        }
        text += Array(";transport=\(transport.rawValue)".utf8)
        if let headers = uri.headers { text += Array("?".utf8) + bytes[headers] }
        return text
    }

    /// Puts `text` in the place of a whole URI, in `<>`, as it may have parameters.
    mutating func replace(_ uri: SIPURI, with text: [UInt8]) {
        if text.elementsEqual(message.bytes[uri.range]) { return }
        editor.edits.replace(uri.range, with: uri.isBare ? Array("<".utf8) + text + Array(">".utf8) : text)
    }

    /// Renames a host that the server knows by another address.
    mutating func renameForServer(_ uri: SIPURI) {
        guard let address = uri.host?.address, let other = views.real(address) else { return }
        editor.setHost(of: uri, to: SIPHost.text(of: other))
    }

    /// Renames a host that the phone knows by another address.
    mutating func renameForPhone(_ uri: SIPURI) {
        guard let address = uri.host?.address, let other = views.mapped(address) else { return }
        editor.setHost(of: uri, to: SIPHost.text(of: other))
    }
}
