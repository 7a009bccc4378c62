import ConfigLanguage
import Inspection
import Wire

/// Plaintext on one of the two connections of a phone's stream, as a capture of TLS proxies has it: at the real addresses,
/// and at the port of the clear service, where Wireshark knows what to read.
struct SignallingPiece {
    var stream: HandStreamID
    var side: HandStreamSide
    /// Where the peer is.
    var interface: InterfaceIndex
    /// Who has opened the connection: the phone, or the box toward the server.
    var initiator: Endpoint
    var responder: Endpoint
    var isFromInitiator: Bool
    var bytes: [UInt8]
    /// What is spoken, which tells where keys are in it.
    var signalling = InspectionProtocol.sip
}

extension SignallingPiece {
    /// `nil` where the connection is not known, or where its service has no clear port.
    init?(
        _ bytes: [UInt8], isFromPeer: Bool, _ side: HandStreamSide, of stream: HandStreamID,
        _ parties: StreamDesk.Parties
    ) {
        guard let (port, signalling) = parties.clearService else { return nil }
        self.signalling = signalling
        self.stream = stream
        self.side = side
        self.bytes = bytes
        switch side {
        case .phone:
            guard let destination = parties.destination else { return nil }
            interface = parties.interface
            initiator = parties.phone
            responder = Endpoint(destination.address, port)
            isFromInitiator = isFromPeer
        case .server:
            guard let local = parties.local, let server = parties.server, let place = parties.serverInterface else {
                return nil
            }
            interface = place
            initiator = local
            responder = Endpoint(server.address, port)
            isFromInitiator = !isFromPeer
        }
    }
}
