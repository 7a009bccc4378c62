import Inspection
import Netfilter
import SystemCalls
import TLSProxy

extension HandshakeFacts {
    /// What the certificate proved; `nil` where none was checked.
    var identity: PeerIdentity? {
        guard let peer, trustpoint != nil, let name = peer.commonName else { return nil }
        return PeerIdentity(commonName: name, subject: peer.subject, trustpoint: trustpoint)
    }

    /// The peer's certificate in DER; `nil` where none was checked.
    var provenCertificate: [UInt8]? { trustpoint == nil ? nil : peer?.der }

    var streamCipher: StreamCipher { StreamCipher(version: version.rawValue, name: cipher) }
}

extension HandshakeFailure {
    /// For a log line.
    var text: String {
        switch cause {
        case .deadline: "TLS handshake not finished in time"
        case .disconnected: "TLS handshake broken off"
        case .library: "TLS handshake failed: \(verification?.text ?? errors.first?.reason ?? state)"
        }
    }
}

extension UpstreamFailure {
    /// For a log line.
    var text: String {
        switch self {
        case .system(let number): SystemError.text(number)
        case .deadline: "no answer in time"
        case .busy: "a connection is under way"
        }
    }
}

extension CloseReason {
    /// How the engine hears of it; `nil`: it knows already.
    var end: Inspection.StreamEvent.End? {
        switch self {
        case .finished, .ordered: nil
        case .system: .reset
        case .handshakeFailed: .failed("TLS handshake failed")
        case .protocolError(let error): .failed("TLS: \(error.reason)")
        case .handshakeDeadline: .failed("TLS handshake not finished in time")
        case .idle: .failed("idle")
        case .lingering: .failed("not closed in time")
        case .unsentMaximum: .failed("too much waits to be sent")
        case .stopped: .failed("stopped")
        }
    }
}
