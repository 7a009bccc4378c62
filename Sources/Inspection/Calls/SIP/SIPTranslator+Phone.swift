import Wire

/// From the server to the phone.
extension SIPTranslator {
    mutating func translateForPhone() {
        if let uri = message.requestURI { nameForPhone(uri, as: .target) }
        translateViaForPhone()
        translateRoutesForPhone()
        translateContactsForPhone()
        for name in Self.people {
            for address in addresses(of: name) { nameForPhone(person: address.uri) }
        }
        for address in addresses(of: .referTo) { nameForPhone(address.uri, as: .target) }
    }

    /// What a URI is to the phone.
    private enum Role {
        /// Where the phone's own requests go first: it must lead here.
        case target
        /// One of a route's other hops, or a place that somebody else will send to.
        case hop
    }

    private mutating func translateViaForPhone() {
        guard let via = (try? message.topVia()) ?? nil else { return }
        guard !message.isRequest else {
            if via.transport == views.serverTransport { editor.setTransport(of: via, to: Self.phoneTransport) }
            if via.host.address == views.server.address {
                let port = via.port == views.server.port ? views.mapped.port : via.port
                editor.setSentBy(of: via, host: SIPHost.text(of: views.mapped.address), port: port)
            }
            return
        }
        // The phone's own, as it was; and where it was seen to come from is where it comes from on its own side.
        if via.transport == views.serverTransport { editor.setTransport(of: via, to: Self.phoneTransport) }
        if let value = via.rport?.value, message.text(value) == String(views.local.port) {
            editor.edits.replace(value, with: String(views.phone.port))
        }
    }

    /// The phone sends to the first hop of a request's record route, and to the last one of a response's (RFC 3261
    /// section 12.1).
    private mutating func translateRoutesForPhone() {
        for name in Self.routes {
            let hops = addresses(of: name)
            for (index, hop) in hops.enumerated() {
                let isNext = name == .recordRoute && index == (message.isRequest ? 0 : hops.count - 1)
                nameForPhone(hop.uri, as: isNext ? .target : .hop)
            }
        }
    }

    private mutating func translateContactsForPhone() {
        if message.isContactWildcard { return }
        let isRedirection = message.status.map { 300..<400 ~= $0 } ?? false
        let leadsHere = (views.hidesAddresses || message.first(.recordRoute) == nil) && !isRedirection
        for contact in addresses(of: .contact) { nameForPhone(contact.uri, as: leadsHere ? .target : .hop) }
    }

    /// `ip-address-privacy`: who lies behind the box, and is known by no other address, is known by the server's.
    private mutating func nameForPhone(person uri: SIPURI) {
        guard views.hidesAddresses, uri.scheme == .sip || uri.scheme == .sips, let address = uri.host?.address,
            address != views.server.address, views.mapped(address) == nil, !views.isReachable(address)
        else { return renameForPhone(uri) }
        editor.setHost(of: uri, to: SIPHost.text(of: views.mapped.address))
        if uri.port != nil { editor.setPort(of: uri, to: nil) }
    }

    /// A place to send to, as the server names it.
    private mutating func nameForPhone(_ uri: SIPURI, as role: Role) {
        guard uri.scheme == .sip || uri.scheme == .sips, let address = uri.host?.address else { return }
        if address == views.local.address, uri.port == views.local.port { return restore(uri) }
        guard address == views.server.address, uri.port == nil || uri.port == views.server.port else {
            if role == .target, message.requestURI?.range != uri.range, views.mapped(address) == nil,
                !views.isReachable(address)
            {
                return leadHere(uri)
            }
            return renameForPhone(uri)
        }
        if uri.transport == views.serverTransport {
            renameForPhone(uri)
            if views.serverTransport != .tls { editor.setTransport(of: uri, to: Self.phoneTransport) }
            if uri.port != nil || views.mapped.port != SIPViews.securePort {
                editor.setPort(of: uri, to: views.mapped.port)
            }
        } else if role == .target {
            leadHere(uri)
        } else {
            renameForPhone(uri)
        }
    }

    /// A URI of the phone's own, which the server had by another form.
    private mutating func restore(_ uri: SIPURI) {
        let bytes = message.bytes
        let head = uri.user.map { bytes[uri.range.lowerBound..<$0.upperBound] } ?? bytes[uri.schemeName]
        let original =
            contacts.original(of: bytes[uri.range]) ?? contacts.original(startingAs: head + Array("@".utf8))
            ?? text(of: uri, at: views.phone, Self.phoneTransport)
        if message.requestURI?.range == uri.range {
            editor.edits.replace(uri.range, with: original)
        } else {
            replace(uri, with: original)
        }
    }

    /// Gives the phone a URI under which it sends through the box, and keeps what it stands for.
    private mutating func leadHere(_ uri: SIPURI) {
        let text = text(of: uri, at: views.mapped, Self.phoneTransport)
        targets.remember(text, for: Array(message.bytes[uri.range]))
        if message.requestURI?.range == uri.range {
            editor.edits.replace(uri.range, with: text)
        } else {
            replace(uri, with: text)
        }
    }
}
