import Wire

/// As what Skinny's messages name hosts without a phone proxy: each as its receiver knows it, by static translation.
extension Engine {
    func hostNames(of stream: SignallingStream, from side: StreamSide) -> HostNames {
        let (phones, servers) = (stream.interface, stream.service.serverInterface)
        return HostNames(
            ingress: side == .phone ? phones : servers, egress: side == .phone ? servers : phones,
            translations: translations, routes: routes)
    }

    /// Gives a message's addresses and ports as its receiver knows them.
    func rename(_ message: inout SkinnyMessage, _ names: HostNames) {
        guard let (field, portField) = Self.endpointFields(message.id), let address = message.address(field),
            !address.isUnspecified
        else { return }
        let told = Endpoint(address, message.port(portField) ?? 0)
        let control = message.port(.rtcpPortNumber).flatMap { names.name(of: Endpoint(address, $0), .udp) }
        guard let other = names.name(of: told, .udp) else { return }
        message.set(field, to: other.address)
        if other.port != told.port { message.set(portField, to: UInt32(other.port)) }
        if let control { message.set(.rtcpPortNumber, to: UInt32(control.port)) }
    }

    /// Where a message about a channel names a host.
    private static func endpointFields(_ id: SkinnyMessageID) -> (address: SkinnyField, port: SkinnyField)? {
        switch id {
        case .openReceiveChannel, .openMultiMediaReceiveChannel: (.sourceIpAddr, .sourcePortNumber)
        case .startMediaTransmission, .startMultiMediaTransmission, .mediaTransmissionFailure:
            (.remoteIpAddr, .remotePortNumber)
        case .openReceiveChannelAck, .openMultiMediaReceiveChannelAck, .portRes: (.ipAddr, .portNumber)
        case .startMediaTransmissionAck, .startMultiMediaTransmissionAck: (.transmitIpAddr, .portNumber)
        default: nil
        }
    }

    /// ServerRes of a server that is spoken to in the clear: where a rule translates a server, by what it is on the phone's
    /// side.
    func renameServers(_ message: inout SkinnyMessage, to stream: SignallingStream) {
        let names = hostNames(of: stream, from: .server)
        for index in 0..<5 {
            guard let address = message.address(.serverIpAddr, index), !address.isUnspecified,
                let port = message.port(.serverTcpListenPort, index),
                let other = names.name(of: Endpoint(address, port), .tcp)
            else { continue }
            if message.text(.serverName, index) == Array(address.description.utf8) {
                message.set(.serverName, index, to: Array(other.address.description.utf8))
            }
            message.set(.serverIpAddr, index, to: other.address)
            message.set(.serverTcpListenPort, index, to: UInt32(other.port))
        }
    }
}
