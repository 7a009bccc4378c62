import Wire

/// One TFTP transfer: who asked whom for what, how far it came, and how it ended.
public struct TFTPTransfer: Hashable, Sendable {
    public enum Status: String, Sendable {
        case complete, error, incomplete
    }

    public struct Option: Hashable, Sendable {
        public var name: String
        public var value: String
    }

    /// As seen where the request came in.
    public var client: Endpoint
    public var server: Endpoint
    /// The server behind the translation.
    public var realServer: Endpoint
    public var interface: InterfaceIndex
    public var operation: TFTPRequest.Operation
    /// `?` where the request's text could not be read.
    public var file: String
    public var mode: String
    /// As asked for, in the request's order.
    public var options: [Option]
    /// As the server granted them (RFC 2347).
    public var grantedOptions: [Option] = []
    public var blockSize = 512
    public var blocks: UInt64 = 0
    /// Payload, each block counted once.
    public var bytes: UInt64 = 0
    public var retransmissions: UInt32 = 0
    public var status = Status.incomplete
    public var errorCode: UInt16?
    public var errorMessage: String?
    public var started: Timestamp
    public var ended: Timestamp
}

extension TFTPTransfer {
    /// A transfer that `request` asks for.
    ///
    /// - Parameter file: the file's name, where it has been read already.
    init(
        _ request: TFTPRequest, _ packet: Span<UInt8>, file: String? = nil, client: Endpoint, server: Endpoint,
        realServer: Endpoint, interface: InterfaceIndex, at now: Timestamp
    ) {
        self.init(
            client: client, server: server, realServer: realServer, interface: interface,
            operation: request.operation, file: file ?? Self.text(packet, request.filename),
            mode: Self.text(packet, request.mode).lowercased(), options: Self.options(packet, request.options),
            started: now, ended: now)
    }

    /// What stands for a request that can not be read.
    init(
        unreadable operation: TFTPRequest.Operation, why: WireError, client: Endpoint, server: Endpoint,
        realServer: Endpoint, interface: InterfaceIndex, at now: Timestamp
    ) {
        self.init(
            client: client, server: server, realServer: realServer, interface: interface, operation: operation,
            file: "?", mode: "?", options: [], status: .error, errorMessage: why.description, started: now, ended: now)
    }

    static func options(_ packet: Span<UInt8>, _ options: TFTPOptions) -> [Option] {
        var pairs: [Option] = []
        var offset = options.range.lowerBound
        while let pair = options.pair(packet, at: offset) {
            pairs.append(
                Option(name: text(packet, pair.name).lowercased(), value: text(packet, pair.value)))
            offset = pair.next
        }
        return pairs
    }

    /// Text from the wire, fit for a log line: what is not printable ASCII becomes `\xNN`.
    static func text(_ packet: Span<UInt8>, _ range: Range<Int>) -> String {
        let bytes = packet.extracting(range)
        var isPlain = true
        for index in 0..<bytes.count where !(0x20...0x7e ~= bytes[index]) { isPlain = false }
        if isPlain, let text = try? UTF8Span(validating: bytes) { return String(copying: text) }
        var text: [UInt8] = []
        text.reserveCapacity(range.count)
        for index in range {
            let byte = packet[index]
            if (0x20...0x7e).contains(byte) {
                text.append(byte)
            } else {
                text += ("\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)).utf8
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
