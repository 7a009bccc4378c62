import Wire

/// The servers that a phone may go to, as the one that it is with tells it (ServerRes).
extension Engine {
    /// ServerRes, as a phone on this side knows the servers: by their secure ports here. Those that it can not reach are
    /// left out, and so are names, which would be looked up elsewhere.
    func giveKnownServers(_ message: inout SkinnyMessage, to stream: SignallingStream) {
        var known: [Endpoint] = []
        for index in 0..<5 {
            guard let address = message.address(.serverIpAddr, index),
                let port = message.port(.serverTcpListenPort, index)
            else { continue }
            let told = Endpoint(address, port)
            let service = services.services.first {
                $0.signalling == .skinny && $0.interface == stream.interface && ($0.clear == told || $0.secure == told)
            }
            if let service, !known.contains(service.mapped) { known.append(service.mapped) }
        }
        for index in 0..<5 {
            guard index < known.count else {
                message.clear(.serverName, index)
                message.clear(.serverTcpListenPort, index)
                message.clear(.serverIpAddr, index)
                continue
            }
            message.set(.serverName, index, to: Array(known[index].address.description.utf8))
            message.set(.serverTcpListenPort, index, to: UInt32(known[index].port))
            message.set(.serverIpAddr, index, to: known[index].address)
        }
    }
}
