/// Reads a description line by line.
struct SDPReader {
    private(set) var lines: [SDPLine] = []
    private(set) var origin: SDPOrigin?
    private(set) var sessionConnection: SDPAddress?
    private(set) var media: [SDPMedia] = []

    mutating func read(_ text: Span<UInt8>, _ range: Range<Int>) throws(SDPError) {
        lines.reserveCapacity(min(range.count / 16, 64))
        var position = range.lowerBound
        while position < range.upperBound {
            let line = try line(text, position..<range.upperBound)
            position = line.range.upperBound
            guard line.type != 0 else {
                // Empty lines may only end a description.
                guard text.trimmed(position..<range.upperBound).isEmpty else {
                    throw SDPError(.lineMalformed, at: line.range.lowerBound)
                }
                break
            }
            guard lines.count < SDPLimits.lines else { throw SDPError(.tooManyLines, at: line.range.lowerBound) }
            try take(text, line)
            lines.append(line)
        }
        guard let first = lines.first, first.type == UInt8(ascii: "v") else {
            throw SDPError(.versionMissing, at: range.lowerBound)
        }
        closeMedia()
    }

    /// The line at the start of `range`; an empty one has the type 0.
    private func line(_ text: Span<UInt8>, _ range: Range<Int>) throws(SDPError) -> SDPLine {
        let start = range.lowerBound
        let lineFeed = text.first(SIPSyntax.lineFeed, in: range)
        let next = lineFeed.map { $0 + 1 } ?? range.upperBound
        var end = lineFeed ?? range.upperBound
        while end > start, text[end - 1] == SIPSyntax.carriageReturn { end -= 1 }
        guard end - start <= SDPLimits.line else { throw SDPError(.lineTooLong, at: start) }
        guard end > start else { return SDPLine(type: 0, value: start..<start, range: start..<next) }
        guard end - start >= 2, text[start + 1] == SIPSyntax.equals, 0x61...0x7a ~= text[start] else {
            throw SDPError(.lineMalformed, at: start)
        }
        // What some readers take for a line's end must not hide a line from others.
        for offset in start..<end where text[offset] == SIPSyntax.carriageReturn || text[offset] == 0 {
            throw SDPError(.lineMalformed, at: offset)
        }
        return SDPLine(type: text[start], value: start + 2..<end, range: start..<next)
    }

    private mutating func take(_ text: Span<UInt8>, _ line: SDPLine) throws(SDPError) {
        switch line.type {
        case UInt8(ascii: "v"):
            let isFirst = lines.isEmpty && line.value.count == 1 && text[line.value.lowerBound] == UInt8(ascii: "0")
            guard isFirst else { throw SDPError(.versionMissing, at: line.range.lowerBound) }
        case UInt8(ascii: "o"):
            guard origin == nil, media.isEmpty, let origin = readOrigin(text, line.value) else {
                throw SDPError(.originMalformed, at: line.range.lowerBound)
            }
            self.origin = origin
        case UInt8(ascii: "c"): try takeConnection(text, line)
        case UInt8(ascii: "m"):
            guard media.count < SDPLimits.media else { throw SDPError(.tooManyMedia, at: line.range.lowerBound) }
            closeMedia()
            media.append(try SDPMedia.read(text, in: line.value, line: lines.count))
        default: return
        }
    }

    private mutating func takeConnection(_ text: Span<UInt8>, _ line: SDPLine) throws(SDPError) {
        guard let address = SDPAddress.read(text, in: line.value), !media.isEmpty || sessionConnection == nil else {
            throw SDPError(.connectionMalformed, at: line.range.lowerBound)
        }
        if media.isEmpty {
            sessionConnection = address
        } else {
            media[media.count - 1].connections.append(address)
        }
    }

    private func readOrigin(_ text: Span<UInt8>, _ value: Range<Int>) -> SDPOrigin? {
        var fields = SDPFields(value)
        guard let username = fields.next(text), let sessionID = fields.next(text), let version = fields.next(text),
            let address = SDPAddress.read(text, in: fields.position..<value.upperBound)
        else { return nil }
        return SDPOrigin(username: username, sessionID: sessionID, version: version, address: address)
    }

    private mutating func closeMedia() {
        guard let last = media.indices.last else { return }
        media[last].lines = media[last].lines.lowerBound..<lines.count
    }
}
