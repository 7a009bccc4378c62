import Wire

/// A phone's file as the phone gets it.
public struct RewrittenPhoneFile: Sendable {
    public let bytes: [UInt8]
    public let changes: [PhoneFileChange]
    /// How ``bytes`` came from the file that was read; in its order.
    public let edits: [ByteEdit]
}

extension PhoneFile {
    /// Makes the phone secure and sends it to where it finds its servers; every byte that neither needs stays.
    ///
    /// A server that the file names by host name gets its address, since the name may mean nothing where the phone is,
    /// and its trust list holds addresses.
    ///
    /// - Parameter resolve: the address of a host; asked for those that the configuration has no `name` for.
    public func rewritten(
        _ settings: RewriteSettings, resolve: (String) -> IPAddress?
    ) throws(PhoneFileError) -> RewrittenPhoneFile {
        var rewriter = PhoneFileRewriter(document)
        if isSIP { try rewriter.setTransport() }
        let isAuthenticated = settings.authenticatesCIPC ? try document.isForCommunicator() : false
        try rewriter.setSecurityMode(isAuthenticated ? .authenticated : .encrypted)
        try rewriter.clearCertificateHash()
        for server in servers {
            let address = Self.address(of: server.host) { settings.names[$0] ?? resolve($0) }
            if let address {
                try rewriter.send(to: server, at: address, settings)
            } else if server.isRequired, case .name(let host) = server.host {
                throw .unresolved(host: host)
            }
        }
        if let proxy = settings.proxyServer { try rewriter.setProxyServer(proxy) }
        if settings.disablesServiceSettings { try rewriter.disableServiceSettings() }
        return rewriter.finished()
    }

    private static func address(of host: ServerReference.Host, resolve: (String) -> IPAddress?) -> IPAddress? {
        switch host {
        case .address(let address): address
        case .name(let name): resolve(name)
        }
    }
}
