import Wire

/// Gives a message that passes in a packet the names that its receiver knows. Every address that names a translated host
/// is changed, wherever it stands: what comes back is changed back by the same rule, so nothing has to be kept.
struct PassingTranslator {
    let names: HostNames
    /// Of the packet, where a URI says nothing else.
    let transport: IPProtocol
    /// `ip-address-privacy`: what stands for a sender's side's address that no rule translates; `nil`: it stays.
    var cover: IPAddress?
    /// Where Vias stand that are as they are to be.
    var settledVias: Set<Int> = []
    var editor: SIPEditor

    private var message: SIPMessage { editor.message }

    /// Places to send to, beside people and routes.
    private static let targets: [SIPHeaderName] = [.contact, .referTo]

    mutating func translate() {
        if names.areTheSameEverywhere, cover == nil { return }
        if let uri = message.requestURI { rename(uri) }
        for via in (try? message.vias()) ?? [] where !settledVias.contains(via.range.lowerBound) { rename(via) }
        for name in Self.targets + SIPTranslator.routes {
            if name == .contact, message.isContactWildcard { continue }
            for address in (try? message.addresses(of: name)) ?? [] { rename(address.uri) }
        }
        for name in SIPTranslator.people {
            for address in (try? message.addresses(of: name)) ?? [] where !rename(address.uri) { hide(address.uri) }
        }
    }

    /// People are no place to send to: any address does for them.
    private mutating func hide(_ uri: SIPURI) {
        guard let cover, uri.scheme == .sip || uri.scheme == .sips, let address = uri.host?.address, address != cover,
            names.isHere(Endpoint(address, uri.port ?? SIPViews.clearPort), transport)
        else { return }
        editor.setHost(of: uri, to: SIPHost.text(of: cover))
        if uri.port != nil { editor.setPort(of: uri, to: nil) }
    }

    /// Whether another name stands for it.
    @discardableResult
    private mutating func rename(_ uri: SIPURI) -> Bool {
        guard uri.scheme == .sip || uri.scheme == .sips, let address = uri.host?.address else { return false }
        let isSecure = uri.scheme == .sips || uri.transport == .tls
        let usual = isSecure ? SIPViews.securePort : SIPViews.clearPort
        guard let other = names.name(of: Endpoint(address, uri.port ?? usual), carrier(of: uri)) else { return false }
        editor.setHost(of: uri, to: SIPHost.text(of: other.address))
        if uri.port != nil || other.port != usual { editor.setPort(of: uri, to: other.port) }
        return true
    }

    private func carrier(of uri: SIPURI) -> IPProtocol {
        switch uri.transport {
        case .udp: .udp
        case .tcp, .tls: .tcp
        default: uri.scheme == .sips ? .tcp : transport
        }
    }

    private mutating func rename(_ via: SIPVia) {
        let carrier: IPProtocol = via.transport == .udp ? .udp : .tcp
        if let address = via.host.address {
            let usual = via.transport == .tls ? SIPViews.securePort : SIPViews.clearPort
            if let other = names.name(of: Endpoint(address, via.port ?? usual), carrier) {
                let port = via.port != nil || other.port != usual ? other.port : nil
                editor.setSentBy(of: via, host: SIPHost.text(of: other.address), port: port)
            }
        }
        renameReceived(via, carrier)
    }

    /// Where a request was seen to come from (RFC 3581), which is as the one that wrote it knows it.
    private mutating func renameReceived(_ via: SIPVia, _ carrier: IPProtocol) {
        guard let received = via.received, let address = received.address else { return }
        let value = via.rport?.value
        let port = value.flatMap { UInt16(message.text($0)) } ?? via.port ?? SIPViews.clearPort
        guard let other = names.name(of: Endpoint(address, port), carrier) else { return }
        editor.edits.replace(received.range, with: SIPHost.text(of: other.address))
        if let value, other.port != port { editor.edits.replace(value, with: String(other.port)) }
    }
}

extension PassingTranslator {
    /// The description's addresses, and the ports of those that are translated with them.
    mutating func translate(_ sdp: SDP) {
        if names.areTheSameEverywhere { return }
        for place in [sdp.origin?.address, sdp.connection].compactMap(\.self) + sdp.media.flatMap(\.connections) {
            rename(place, port: sdp.media.first?.port ?? 0)
        }
        for media in sdp.media {
            if media.port != 0, let address = sdp.connection(of: media)?.address,
                let other = names.name(of: Endpoint(address, media.port), .udp), other.port != media.port
            {
                editor.edits.setPort(of: media, to: other.port)
            }
        }
        for attribute in sdp.attributes(in: 0..<sdp.lines.count) { rename(attribute, of: sdp) }
    }

    private mutating func rename(_ place: SDPAddress, port: UInt16) {
        guard let address = place.address, !address.isUnspecified,
            let other = names.name(of: Endpoint(address, port), .udp), other.address != address
        else { return }
        editor.edits.setAddress(of: place, to: other.address)
    }

    private mutating func rename(_ attribute: SDPAttribute, of sdp: SDP) {
        switch attribute.kind {
        case .rtcp:
            guard let control = try? sdp.rtcp(attribute) else { return }
            if let place = control.address { rename(place, port: control.port) }
        case .candidate:
            guard let candidate = try? sdp.candidate(attribute), let address = candidate.address,
                let other = names.name(of: Endpoint(address, candidate.port), .udp)
            else { return }
            editor.edits.replace(candidate.addressRange, with: other.address.description)
            if other.port != candidate.port { editor.edits.replace(candidate.portRange, with: String(other.port)) }
        default: return
        }
    }
}
