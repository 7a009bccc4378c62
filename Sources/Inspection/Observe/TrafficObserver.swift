import ConfigLanguage
import Wire

/// Looks at recorded traffic for what is said of calls in it, on whatever port, and at the media beside: SIP by content
/// over UDP and TCP, Skinny by content over TCP, RTP by what either announced or by looking like it. TLS it hands out in
/// order, for whoever can open it.
///
/// Beside the engine, not in it: it decides nothing, and it sees what no inspection is configured for. Every table is
/// bounded.
public struct TrafficObserver: Sendable {
    public private(set) var sip = SIPObservation()
    public private(set) var skinny = SkinnyObservation()
    private var media = MediaObservation()
    private var streams: ObservedStreams
    /// What was said inside of TLS.
    private var opened = ObservedStreams()
    private var sealed: [SealedBytes] = []
    private var fragments = FragmentTable(FragmentLimits())

    /// What one side of a TLS connection has sent, in order, from its hello on.
    public struct SealedBytes: Sendable {
        /// From the sender's side.
        public var source: Endpoint
        public var destination: Endpoint
        public var bytes: [UInt8]
        /// The hello is in it.
        public var isFirst: Bool
        fileprivate let key: FlowKey
    }

    /// - Parameter followsTLS: there is somebody who opens it: see ``takeSealed()``.
    public init(followsTLS: Bool = false) { streams = ObservedStreams(followsTLS: followsTLS) }

    /// TLS that came since this was last asked.
    public mutating func takeSealed() -> [SealedBytes] {
        guard !sealed.isEmpty else { return [] }
        defer { sealed = [] }
        return sealed
    }

    /// Takes what was inside of `piece`.
    public mutating func take(_ plaintext: [UInt8], inside piece: SealedBytes, at now: Timestamp) {
        if piece.isFirst { opened.forget(piece.key) }
        guard !plaintext.isEmpty else { return }
        for found in opened.take(next: plaintext, piece.key) { take(found, piece.key, at: now) }
    }

    /// Takes one IP packet, from the first byte of its header.
    ///
    /// - Returns: the SIP message that the packet is, over UDP.
    @discardableResult
    public mutating func take(_ packet: Span<UInt8>, at now: Timestamp) -> SIPReading? {
        guard let ip = try? IPHeader.decode(packet, allowTruncation: true) else { return nil }
        guard ip.isFragment else { return look(packet, ip, at: now) }
        _ = fragments.expire(now)
        guard !ip.isTruncated,
            case .whole(let pieces) = fragments.add(packet, ip, from: InterfaceIndex(0), at: now)
        else { return nil }
        let whole = FragmentTable.join(pieces)
        if let ip = try? IPHeader.decode(whole.span) { _ = look(whole.span, ip, at: now) }
        return nil
    }

    private mutating func look(_ packet: Span<UInt8>, _ ip: IPHeader, at now: Timestamp) -> SIPReading? {
        guard let headers = try? PacketHeaders.decode(packet, ip) else { return nil }
        let key = headers.key(on: InterfaceIndex(0))
        let payload = packet.extracting(headers.payload)
        switch ip.transport {
        case .udp:
            if let text = Self.message(payload) {
                let reading = sip.take(text, key, at: now)
                media.learn(sip.takeAnnouncements())
                return reading
            }
            media.take(payload, key, at: now)
        case .tcp:
            guard let tcp = headers.tcp else { break }
            for found in streams.take(payload, tcp, key) { take(found, key, at: now) }
        default: break
        }
        return nil
    }

    private mutating func take(_ found: ObservedStreams.Found, _ key: FlowKey, at now: Timestamp) {
        switch found {
        case .sip(let text):
            sip.take(text, key, at: now)
            media.learn(sip.takeAnnouncements())
        case .skinny(let bytes):
            skinny.take(bytes, key, at: now)
            media.learn(skinny.takeAnnouncements())
        case .brokenSkinny: skinny.tookMalformed()
        case .tls(let bytes, let isFirst):
            sealed.append(
                SealedBytes(
                    source: key.sourceEndpoint, destination: key.destinationEndpoint, bytes: bytes, isFirst: isFirst,
                    key: key))
        }
    }

    /// The SIP message that a datagram is; `nil`: it is none.
    private static func message(_ payload: Span<UInt8>) -> [UInt8]? {
        guard payload.count > 11, case .message(let start) = SIPDatagram(payload) else { return nil }
        let text = payload.extracting(start...)
        return SIPStart.isSIP(text) ? text.bytes(in: 0..<text.count) : nil
    }

    /// All RTP streams, as they stand.
    public var rtp: [RTPStreamSummary] { media.summaries }
}

/// What a SIP message begins with.
enum SIPStart {
    /// Whether the first line is one of SIP: `METHOD uri SIP/2.0`, or `SIP/2.0 200 …`.
    static func isSIP(_ text: Span<UInt8>) -> Bool {
        guard text.count > 11 else { return false }
        if isVersion(text, at: 0), text[7] == UInt8(ascii: " ") { return true }
        guard UInt8(ascii: "A")...UInt8(ascii: "Z") ~= text[0] & 0xdf else { return false }
        var end = 0
        while end < text.count, end < 2048, text[end] != UInt8(ascii: "\n"), text[end] != UInt8(ascii: "\r") {
            end += 1
        }
        return end < text.count && end > 11 && text[end - 8] == UInt8(ascii: " ") && isVersion(text, at: end - 7)
    }

    private static func isVersion(_ text: Span<UInt8>, at start: Int) -> Bool {
        guard start >= 0, start + 7 <= text.count else { return false }
        var offset = start
        for byte in "SIP/2.0".utf8 {
            guard text[offset] == byte else { return false }
            offset += 1
        }
        return true
    }

    /// The method, or the status, of a first line; of a malformed message, too.
    static func name(_ text: [UInt8]) -> (isRequest: Bool, name: String) {
        let line = text.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
        let words = line.split(separator: UInt8(ascii: " "))
        let isResponse = words.first?.starts(with: "SIP/".utf8) ?? false
        let word = isResponse ? words.dropFirst().first ?? [] : words.first ?? []
        let bytes = Array(word.prefix(32))
        return (!isResponse, TFTPTransfer.text(bytes.span, bytes.indices))
    }
}
