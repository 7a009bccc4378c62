/// Cuts a byte stream (TCP, TLS) into messages (RFC 3261 section 18.3) and keep-alives (RFC 5626 section 4.4.1), and tells
/// what a datagram is.
///
/// One for each direction of a connection. Each call gets what has not been consumed yet, from the first byte that no
/// outcome has covered; after an outcome with a length the caller drops that many bytes and asks again. Bytes that were
/// looked at are not looked at again when more arrive, however small the segments.
public struct SIPFraming: Sendable {
    public enum Outcome: Hashable, Sendable {
        /// A message of that many bytes, for ``SIPMessage/read(_:in:)``.
        case complete(length: Int)
        /// Two line ends, from the side that opened the connection: wants a pong.
        case ping(length: Int)
        /// One line end. From the side that accepted the connection the answer to a ping; from the other an empty line
        /// before a message, which means nothing (RFC 3261 section 7.5).
        case pong(length: Int)
        /// At least that many bytes more.
        case needMore(atLeast: Int)
        /// Where the next message would start can not be told any more: the connection has to be closed.
        case malformed(SIPError)
    }

    /// Who sends this direction of the stream.
    public enum Sender: Sendable {
        /// Sends pings: a line end alone may be the first half of one.
        case opener
        /// Sends pongs: a line end alone is one.
        case acceptor
    }

    private let sender: Sender
    /// How far the header section has been searched for its end.
    private var searched = 0
    /// Where the line that is being searched starts.
    private var lineStart = 0
    private var length: Int?

    public init(from sender: Sender) { self.sender = sender }

    /// What stands at the start of `stream`.
    public mutating func next(_ stream: Span<UInt8>) -> Outcome {
        guard stream.count > 0 else { return .needMore(atLeast: 1) }
        if searched == 0, let lineEnd = keepAlive(stream) { return lineEnd }
        do throws(SIPError) {
            if length == nil { length = try messageLength(stream) }
            guard let length else { return .needMore(atLeast: 1) }
            guard length <= stream.count else { return .needMore(atLeast: length - stream.count) }
            self = SIPFraming(from: sender)
            return .complete(length: length)
        } catch {
            return .malformed(error)
        }
    }

    private func keepAlive(_ stream: Span<UInt8>) -> Outcome? {
        guard let first = Self.lineEnd(stream, at: 0) else { return nil }
        guard first > 0 else { return .needMore(atLeast: 1) }
        guard sender == .opener, first == 2 else { return .pong(length: first) }
        guard stream.count > first else { return .needMore(atLeast: 1) }
        guard let second = Self.lineEnd(stream, at: first) else { return .pong(length: first) }
        switch second {
        case 2: return .ping(length: 4)
        case 1: return .pong(length: first)
        default: return .needMore(atLeast: 1)
        }
    }

    /// How many bytes the line end at `offset` has; 0 when it may be one; `nil` when it is none.
    private static func lineEnd(_ stream: Span<UInt8>, at offset: Int) -> Int? {
        if stream[offset] == SIPSyntax.lineFeed { return 1 }
        guard stream[offset] == SIPSyntax.carriageReturn else { return nil }
        guard offset + 1 < stream.count else { return 0 }
        return stream[offset + 1] == SIPSyntax.lineFeed ? 2 : nil
    }

    /// The length of the message, once its header section is there; `nil` before.
    private mutating func messageLength(_ stream: Span<UInt8>) throws(SIPError) -> Int? {
        // What does not begin as a message is not waited for.
        guard SIPSyntax.isToken(stream[0]) else { throw SIPError(.startLineMalformed, at: 0) }
        while true {
            let end = lineStart == 0 ? SIPLimits.startLine + 2 : SIPLimits.headerSection
            while searched < min(stream.count, end), stream[searched] != SIPSyntax.lineFeed { searched += 1 }
            guard searched < end else {
                throw SIPError(lineStart == 0 ? .startLineTooLong : .headerSectionTooLong, at: searched)
            }
            guard searched < stream.count else { return nil }
            searched += 1
            var lineEnd = searched - 1
            if lineEnd > lineStart, stream[lineEnd - 1] == SIPSyntax.carriageReturn { lineEnd -= 1 }
            let line = lineStart..<lineEnd
            if lineStart == 0 { _ = try SIPStartLine.read(stream, in: line) }
            if line.isEmpty { return try Self.length(stream.extracting(..<searched)) }
            lineStart = searched
        }
    }

    /// The length of a message whose header section is `section`.
    private static func length(_ section: Span<UInt8>) throws(SIPError) -> Int {
        var reader = SIPHeaderReader(position: 0, isStrict: true)
        var (contentLength, hasBody, count) = (SIPHeader?.none, false, 0)
        _ = try reader.line(section)
        while let header = try reader.header(section) {
            count += 1
            guard count <= SIPLimits.headers else { throw SIPError(.tooManyHeaders, at: header.line.lowerBound) }
            if header.name == .contentType { hasBody = true }
            guard header.name == .contentLength else { continue }
            guard contentLength == nil else {
                throw SIPError(.contentLengthRepeated, .contentLength, at: header.line.lowerBound)
            }
            contentLength = header
        }
        guard let length = try SIPContentLength.read(section, contentLength) else {
            // Some leave it out where there is nothing to count; what has a body can not be without.
            guard !hasBody else { throw SIPError(.contentLengthMissing, .contentLength, at: section.count) }
            return section.count
        }
        guard length <= SIPLimits.body else { throw SIPError(.bodyTooLong, .contentLength, at: section.count) }
        return section.count + length
    }
}

/// What a datagram on a SIP port is.
public enum SIPDatagram: Hashable, Sendable {
    /// A message, from this offset on: empty lines before it mean nothing (RFC 3261 section 7.5).
    case message(from: Int)
    /// Nothing, or nothing but line ends and zeros, with which phones keep their bindings open.
    case keepAlive
    /// A STUN message (RFC 5626 section 4.4.2, RFC 8489 section 5).
    case stun

    public init(_ datagram: Span<UInt8>) {
        if datagram.count >= 20, datagram[0] < 4, datagram.uint32(at: 4) == 0x2112_a442 {
            self = .stun
            return
        }
        let start = Self.skip(datagram, from: 0) { $0 == SIPSyntax.carriageReturn || $0 == SIPSyntax.lineFeed }
        let end = Self.skip(datagram, from: start) { $0 == 0 }
        self = end == datagram.count ? .keepAlive : .message(from: start)
    }

    private static func skip(_ datagram: Span<UInt8>, from start: Int, _ isSkipped: (UInt8) -> Bool) -> Int {
        var offset = start
        while offset < datagram.count, isSkipped(datagram[offset]) { offset += 1 }
        return offset
    }
}
