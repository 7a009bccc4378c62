/// A SIP message (RFC 3261 section 7): its bytes, and where in them what stands. Nothing is copied out of them, and what is
/// not understood is kept as it is.
///
/// * **Reading**: ``read(_:)`` finds the start line, the header lines and the body, and fails when one of these can not
///   be told. ``SIPFraming`` cuts a stream or a datagram into messages first. ``validate()`` is the strict second look:
///   everything that RFC 3261 demands of the headers that are understood. A header's content is otherwise read when it
///   is asked for.
/// * **Start line**: ``startLine``, ``method``, ``status``, ``requestURI``.
/// * **Headers**: ``headers`` in order; ``first(_:)``, ``places(of:)``, ``values(of:)``; as values: ``cseq()``,
///   ``from()``, ``to()``, ``addresses(of:)`` (Contact, Route, Record-Route, Path, Refer-To, …), ``contacts()``,
///   ``vias()``, ``topVia()``, ``number(of:)`` (Max-Forwards, Expires, RSeq, …), ``callID``, ``rack()``,
///   ``replaces()``, ``event()``, ``subscriptionState()``, ``credentials(_:)``, ``has(option:in:)``.
/// * **Parameters**: ``parameter(_:in:)``, ``parameters(_:)``.
/// * **Body**: ``body``, ``contentType``, ``bodyParts()``, ``sdpPart()``; then ``SDP/read(_:in:)`` with ``bytes`` and the
///   part's content, so that its ranges are the message's too.
/// * **Text**: ``text(_:)``, ``equals(_:_:)``.
/// * **Changing**: ``SIPEditor``.
public struct SIPMessage: Sendable {
    /// From the first byte of the start line to the last of the body; all ranges are in these.
    public let bytes: [UInt8]
    public let startLine: SIPStartLine
    public let headers: [SIPHeader]
    /// Where another header would come: at the empty line.
    public let headerEnd: Int
    /// Behind the empty line.
    public let body: Range<Int>
    /// The index of its header; `nil` where there is none.
    public let contentLength: Int?

    /// Reads one whole message.
    ///
    /// Bytes behind the body are dropped (RFC 3261 section 18.3), and a body that is shorter than Content-Length says is an
    /// error. Without a Content-Length the body is all the rest. A datagram's last header line may be without the empty
    /// line behind it.
    public static func read(_ bytes: [UInt8]) throws(SIPError) -> SIPMessage {
        let text = bytes.span
        var reader = SIPHeaderReader(position: 0, isStrict: false)
        guard let first = try reader.line(text) else { throw SIPError(.headerSectionUnterminated, at: bytes.count) }
        guard first.count <= SIPLimits.startLine else { throw SIPError(.startLineTooLong, at: SIPLimits.startLine) }
        let startLine = try SIPStartLine.read(text, in: first)
        var headers: [SIPHeader] = []
        headers.reserveCapacity(24)
        var contentLength: Int?
        var headerEnd = reader.position
        while let header = try reader.header(text) {
            guard headers.count < SIPLimits.headers else { throw SIPError(.tooManyHeaders, at: headerEnd) }
            if header.name == .contentLength {
                guard contentLength == nil else {
                    throw SIPError(.contentLengthRepeated, .contentLength, at: headerEnd)
                }
                contentLength = headers.count
            }
            headers.append(header)
            headerEnd = reader.position
            guard headerEnd <= SIPLimits.headerSection else { throw SIPError(.headerSectionTooLong, at: headerEnd) }
        }
        let start = reader.position
        let length = try SIPContentLength.read(text, contentLength.map { headers[$0] }) ?? bytes.count - start
        guard length <= SIPLimits.body else { throw SIPError(.bodyTooLong, at: start) }
        guard length <= bytes.count - start else { throw SIPError(.bodyTruncated, at: bytes.count) }
        let end = start + length
        return SIPMessage(
            bytes: end == bytes.count ? bytes : Array(bytes[..<end]), startLine: startLine, headers: headers,
            headerEnd: headerEnd, body: start..<end, contentLength: contentLength)
    }

    /// Reads the message in `range` of a buffer, as ``read(_:)``; its ranges count from its own first byte.
    public static func read(_ buffer: Span<UInt8>, in range: Range<Int>) throws(SIPError) -> SIPMessage {
        try read(buffer.bytes(in: range))
    }

    // MARK: Start line

    public var isRequest: Bool {
        if case .request = startLine { true } else { false }
    }

    /// Of a request.
    public var requestLine: SIPRequestLine? {
        if case .request(let line) = startLine { line } else { nil }
    }

    /// Of a response.
    public var statusLine: SIPStatusLine? {
        if case .response(let line) = startLine { line } else { nil }
    }

    /// False of a datagram that ends with its last header line.
    public var hasEmptyLine: Bool { headerEnd < body.lowerBound }

    /// Of a request.
    public var method: SIPMethod? { requestLine?.method }

    /// Of a request.
    public var requestURI: SIPURI? { requestLine?.uri }

    /// Of a response: 100 to 699.
    public var status: UInt16? { statusLine?.status }

    // MARK: Text

    /// What ends the message's lines: a line feed alone in those that have it so.
    public var lineEnd: String {
        let end = requestLine?.version.upperBound ?? statusLine?.reason.upperBound ?? 0
        return end < bytes.count && bytes[end] == SIPSyntax.lineFeed ? "\n" : "\r\n"
    }

    /// What stands in `range`; bytes that are not UTF-8 are replaced.
    public func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether `range` holds `word`, a lower-case one, in any case.
    public func equals(_ range: Range<Int>, _ word: String) -> Bool { bytes.span.equals(range, ignoringCase: word) }

    /// `range` without the quotes around it.
    public func unquoted(_ range: Range<Int>) -> Range<Int> { SIPSyntax.unquoted(bytes.span, range) }

    // MARK: Parameters

    /// The first called `name`, a lower-case one.
    public func parameter(_ name: String, in parameters: SIPParameters) -> SIPParameter? {
        parameters.first(name, bytes.span)
    }

    public func parameters(_ parameters: SIPParameters) -> [SIPParameter] {
        var all: [SIPParameter] = []
        parameters.forEach(bytes.span) { all.append($0) }
        return all
    }
}

/// A message may hold keys: only its kind and size are ever printed.
extension SIPMessage: CustomStringConvertible, CustomReflectable {
    /// For example `INVITE, 812 bytes`.
    public var description: String {
        let kind =
            switch startLine {
            case .request(let line): line.method == .other ? "request" : line.method.rawValue
            case .response(let line): String(line.status)
            }
        return "\(kind), \(bytes.count) bytes"
    }

    public var customMirror: Mirror { Mirror(self, children: []) }
}

enum SIPContentLength {
    /// `nil` without a header.
    static func read(_ text: Span<UInt8>, _ header: SIPHeader?) throws(SIPError) -> Int? {
        guard let header else { return nil }
        guard let length = text.decimal(header.value, upTo: UInt64(Int.max)) else {
            throw SIPError(.contentLengthInvalid, .contentLength, at: header.value.lowerBound)
        }
        return Int(length)
    }
}
