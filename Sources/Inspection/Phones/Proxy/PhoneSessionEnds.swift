import Wire

/// Between whom a session is: all that its packets are told from and sent with. Each packet asks for it, so it holds
/// nothing that would have to be counted.
struct PhoneSessionEnds {
    /// The phone, and the address that it asked.
    let client: Endpoint
    let server: IPAddress
    let clientInterface: InterfaceIndex
    /// The port that the box answers from.
    let port: UInt16
    /// The server, and the phone as the server sees it.
    let realServer: IPAddress
    let mappedClient: Endpoint
    let serverInterface: InterfaceIndex
    /// The flow of the request.
    let flow: FlowID
    let stage: PhoneFileSession.Stage

    init(_ session: PhoneFileSession) {
        client = session.request.client
        server = session.request.server.address
        clientInterface = session.request.clientInterface
        port = session.port
        realServer = session.request.realServer.address
        mappedClient = session.mappedClient
        serverInterface = session.request.serverInterface
        flow = session.flow
        stage = session.stage
    }
}
