extension RunningConfiguration {
    func phoneProxy(_ proxy: PhoneProxyDefinition, all: Bool) -> [String] {
        let unset = PhoneProxyDefinition(name: "")
        var lines = ["phone-proxy \(proxy.name)"] + mediaTermination(of: proxy)
        lines += proxy.tftpServers.map { server in
            " tftp-server address \(server.address)\(server.port == 69 ? "" : " \(server.port)") "
                + "interface \(server.interface)"
        }
        if let name = proxy.tlsProxy { lines.append(" tls-proxy \(name)") }
        if let name = proxy.ctlFile { lines.append(" ctl-file \(name)") }
        if let server = proxy.proxyServer {
            lines.append(" proxy-server address \(server.address) \(server.port) interface \(server.interface)")
        }
        if all || proxy.authenticatesCIPC {
            lines.append(" \(proxy.authenticatesCIPC ? "" : "no ")cipc security-mode authenticated")
        }
        if all || proxy.clusterMode != unset.clusterMode {
            lines.append(" cluster-mode \(proxy.clusterMode.rawValue)")
        }
        if all || !proxy.disablesServiceSettings {
            lines.append(" \(proxy.disablesServiceSettings ? "" : "no ")disable service-settings")
        }
        if all || proxy.securePhoneTimeout != unset.securePhoneTimeout {
            lines.append(" timeout secure-phones \(Words.clock(proxy.securePhoneTimeout))")
        }
        if all || proxy.requiresFileRequest {
            lines.append(" \(proxy.requiresFileRequest ? "" : "no ")secure-phones require-file-request")
        }
        return lines
    }

    private func mediaTermination(of proxy: PhoneProxyDefinition) -> [String] {
        var lines = proxy.mediaTermination.map { [" media-termination \($0)"] } ?? []
        lines += proxy.mediaTerminationAddresses.map { address in
            " media-termination address \(address.address)" + (address.interface.map { " interface \($0)" } ?? "")
        }
        if let ports = proxy.rtpPorts {
            lines.append(" rtp-min-port \(ports.lowerBound) rtp-max-port \(ports.upperBound)")
        }
        return lines
    }
}
