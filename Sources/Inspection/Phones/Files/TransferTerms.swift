import Wire

/// How a phone wants a file carried: what its request says beside the name. Options whose value can not be are taken
/// for not asked (RFC 2347: the server leaves out what it does not grant).
struct TransferTerms: Hashable, Sendable {
    enum Mode: String, Sendable {
        case octet, netascii
    }

    var mode = Mode.octet
    /// 8 to 65464 bytes.
    var blockSize: Int?
    var asksForSize = false
    /// 1 to 255 seconds between retransmissions.
    var timeout: Int?
    /// 1 to 65535 blocks.
    var windowSize: Int?

    init() {}

    /// `nil` for a mode that no file is served in: `mail` (RFC 1350 calls it obsolete), or an unknown one.
    init?(_ request: TFTPRequest, _ packet: Span<UInt8>) {
        let name = TFTPTransfer.text(packet, request.mode).lowercased()
        guard let mode = Mode(rawValue: name) else { return nil }
        self.mode = mode
        blockSize = request.options.value(of: .blockSize, in: packet)
        asksForSize = request.options.value(of: .transferSize, in: packet) != nil
        timeout = request.options.value(of: .timeout, in: packet)
        windowSize = request.options.value(of: .windowSize, in: packet)
    }
}
