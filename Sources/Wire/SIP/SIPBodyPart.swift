/// A piece of a body that is not multipart itself: the whole body, or one part of it (RFC 2046 section 5.1).
public struct SIPBodyPart: Hashable, Sendable {
    public let content: Range<Int>
    /// `nil`: text/plain, in a multipart body.
    public let contentType: SIPContentType?
    /// The value of a part's own Content-Length, which few have.
    public let contentLength: Range<Int>?
    /// Is compressed or the like: what its type says stands inside.
    public let isEncoded: Bool

    public var isSDP: Bool { contentType?.isSDP == true }
}

extension SIPMessage {
    /// The parts of the body that are not multipart themselves, in order; none of an empty body.
    public func bodyParts() throws(SIPError) -> [SIPBodyPart] {
        guard !body.isEmpty else { return [] }
        let part = SIPBodyPart(
            content: body, contentType: try contentType(), contentLength: nil,
            isEncoded: isEncoded(value(of: .contentEncoding)))
        var parts: [SIPBodyPart] = []
        try append(part, depth: 0, to: &parts)
        return parts
    }

    /// The first application/sdp part.
    public func sdpPart() throws(SIPError) -> SIPBodyPart? {
        // Most bodies are one part, which needs no array.
        guard !body.isEmpty, let type = try contentType() else { return nil }
        guard type.isMultipart else {
            guard type.isSDP else { return nil }
            return SIPBodyPart(
                content: body, contentType: type, contentLength: nil,
                isEncoded: isEncoded(value(of: .contentEncoding)))
        }
        return try bodyParts().first { $0.isSDP }
    }

    private func isEncoded(_ value: Range<Int>?) -> Bool {
        guard let value else { return false }
        return !equals(value, "identity")
    }

    private func append(_ part: SIPBodyPart, depth: Int, to parts: inout [SIPBodyPart]) throws(SIPError) {
        guard let type = part.contentType, type.isMultipart, !part.isEncoded else {
            guard parts.count < SIPLimits.parts else { throw SIPError(.tooManyParts, at: part.content.lowerBound) }
            parts.append(part)
            return
        }
        guard depth < SIPLimits.depth else { throw SIPError(.partsTooDeep, at: part.content.lowerBound) }
        guard let boundary = parameter("boundary", in: type.parameters)?.value, !unquoted(boundary).isEmpty else {
            throw SIPError(.multipartMalformed, .contentType, at: type.type.lowerBound)
        }
        var reader = SIPMultipartReader(boundary: unquoted(boundary), position: part.content.lowerBound)
        while let range = try reader.part(bytes.span, until: part.content.upperBound) {
            try append(try readPart(range), depth: depth + 1, to: &parts)
        }
    }

    /// A part's headers and, behind an empty line, its content.
    private func readPart(_ range: Range<Int>) throws(SIPError) -> SIPBodyPart {
        let text = bytes.span.extracting(..<range.upperBound)
        var reader = SIPHeaderReader(position: range.lowerBound, isStrict: false)
        var (type, length, encoding, count) = (SIPContentType?.none, Range<Int>?.none, Range<Int>?.none, 0)
        while let header = try reader.header(text) {
            count += 1
            guard count <= SIPLimits.headers else { throw SIPError(.tooManyHeaders, at: header.line.lowerBound) }
            switch header.name {
            case .contentType where type == nil: type = try SIPContentType.read(text, in: header.value)
            case .contentLength where length == nil: length = header.value
            case .contentEncoding where encoding == nil: encoding = header.value
            default: continue
            }
        }
        return SIPBodyPart(
            content: reader.position..<range.upperBound, contentType: type, contentLength: length,
            isEncoded: isEncoded(encoding))
    }
}

/// Finds the parts between a boundary's lines.
struct SIPMultipartReader {
    let boundary: Range<Int>
    /// Before the first delimiter: what stands before it is the preamble.
    var position: Int
    private var isInside = false

    init(boundary: Range<Int>, position: Int) {
        self.boundary = boundary
        self.position = position
    }

    /// The next part, without the line end that belongs to the delimiter behind it; `nil` behind the last.
    mutating func part(_ text: Span<UInt8>, until end: Int) throws(SIPError) -> Range<Int>? {
        if !isInside {
            guard let first = delimiter(text, position, end) else {
                throw SIPError(.multipartMalformed, at: position)
            }
            isInside = true
            position = first.next
            if first.isClosing { return nil }
        } else if position == end {
            return nil
        }
        let start = position
        guard let next = delimiter(text, start, end) else { throw SIPError(.multipartMalformed, at: start) }
        position = next.isClosing ? end : next.next
        return start..<max(start, next.start)
    }

    private typealias Delimiter = (start: Int, next: Int, isClosing: Bool)

    /// The first line from `start` on, which is a line's start, that is the delimiter; its start is before the line end
    /// in front of it.
    private func delimiter(_ text: Span<UInt8>, _ start: Int, _ end: Int) -> Delimiter? {
        var line = start
        while line < end {
            let lineFeed = text.first(SIPSyntax.lineFeed, in: line..<end)
            let next = lineFeed.map { $0 + 1 } ?? end
            if let isClosing = matches(text, line..<next) {
                var before = line
                if before > start, text[before - 1] == SIPSyntax.lineFeed { before -= 1 }
                if before < line, before > start, text[before - 1] == SIPSyntax.carriageReturn { before -= 1 }
                return (before, next, isClosing)
            }
            line = next
        }
        return nil
    }

    /// Whether a line is `--boundary`, and if so whether `--` follows.
    private func matches(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool? {
        let hyphen = UInt8(ascii: "-")
        let start = line.lowerBound + 2
        guard line.count >= boundary.count + 2, text[start - 2] == hyphen, text[start - 1] == hyphen,
            text.areEqual(start..<start + boundary.count, boundary)
        else { return nil }
        var rest = start + boundary.count
        var isClosing = false
        if line.upperBound - rest >= 2, text[rest] == hyphen, text[rest + 1] == hyphen {
            isClosing = true
            rest += 2
        }
        return SIPSyntax.skipBlanks(text, rest, line.upperBound) == line.upperBound ? isClosing : nil
    }
}
