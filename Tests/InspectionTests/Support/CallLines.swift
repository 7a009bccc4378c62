import TestSupport
import Wire

@testable import Inspection

/// What the engine tells of streams, calls and media, a line each.
func callLine(_ event: Event, _ name: (InterfaceIndex) -> String) -> String {
    switch event.kind {
    case .securePhoneMismatch(let message, let mac): "mismatch: \(message.text(name)), MAC \(mac)"
    case .streamLimit(let maximum): "limit of \(maximum) sessions"
    case .mediaPortsExhausted(_, let client, let interface): "no media port for \(name(interface)):\(client)"
    case .signalling(let fact): fact.text(name)
    case .media(let fact): fact.text(name)
    case .sip(let fact): fact.text(name)
    case .skinny(let fact): fact.text(name)
    default: ""
    }
}

/// A media order, a line for each leg; keys by their first bytes, which tests may know.
func orderLine(_ order: MediaOrder, _ name: (InterfaceIndex) -> String) -> String {
    func legText(_ leg: MediaLeg) -> String {
        var text = "\(name(leg.interface)) \(leg.local.port) to \(leg.peer.map { "\($0)" } ?? "?")"
        if let control = leg.controlPeer { text += " rtcp \(control.port)" }
        if let receives = leg.receives { text += " receives \(keyText(receives))" }
        if let sends = leg.sends { text += " sends \(keyText(sends))" }
        if leg.multiplexesControl { text += " mux" }
        if !leg.peerSends { text += " silent" }
        if !leg.peerReceives { text += " deaf" }
        return text
    }
    func sessionText(_ session: MediaSession) -> String {
        "\(session.id.rawValue) \(session.kind.rawValue): \(legText(session.phone)) | \(legText(session.far))"
    }
    return switch order {
    case .open(let session): "open \(sessionText(session))"
    case .update(let session): "update \(sessionText(session))"
    case .close(let id): "close \(id.rawValue)"
    }
}

/// `80` or `32`, and the key's first byte.
private func keyText(_ protection: MediaProtection) -> String {
    let suite = protection.suite == .aesCM128HMACSHA1x32 ? "32" : "80"
    return "\(suite)/\(hex(protection.key.bytes[0]))"
}

func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
