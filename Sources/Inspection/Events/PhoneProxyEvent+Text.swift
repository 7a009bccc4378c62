import Wire

/// The words of `debug phone-proxy tftp`: the ASA's where it has any.
extension PhoneProxyEvent {
    /// One line. `name` gives an interface's `nameif`.
    public func text(_ name: (InterfaceIndex) -> String) -> String {
        // The one message that the ASA prints without its prefix.
        if case .unsignedRequest = self { return "Error: phone requesting for unsigned config file" }
        return "PP: " + body(name)
    }

    private func body(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .requesting, .opened, .retransmittingRequest, .createdSecurePhone, .forwardedData,
            .receivedAcknowledgment, .sentAll:
            transferText(name)
        case .modified(let change): change.description
        case .callbackRequired: "Callback required for parsing config file"
        case .noResponse(let lookup): "Unable to get dns response for id \(lookup)"
        case .callbackFailed: "Callback, error modifying config file"
        case .unreadable(let reason): reason
        case .parsingFailed: "error parsing config file"
        case .modifyingFailed: "Error modifying config file, dropping packet"
        case .unsignedRequest, .writeRefused, .noTrustList, .notServed, .sessionLimit, .failed, .serverSilent,
            .clientSilent, .clientError, .signingFailed:
            refusalText(name)
        }
    }

    private func transferText(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .requesting(let request): "\(request.client.slashed) requesting \(request.file)"
        case .opened(let session): "opened 0x\(String(session, radix: 16))"
        case .retransmittingRequest(let request, let kind):
            "Client \(request.clientText(name)) retransmitting request for \(kind.rawValue) \(request.file)"
        case .createdSecurePhone(let address): "Created entry for secure device \(address)"
        case .forwardedData(let block, let source, let destination, let ingress):
            "Data Block \(block) forwarded from \(source.slashed) to \(destination.slashed) ingress ifc \(name(ingress))"
        case .receivedAcknowledgment(let block, let request):
            "Received ACK Block \(block) from \(request.clientText(name)) to "
                + "\(name(request.serverInterface)):\(request.realServer.address)"
        case .sentAll: "TFTP session complete, all data sent"
        default: ""
        }
    }

    private func refusalText(_ name: (InterfaceIndex) -> String) -> String {
        switch self {
        case .writeRefused(let request): "Client \(request.clientText(name)) refused to write \(request.file)"
        case .noTrustList(let request):
            "no CTL file, request of \(request.clientText(name)) for \(request.file) refused"
        case .notServed(let request): "request of \(request.clientText(name)) for \(request.file) refused"
        case .sessionLimit(let request):
            "TFTP session limit reached, request of \(request.clientText(name)) for \(request.file) refused"
        case .failed(let request, let code, let reason):
            "Client \(request.clientText(name)) gets error \(code) for \(request.file): \(reason)"
        case .serverSilent(let request):
            "Server \(request.serverText(name)) does not respond to request for \(request.file)"
        case .clientSilent(let request):
            "Client \(request.clientText(name)) does not respond, \(request.file) not delivered"
        case .clientError(let request, let code, let reason):
            "Client \(request.clientText(name)) ends \(request.file) with error \(code): \(reason)"
        case .signingFailed(let request, let reason): "Failed to sign file \(request.file): \(reason)"
        default: ""
        }
    }
}

extension PhoneFileRequest {
    /// `outside:192.168.10.5/49357`.
    public func clientText(_ name: (InterfaceIndex) -> String) -> String {
        "\(name(clientInterface)):\(client.slashed)"
    }

    /// `inside:192.0.2.101/69`.
    public func serverText(_ name: (InterfaceIndex) -> String) -> String {
        "\(name(serverInterface)):\(realServer.slashed)"
    }
}

extension Endpoint {
    /// `address/port`, as the ASA's messages have it.
    public var slashed: String { "\(address)/\(port)" }
}
