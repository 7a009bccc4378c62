import Inspection
import TLSProxy
import Wire

/// TLS handshakes as the ASA tells them: 725001 to 725015, 717009 to 717030 (cisco-facts 5.4, 5.5, 6.4).
extension SyslogText {
    /// What a log says of an event of the terminator's.
    ///
    func messages(
        _ event: HandStreamEvent, _ parties: StreamDesk.Parties, _ supported: StreamCiphers
    ) -> [Message] {
        switch event {
        case .accepted:
            [asa(6, 725001, "Starting SSL handshake with \(client(parties)) for TLS session.")]
        case .refused(let limit, let phone, _): [refused(limit, phone, parties)]
        case .hello(_, let hello): proposed(hello, parties, supported.phones)
        case .upstreamConnected: supported.servers.map { proposed($0, parties) } ?? []
        case .handshakeFinished(_, let side, let facts): finished(side, facts, parties)
        case .handshakeFailed(_, let side, let failure): failed(side, failure, parties)
        case .legClosed(_, let side, let reason) where reason != .handshakeFailed:
            side == .phone || supported.servers != nil
                ? [asa(6, 725007, "SSL session with \(peer(side, parties)) terminated.")] : []
        default: []
        }
    }

    private func client(_ parties: StreamDesk.Parties) -> String {
        "client \(names[parties.interface]):\(parties.phone.slashed)"
    }

    private func server(_ parties: StreamDesk.Parties) -> String {
        let interface = parties.serverInterface.map { names[$0] } ?? "inside"
        return "server \(interface):\(parties.server.map(\.slashed) ?? "unknown")"
    }

    private func peer(_ side: HandStreamSide, _ parties: StreamDesk.Parties) -> String {
        side == .phone ? client(parties) : server(parties)
    }

    private func refused(_ limit: StreamLimit, _ phone: Endpoint, _ parties: StreamDesk.Parties) -> Message {
        if limit == .sessions { return asa(4, 446001, "Maximum TLS Proxy session limit reached.") }
        return own(
            4, "TLS-PROXY", "Connection of \(names[parties.interface]):\(phone.slashed) refused: \(limit.rawValue)")
    }

    private func ciphers(_ names: [String]) -> [Message] {
        names.enumerated().map { asa(7, 725011, "Cipher[\($0 + 1)] : \($1)") }
    }

    private func proposed(
        _ hello: ClientHello, _ parties: StreamDesk.Parties, _ supported: [String]
    ) -> [Message] {
        let proposed = hello.cipherNames
        var lines: [Message] = []
        if hello.resumes { lines.append(asa(6, 725003, "SSL \(client(parties)) request to resume previous session.")) }
        lines.append(asa(7, 725010, "Device supports the following \(supported.count) cipher(s)."))
        lines += ciphers(supported)
        lines.append(asa(7, 725008, "SSL \(client(parties)) proposes the following \(proposed.count) cipher(s)."))
        return lines + ciphers(proposed)
    }

    /// To the call server, whose connection stands.
    private func proposed(_ own: [String], _ parties: StreamDesk.Parties) -> [Message] {
        [
            asa(6, 725001, "Starting SSL handshake with \(server(parties)) for TLS session."),
            asa(7, 725009, "Device proposes the following \(own.count) cipher(s) to \(server(parties))"),
        ] + ciphers(own)
    }

    private func finished(
        _ side: HandStreamSide, _ facts: HandshakeFacts, _ parties: StreamDesk.Parties
    ) -> [Message] {
        var lines: [Message] = []
        if side == .phone {
            lines.append(
                asa(7, 725012, "Device chooses cipher : \(facts.cipher) for the SSL session with \(client(parties))"))
        } else {
            lines.append(asa(7, 725013, "SSL \(server(parties)) chooses cipher : \(facts.cipher)"))
        }
        if let certificate = facts.peer, let trustpoint = facts.trustpoint, !facts.isResumed {
            lines += validated(certificate, trustpoint, facts.chainLength)
        }
        if facts.wasAskedForCertificate {
            lines.append(
                asa(6, 725005, "SSL \(server(parties)) requesting our device certificate for authentication."))
        }
        lines.append(asa(6, 725002, "Device completed SSL handshake with \(peer(side, parties))"))
        return lines
    }

    private func validated(_ certificate: PeerCertificate, _ trustpoint: String, _ count: Int) -> [Message] {
        let who = "serial number: \(certificate.serialNumber), subject name: \(certificate.subject)"
        return [
            asa(7, 717025, "Validating certificate chain containing \(count) certificate(s)."),
            asa(7, 717029, "Identified client certificate within certificate chain. \(who)."),
            asa(7, 717030, "Found a suitable trustpoint \(trustpoint) to validate certificate."),
            asa(6, 717022, "Certificate was successfully validated. \(who)."),
            asa(
                6, 717028,
                "Certificate chain was successfully validated with warning, revocation status was not checked."),
        ]
    }

    private func failed(
        _ side: HandStreamSide, _ failure: HandshakeFailure, _ parties: StreamDesk.Parties
    ) -> [Message] {
        var lines = failure.errors.flatMap { SSLErrorText.asa($0) }.map { error in
            asa(7, 725014, "SSL lib error. Function: \(error.function) Reason: \(error.reason)")
        }
        switch failure.cause {
        case .deadline: lines.append(own(6, "TLS-PROXY", "SSL handshake with \(peer(side, parties)) took too long"))
        case .disconnected: lines.append(own(6, "TLS-PROXY", "\(peer(side, parties)) left during the SSL handshake"))
        case .library: break
        }
        lines.append(asa(6, 725006, "Device failed SSL handshake with \(peer(side, parties))"))
        if let verification = failure.verification { lines += refusedCertificate(verification) }
        return lines
    }

    private func refusedCertificate(_ failure: VerificationFailure) -> [Message] {
        let who =
            failure.peer.map { "serial number: \($0.serialNumber), subject name: \($0.subject)" } ?? "no certificate"
        switch failure.reason {
        case .noTrustpoint:
            return [
                asa(
                    3, 717009,
                    "Certificate validation failed. No suitable trustpoints found to validate certificate \(who)."),
                asa(
                    3, 717027,
                    "Certificate chain failed validation. No suitable trustpoint was found to validate chain."),
            ]
        case .keyTooLarge(let bits, let limit):
            return [
                asa(
                    3, 725015,
                    "Error verifying client certificate. Public key size in client certificate (\(bits) bits) exceeds the "
                        + "maximum supported key size of \(limit) bits")
            ]
        default:
            return [
                asa(3, 717009, "Certificate validation failed. \(failure.text), \(who)."),
                asa(3, 717027, "Certificate chain failed validation. \(failure.text)."),
            ]
        }
    }
}
