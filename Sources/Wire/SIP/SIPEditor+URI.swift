/// Changes of URIs and of Via.
extension SIPEditor {
    /// `host` as in a URI: IPv6 in brackets (``SIPHost/text(of:)``).
    public mutating func setHost(of uri: SIPURI, to host: String) {
        if let old = uri.host { edits.replace(old.range, with: host) }
    }

    /// `nil`: no port.
    public mutating func setPort(of uri: SIPURI, to port: UInt16?) {
        if let host = uri.host { setPort(behind: host, uri.portRange, to: port) }
    }

    /// Host and port at once.
    public mutating func setHost(of uri: SIPURI, to endpoint: Endpoint) {
        setHost(of: uri, to: SIPHost.text(of: endpoint.address))
        setPort(of: uri, to: endpoint.port)
    }

    /// `sip` or `sips`.
    public mutating func setScheme(of uri: SIPURI, to scheme: String) { edits.replace(uri.schemeName, with: scheme) }

    /// `nil`: no `transport` parameter. A URI without `<>` gets them, so that the parameter is its own.
    public mutating func setTransport(of uri: SIPURI, to transport: SIPTransport?) {
        guard let transport else { return removeParameter("transport", of: uri) }
        setParameter("transport", of: uri, to: transport.rawValue)
    }

    /// As ``setParameter(_:in:to:)``, of a URI.
    public mutating func setParameter(_ name: String, of uri: SIPURI, to value: String?) {
        if uri.isBare, bracketed.insert(uri.range.lowerBound).inserted {
            edits.insert("<", at: uri.range.lowerBound)
            edits.insert(">", at: uri.range.upperBound, rank: .closing)
        }
        setParameter(name, in: uri.parameters, to: value)
    }

    public mutating func removeParameter(_ name: String, of uri: SIPURI) { removeParameter(name, in: uri.parameters) }

    public mutating func setTransport(of via: SIPVia, to transport: SIPTransport) {
        edits.replace(via.transportName, with: transport.viaName)
    }

    /// `host` as in a URI; `nil`: no port.
    public mutating func setSentBy(of via: SIPVia, host: String, port: UInt16?) {
        edits.replace(via.host.range, with: host)
        setPort(behind: via.host, via.portRange, to: port)
    }

    public mutating func setSentBy(of via: SIPVia, to endpoint: Endpoint) {
        setSentBy(of: via, host: SIPHost.text(of: endpoint.address), port: endpoint.port)
    }

    private mutating func setPort(behind host: SIPHost, _ old: Range<Int>?, to port: UInt16?) {
        switch (old, port) {
        case (let old?, let port?): edits.replace(old, with: String(port))
        case (nil, let port?): edits.insert(":\(port)", at: host.range.upperBound, rank: .port)
        case (let old?, nil): edits.remove(host.range.upperBound..<old.upperBound)
        case (nil, nil): return
        }
    }
}
