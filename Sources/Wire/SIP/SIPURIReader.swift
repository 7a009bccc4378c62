/// Takes a URI apart behind its scheme.
struct SIPURIReader {
    private let header: SIPHeaderName?
    private var user: Range<Int>?
    private var password: Range<Int>?
    private var host: SIPHost?
    private var port: UInt16?
    private var portRange: Range<Int>?
    private var parameters = SIPParameters(range: 0..<0, count: 0, form: .uri)
    private var headers: Range<Int>?
    private var transport: SIPTransport?
    private var maddr: SIPHost?
    private var isLooseRouting = false

    init(_ header: SIPHeaderName?) { self.header = header }

    func uri(_ scheme: SIPURI.Scheme, _ range: Range<Int>, _ name: Range<Int>) -> SIPURI {
        SIPURI(
            range: range, scheme: scheme, schemeName: name, user: user, password: password, host: host, port: port,
            portRange: portRange, parameters: parameters, headers: headers, transport: transport, maddr: maddr,
            isLooseRouting: isLooseRouting)
    }

    mutating func readSIP(_ text: Span<UInt8>, _ rest: Range<Int>) throws(SIPError) {
        var start = rest.lowerBound
        // An unescaped `@` stands nowhere but behind the user, who may have `;`, `?` and `/` in their name.
        if let at = text.first(SIPSyntax.at, in: rest) {
            guard at > start, text.first(SIPSyntax.at, in: at + 1..<rest.upperBound) == nil else {
                throw SIPError(.uriMalformed, header, at: at)
            }
            let colon = text.first(SIPSyntax.colon, in: start..<at)
            user = start..<(colon ?? at)
            password = colon.map { $0 + 1..<at }
            start = at + 1
        }
        let host = try SIPHost.read(text, in: start..<rest.upperBound, header)
        self.host = host
        start = host.range.upperBound
        if start < rest.upperBound, text[start] == SIPSyntax.colon {
            let (number, range) = try SIPPort.read(text, in: start + 1..<rest.upperBound, header)
            (port, portRange, start) = (number, range, range.upperBound)
        }
        try readParameters(text, start..<rest.upperBound)
        readKnown(text)
    }

    mutating func readTelephone(_ text: Span<UInt8>, _ rest: Range<Int>) throws(SIPError) {
        let end = text.first(SIPSyntax.semicolon, in: rest) ?? text.first(SIPSyntax.question, in: rest)
        user = rest.lowerBound..<(end ?? rest.upperBound)
        try readParameters(text, (end ?? rest.upperBound)..<rest.upperBound)
    }

    mutating func readOpaque(_ rest: Range<Int>) {
        parameters = SIPParameters(range: rest.upperBound..<rest.upperBound, count: 0, form: .uri)
    }

    private mutating func readParameters(_ text: Span<UInt8>, _ rest: Range<Int>) throws(SIPError) {
        parameters = try SIPParameters.read(text, in: rest, .uri, header)
        let end = parameters.range.upperBound
        if end < rest.upperBound { headers = end + 1..<rest.upperBound }
    }

    private mutating func readKnown(_ text: Span<UInt8>) {
        guard parameters.count > 0 else { return }
        var (transport, maddr, isLooseRouting) = (self.transport, self.maddr, false)
        parameters.forEach(text) { parameter in
            if let value = parameter.value, text.equals(parameter.name, ignoringCase: "transport") {
                transport = transport ?? SIPTransport(text, value)
            } else if let value = parameter.value, text.equals(parameter.name, ignoringCase: "maddr") {
                maddr = maddr ?? SIPHost.read(parameter: value, text)
            } else if text.equals(parameter.name, ignoringCase: "lr") {
                isLooseRouting = true
            }
        }
        (self.transport, self.maddr, self.isLooseRouting) = (transport, maddr, isLooseRouting)
    }
}

/// A port behind a colon.
enum SIPPort {
    /// The digits at the start of `range`.
    static func read(
        _ text: Span<UInt8>, in range: Range<Int>, _ header: SIPHeaderName?
    ) throws(SIPError) -> (UInt16, Range<Int>) {
        var end = range.lowerBound
        while end < range.upperBound, 0x30...0x39 ~= text[end] { end += 1 }
        let digits = range.lowerBound..<end
        guard let number = text.decimal(digits, upTo: 65_535) else {
            throw SIPError(.portMalformed, header, at: range.lowerBound)
        }
        return (UInt16(truncatingIfNeeded: number), digits)
    }
}
