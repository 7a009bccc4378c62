import Wire

/// From the phone to the server.
extension SIPTranslator {
    mutating func translateForServer() {
        if let uri = message.requestURI { nameForServer(uri, isRequestURI: true) }
        translateViaForServer()
        for name in Self.routes {
            for address in addresses(of: name) { nameForServer(address.uri) }
        }
        translateContactsForServer()
        for name in Self.people {
            for address in addresses(of: name) { renameForServer(address.uri) }
        }
        for address in addresses(of: .referTo) { nameForServer(address.uri) }
    }

    /// The phone's own Via on a request; on a response the server's, as it was.
    private mutating func translateViaForServer() {
        guard let via = (try? message.topVia()) ?? nil else { return }
        if message.isRequest {
            if via.transport == Self.phoneTransport, views.serverTransport != via.transport {
                editor.setTransport(of: via, to: views.serverTransport)
            }
            return
        }
        if via.transport == Self.phoneTransport, views.serverTransport != via.transport {
            editor.setTransport(of: via, to: views.serverTransport)
        }
        guard via.host.address == views.mapped.address else { return }
        let port = via.port == views.mapped.port ? views.server.port : via.port
        editor.setSentBy(of: via, host: SIPHost.text(of: views.server.address), port: port)
    }

    /// What the phone says that it is reached at is the box's end of the connection to the server; what it redirects to is
    /// a name like others.
    private mutating func translateContactsForServer() {
        let isRedirection = message.status.map { 300..<400 ~= $0 } ?? false
        for contact in addresses(of: .contact) where !message.isContactWildcard {
            let uri = contact.uri
            let isOwn = uri.scheme == .sip || uri.scheme == .sips
            guard isOwn, !isRedirection, let host = uri.host, host.address != views.mapped.address else {
                nameForServer(uri)
                continue
            }
            let scheme = views.serverTransport == .tls && uri.scheme == .sips ? "sips" : "sip"
            let text = text(of: uri, at: views.local, views.serverTransport, scheme: scheme)
            contacts.remember(text, for: Array(message.bytes[uri.range]))
            replace(uri, with: text)
        }
    }

    /// A place to send to, as the phone names it.
    mutating func nameForServer(_ uri: SIPURI, isRequestURI: Bool = false) {
        if let original = targets.original(of: message.bytes[uri.range]) {
            if isRequestURI {
                editor.edits.replace(uri.range, with: original)
            } else {
                replace(uri, with: original)
            }
            return
        }
        guard uri.scheme == .sip || uri.scheme == .sips, let host = uri.host else { return }
        let isClear = views.serverTransport != .tls
        let isSecure = uri.scheme == .sips || uri.transport == .tls
        if uri.scheme == .sips, isClear { editor.setScheme(of: uri, to: "sip") }
        renameForServer(uri)
        guard host.address == nil || host.address == views.mapped.address else { return }
        if uri.transport == .tls, isClear { editor.setTransport(of: uri, to: views.serverTransport) }
        if uri.port == views.mapped.port, host.address != nil || isSecure {
            editor.setPort(of: uri, to: views.server.port)
        }
    }
}
