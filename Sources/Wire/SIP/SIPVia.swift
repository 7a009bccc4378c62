/// One value of a Via (RFC 3261 section 20.42, RFC 3581 `rport`, RFC 5923 `alias`).
public struct SIPVia: Hashable, Sendable {
    public let range: Range<Int>
    public let transport: SIPTransport
    public let transportName: Range<Int>
    public let host: SIPHost
    public let port: UInt16?
    public let portRange: Range<Int>?
    public let parameters: SIPParameters
    public let branch: Range<Int>?
    public let received: SIPHost?
    /// `nil` unless the parameter is there; its value is that parameter's.
    public let rport: SIPParameter?
    public let maddr: SIPHost?
    public let hasAlias: Bool
    /// Which header line it stands in, and which of that line's values it is.
    public internal(set) var place = SIPPlace(header: 0, value: 0)

    /// Host and port, as one piece.
    public var sentBy: Range<Int> { host.range.lowerBound..<(portRange ?? host.range).upperBound }

    /// What every branch of RFC 3261 begins with.
    public static let magicCookie = "z9hG4bK"

    static func read(_ text: Span<UInt8>, in range: Range<Int>) throws(SIPError) -> SIPVia {
        let end = range.upperBound
        let start = SIPSyntax.skipBlanks(text, range.lowerBound, end)
        // SIP / 2.0 / UDP, each slash with or without blanks around it.
        _ = try piece(text, start, end)
        let version = try piece(text, try behindSlash(text, start, end), end)
        let transport = try piece(text, try behindSlash(text, version.lowerBound, end), end)
        let sentBy = SIPSyntax.skipBlanks(text, transport.upperBound, end)
        guard sentBy > transport.upperBound else { throw SIPError(.valueMalformed, .via, at: transport.upperBound) }
        let host = try SIPHost.read(text, in: sentBy..<end, .via)
        var portRange: Range<Int>?
        var port: UInt16?
        var offset = SIPSyntax.skipBlanks(text, host.range.upperBound, end)
        if offset < end, text[offset] == SIPSyntax.colon {
            offset = SIPSyntax.skipBlanks(text, offset + 1, end)
            let (number, digits) = try SIPPort.read(text, in: offset..<end, .via)
            (port, portRange, offset) = (number, digits, digits.upperBound)
        } else {
            offset = host.range.upperBound
        }
        let parameters = try SIPParameters.read(text, in: offset..<end, .header, .via)
        return SIPVia(text, range: start..<parameters.range.upperBound, transport, host, port, portRange, parameters)
    }

    private init(
        _ text: Span<UInt8>, range: Range<Int>, _ transport: Range<Int>, _ host: SIPHost, _ port: UInt16?,
        _ portRange: Range<Int>?, _ parameters: SIPParameters
    ) {
        self.range = range
        self.transport = SIPTransport(text, transport)
        transportName = transport
        self.host = host
        self.port = port
        self.portRange = portRange
        self.parameters = parameters
        var (branch, received, rport, maddr, alias) = (
            Range<Int>?.none, SIPHost?.none, SIPParameter?.none, SIPHost?.none, false
        )
        parameters.forEach(text) { parameter in
            if text.equals(parameter.name, ignoringCase: "branch") {
                branch = branch ?? parameter.value
            } else if text.equals(parameter.name, ignoringCase: "received") {
                received = received ?? parameter.value.flatMap { SIPHost.read(parameter: $0, text) }
            } else if text.equals(parameter.name, ignoringCase: "rport") {
                rport = rport ?? parameter
            } else if text.equals(parameter.name, ignoringCase: "maddr") {
                maddr = maddr ?? parameter.value.flatMap { SIPHost.read(parameter: $0, text) }
            } else if text.equals(parameter.name, ignoringCase: "alias") {
                alias = true
            }
        }
        (self.branch, self.received, self.rport, self.maddr, hasAlias) = (branch, received, rport, maddr, alias)
    }

    private static func piece(_ text: Span<UInt8>, _ start: Int, _ end: Int) throws(SIPError) -> Range<Int> {
        let tokenEnd = SIPSyntax.skipToken(text, start, end)
        guard tokenEnd > start else { throw SIPError(.valueMalformed, .via, at: start) }
        return start..<tokenEnd
    }

    private static func behindSlash(_ text: Span<UInt8>, _ start: Int, _ end: Int) throws(SIPError) -> Int {
        let offset = SIPSyntax.skipBlanks(text, SIPSyntax.skipToken(text, start, end), end)
        guard offset < end, text[offset] == SIPSyntax.slash else { throw SIPError(.valueMalformed, .via, at: offset) }
        return SIPSyntax.skipBlanks(text, offset + 1, end)
    }
}
