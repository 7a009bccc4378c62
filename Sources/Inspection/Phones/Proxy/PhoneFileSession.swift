import Wire

/// One request that the box answers itself: a phone's port, what it asked for, and how far that has come.
///
/// An object, since every packet of a transfer looks at it and changes it: a copy of all it holds would cost more than the
/// rest of what a packet takes.
final class PhoneFileSession {
    enum Stage {
        /// The file is being made; nothing has been sent yet.
        case preparing
        case serving
        /// All is said, and packets under way are swallowed.
        case over
    }

    /// What log lines call the session.
    let number: UInt32
    let request: PhoneFileRequest
    let name: PhoneFileName
    let terms: TransferTerms
    /// The phone, as the server sees it.
    let mappedClient: Endpoint
    /// The phone's packets as they come in, and the server's; the port that the ones go to, and that the others come from, is
    /// left open.
    let clientKey: FlowKey
    let serverKey: FlowKey
    /// The flow of the request.
    let flow: FlowID
    /// The port that the box answers from.
    var port: UInt16
    var stage = Stage.preparing
    var transfer: TFTPTransfer
    /// Bytes of the file on its way.
    var held = 0
    /// What its host takes up, this session included, once it is in the table.
    var share: PhoneHostShare?
    /// The file that is being made for it, while it is.
    var file: SlabID?
    var serving: FileServing?
    /// What it fetches from the server, for itself and for others that wait; kept for the server's last block, which may
    /// come again.
    var fetching: FileFetching?
    /// When the session is looked at next, whatever its stage.
    var deadline: Timestamp

    init(
        number: UInt32, request: PhoneFileRequest, name: PhoneFileName, terms: TransferTerms, mappedClient: Endpoint,
        flow: FlowID, port: UInt16, transfer: TFTPTransfer, deadline: Timestamp
    ) {
        self.number = number
        self.request = request
        self.name = name
        self.terms = terms
        self.mappedClient = mappedClient
        clientKey = FlowKey(
            source: request.client.address, destination: request.server.address, sourcePort: request.client.port,
            destinationPort: 0, transport: .udp, interface: request.clientInterface)
        serverKey = FlowKey(
            source: request.realServer.address, destination: mappedClient.address, sourcePort: 0,
            destinationPort: mappedClient.port, transport: .udp, interface: request.serverInterface)
        self.flow = flow
        self.port = port
        self.transfer = transfer
        self.deadline = deadline
    }

    /// Asked for once or twice only: whoever counts has ``share``.
    var host: HostGroup { HostGroup(request.client.address) }
    var client: Endpoint { request.client }

    /// What the transfer has come to, as events tell it.
    func summary(_ status: TFTPTransfer.Status, at now: Timestamp) -> TFTPTransfer {
        var transfer = transfer
        transfer.status = status
        transfer.ended = now
        if let serving {
            transfer.grantedOptions = serving.granted.map { .init(name: $0.name.rawValue, value: "\($0.value)") }
            transfer.blockSize = serving.blockSize
            transfer.blocks = UInt64(serving.blocks)
            transfer.bytes = UInt64(serving.bytes)
            transfer.retransmissions &+= UInt32(clamping: serving.retransmissions)
        }
        return transfer
    }
}
