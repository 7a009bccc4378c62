import Inspection
import Trust
import Wire

/// `show tls-proxy sessions [detail]` (cisco-facts 6.2, 6.3).
struct ShowTLSSessions: CallRendering {
    private let names: InterfaceNames
    private let tables: CallTables
    private let maximum: Int

    init(_ names: InterfaceNames, _ tables: CallTables, maximum: Int) {
        self.names = names
        self.tables = tables
        self.maximum = maximum
    }

    func text(isDetailed: Bool) -> String {
        var lines = ["\(tables.securedStreams.count) in use, \(tables.streamsMostUsed) most used"]
        for stream in tables.securedStreams {
            let bytes = stream.bytesFromPhone + stream.bytesFromServer
            lines.append(
                "\(names[stream.interface]) \(stream.phone) \(names[stream.serverInterface]) \(stream.server) "
                    + "S:0x\(String(stream.id.rawValue, radix: 16)) byte \(bytes)")
            guard isDetailed else { continue }
            lines.append("    Client: \(side(stream.phoneCipher, isOpen: stream.stage != .handshake, isTLS: true))")
            lines.append(
                "    Server: \(side(stream.serverCipher, isOpen: stream.stage == .open, isTLS: stream.serverCipher != nil))"
            )
            if let certificate = certificate(of: stream) {
                lines += certificate.show("Local Dynamic Certificate").split(separator: "\n").map(String.init)
            }
        }
        return lines.joined(separator: "\n")
    }

    private func certificate(of stream: StreamSummary) -> Certificate? {
        tables.localCertificates[stream.id].flatMap { try? Certificate(der: $0) }
    }

    private func side(_ cipher: StreamCipher?, isOpen: Bool, isTLS: Bool) -> String {
        guard isTLS else { return "State \(isOpen ? "TCPOK" : "connecting")  no TLS" }
        guard let cipher else { return "State handshake" }
        return "State SSLOK  Cipher \(cipher.name)  Version \(cipher.version)"
    }

    var json: JSONValue {
        .object([
            ("inUse", .count(tables.securedStreams.count)),
            ("mostUsed", .count(tables.streamsMostUsed)),
            ("maximum", .count(maximum)),
            ("sessions", .array(tables.securedStreams.map { session($0) })),
        ])
    }

    private func session(_ stream: StreamSummary) -> JSONValue {
        .object([
            ("id", .count(stream.id.rawValue)),
            ("client", .string("\(stream.phone)")),
            ("server", .string("\(stream.server)")),
            ("device", .optional(stream.device) { .string("\($0)") }),
            ("clientVersion", .optional(stream.phoneCipher) { .string($0.version) }),
            ("clientCipher", .optional(stream.phoneCipher) { .string($0.name) }),
            ("serverCipher", .optional(stream.serverCipher) { .string($0.name) }),
            (
                "localCertificate",
                .optional(certificate(of: stream)) {
                    .object([("subject", .string("\($0.subject)")), ("issuer", .string("\($0.issuer)"))])
                }
            ),
            ("bytes", .count(stream.bytesFromPhone + stream.bytesFromServer)),
        ])
    }
}
