import Capture
import ConfigLanguage
import Inspection
import Wire

/// What `capture … type tls-proxy` keeps: the plaintext of phones' connections and of those to the call server, each as
/// a TCP connection of its own.
final class DecryptedCapture {
    private struct Place: Hashable {
        var stream: HandStreamID
        var side: HandStreamSide
    }

    private struct Known {
        var connection: DecryptedConnection
        var interface: InterfaceIndex
        var comment: String
    }

    private let hidesKeys: Bool
    /// Bytes of a packet, headers included.
    private let packetLength: Int
    /// As many as there are streams, which are bounded, and two for each.
    private var connections: [Place: Known] = [:]

    init(_ definition: CaptureDefinition) {
        hidesKeys = !definition.includesKeys
        packetLength = definition.packetLength
    }

    /// The packets that show `piece`; `keep` gets each with the interface and a comment.
    func show(_ piece: SignallingPiece, _ keep: ([UInt8], InterfaceIndex, String) -> Void) {
        let place = Place(stream: piece.stream, side: piece.side)
        var known =
            connections[place]
            ?? Known(
                connection: DecryptedConnection(
                    piece.initiator, piece.responder, hidesKeys: hidesKeys ? piece.signalling : nil),
                interface: piece.interface, comment: comment(piece))
        let opening = connections[place] == nil ? known.connection.opening() : []
        let headers = TCPPacket.headerLength(isV4: piece.initiator.address.isV4)
        let room = min(max(packetLength - headers, 64), Self.longestPayload)
        let packets = known.connection.packets(fromInitiator: piece.isFromInitiator, piece.bytes, length: room)
        connections[place] = known
        for packet in opening + packets { keep(packet, known.interface, known.comment) }
    }

    /// That of an Ethernet packet.
    private static let longestPayload = 1_440

    /// One side of a stream is over, or (`nil`) both.
    func end(
        _ stream: HandStreamID, _ side: HandStreamSide?, _ keep: ([UInt8], InterfaceIndex, String) -> Void
    ) {
        for side in side.map({ [$0] }) ?? [.phone, .server] {
            guard var known = connections.removeValue(forKey: Place(stream: stream, side: side)) else { continue }
            for packet in known.connection.closing() { keep(packet, known.interface, known.comment) }
        }
    }

    /// `clear capture`: what is seen next begins anew.
    func clear() { connections = [:] }

    private func comment(_ piece: SignallingPiece) -> String {
        let side = piece.side == .phone ? "the phone's side" : "the call server's side"
        return "tls-proxy session \(piece.stream): \(side), decrypted" + (hidesKeys ? ", keys hidden" : "")
    }
}
