/// A message's first line (RFC 3261 sections 7.1 and 7.2).
public enum SIPStartLine: Hashable, Sendable {
    case request(SIPRequestLine)
    case response(SIPStatusLine)
}

/// `INVITE sip:bob@example.com SIP/2.0`
public struct SIPRequestLine: Hashable, Sendable {
    public let method: SIPMethod
    public let methodName: Range<Int>
    public let uri: SIPURI
    public let version: Range<Int>
}

/// `SIP/2.0 200 OK`
public struct SIPStatusLine: Hashable, Sendable {
    /// 100 to 699.
    public let status: UInt16
    public let statusRange: Range<Int>
    /// May be empty.
    public let reason: Range<Int>
    public let version: Range<Int>
}

extension SIPStartLine {
    public var version: Range<Int> {
        switch self {
        case .request(let line): line.version
        case .response(let line): line.version
        }
    }

    /// `line` is without its end.
    static func read(_ text: Span<UInt8>, in line: Range<Int>) throws(SIPError) -> SIPStartLine {
        if isVersion(text, line, isWhole: false) { return .response(try readStatus(text, line)) }
        let malformed = SIPError(.startLineMalformed, at: line.lowerBound)
        let method = line.lowerBound..<SIPSyntax.skipToken(text, line.lowerBound, line.upperBound)
        guard !method.isEmpty,
            let uriEnd = text.first(space, in: min(method.upperBound + 1, line.upperBound)..<line.upperBound)
        else { throw malformed }
        let version = uriEnd + 1..<line.upperBound
        guard text[method.upperBound] == space, isVersion(text, version, isWhole: true) else { throw malformed }
        let uri = try SIPURI.read(text, in: method.upperBound + 1..<uriEnd, nil)
        return .request(
            SIPRequestLine(method: SIPMethod(text, method), methodName: method, uri: uri, version: version))
    }

    /// The space behind the code may be missing when the reason is.
    private static func readStatus(_ text: Span<UInt8>, _ line: Range<Int>) throws(SIPError) -> SIPStatusLine {
        let malformed = SIPError(.startLineMalformed, at: line.lowerBound)
        guard let space = text.first(space, in: line), line.upperBound - space >= 4,
            isVersion(text, line.lowerBound..<space, isWhole: true)
        else { throw malformed }
        let code = space + 1..<space + 4
        guard let status = text.decimal(code, upTo: 699), status >= 100,
            code.upperBound == line.upperBound || text[code.upperBound] == Self.space
        else { throw malformed }
        return SIPStatusLine(
            status: UInt16(truncatingIfNeeded: status), statusRange: code,
            reason: min(code.upperBound + 1, line.upperBound)..<line.upperBound, version: line.lowerBound..<space)
    }

    private static let space = UInt8(ascii: " ")

    /// `SIP/`, in any case, and if `isWhole`, then digits, a dot and digits.
    private static func isVersion(_ text: Span<UInt8>, _ range: Range<Int>, isWhole: Bool) -> Bool {
        guard range.count >= 4, text.equals(range.lowerBound..<range.lowerBound + 4, ignoringCase: "sip/") else {
            return false
        }
        guard isWhole else { return true }
        let number = range.lowerBound + 4..<range.upperBound
        guard let dot = text.first(UInt8(ascii: "."), in: number) else { return false }
        return text.decimal(number.lowerBound..<dot, upTo: 99) != nil
            && text.decimal(dot + 1..<number.upperBound, upTo: 99) != nil
    }
}
