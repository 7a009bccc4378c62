/// Headers as values. `nil`: there is no such header; an error: it can not be read.
extension SIPMessage {
    public var callID: Range<Int>? { value(of: .callID) }

    public func cseq() throws(SIPError) -> SIPSequence? {
        guard let header = first(.cseq) else { return nil }
        return try sequence(header.value, .cseq)
    }

    public func from() throws(SIPError) -> SIPAddress? { try address(of: .from) }

    public func to() throws(SIPError) -> SIPAddress? { try address(of: .to) }

    /// The whole value of the first line of `name`, which is a header of one address: From, To, Refer-To, ….
    public func address(of name: SIPHeaderName) throws(SIPError) -> SIPAddress? {
        guard let index = headers.firstIndex(where: { $0.name == name }) else { return nil }
        var address = try SIPAddress.read(bytes.span, in: headers[index].value, name)
        address.place = SIPPlace(header: index, value: 0)
        return address
    }

    /// The addresses of `name`, which is a header of several: Route, Record-Route, Path, Service-Route, Diversion, ….
    public func addresses(of name: SIPHeaderName) throws(SIPError) -> [SIPAddress] {
        var addresses: [SIPAddress] = []
        for value in try values(of: name) {
            var address = try SIPAddress.read(bytes.span, in: value.range, name)
            address.place = value.place
            addresses.append(address)
        }
        return addresses
    }

    /// The addresses of Contact; none for `*`, which is ``isContactWildcard``.
    public func contacts() throws(SIPError) -> [SIPAddress] {
        isContactWildcard ? [] : try addresses(of: .contact)
    }

    /// `Contact: *`, and nothing else: all bindings (RFC 3261 section 10.2.2).
    public var isContactWildcard: Bool {
        let places = places(of: .contact)
        return places.count == 1 && equals(headers[places[0]].value, "*")
    }

    /// Of an address: its `expires` parameter in seconds.
    public func expires(of contact: SIPAddress) -> UInt32? {
        guard let value = parameter("expires", in: contact.parameters)?.value else { return nil }
        return number(in: unquoted(value))
    }

    /// All values of Via, the topmost first.
    public func vias() throws(SIPError) -> [SIPVia] {
        var vias: [SIPVia] = []
        for value in try values(of: .via) {
            var via = try SIPVia.read(bytes.span, in: value.range)
            via.place = value.place
            vias.append(via)
        }
        return vias
    }

    public func topVia() throws(SIPError) -> SIPVia? {
        guard let index = headers.firstIndex(where: { $0.name == .via }) else { return nil }
        guard let value = try values(at: index).first else {
            throw SIPError(.valueMalformed, .via, at: headers[index].value.lowerBound)
        }
        var via = try SIPVia.read(bytes.span, in: value.range)
        via.place = value.place
        return via
    }

    /// The number that begins the first line of `name`: Max-Forwards, Expires, Min-Expires, RSeq, Session-Expires,
    /// Min-SE, Retry-After. Parameters may follow. One too large is an error, as is a date (RFC 2543).
    public func number(of name: SIPHeaderName) throws(SIPError) -> UInt32? {
        guard let header = first(name) else { return nil }
        var end = header.value.lowerBound
        while end < header.value.upperBound, 0x30...0x39 ~= bytes[end] { end += 1 }
        let digits = header.value.lowerBound..<end
        let rest = SIPSyntax.skipBlanks(bytes.span, end, header.value.upperBound)
        guard !digits.isEmpty,
            rest == header.value.upperBound || bytes[rest] == SIPSyntax.semicolon || bytes[rest] == UInt8(ascii: "(")
        else { throw SIPError(.valueMalformed, name, at: header.value.lowerBound) }
        guard let number = number(in: digits) else {
            throw SIPError(.valueOutOfRange, name, at: header.value.lowerBound)
        }
        return number
    }

    /// Whether the option tag `option`, a lower-case one, stands in `name`: Require, Supported, Proxy-Require, ….
    public func has(option: String, in name: SIPHeaderName) -> Bool {
        guard let values = try? values(of: name) else { return false }
        return values.contains { equals($0.range, option) }
    }

    public func rack() throws(SIPError) -> SIPReliableAcknowledgment? {
        guard let header = first(.rack) else { return nil }
        let first = word(in: header.value)
        guard let response = number(in: first) else {
            throw SIPError(.valueMalformed, .rack, at: header.value.lowerBound)
        }
        let rest = SIPSyntax.skipBlanks(bytes.span, first.upperBound, header.value.upperBound)
        return SIPReliableAcknowledgment(
            response: response, sequence: try sequence(rest..<header.value.upperBound, .rack))
    }

    public func replaces() throws(SIPError) -> SIPReplaces? {
        guard let header = first(.replaces) else { return nil }
        let end = bytes.span.first(SIPSyntax.semicolon, in: header.value) ?? header.value.upperBound
        let parameters = try SIPParameters.read(bytes.span, in: end..<header.value.upperBound, .header, .replaces)
        let callID = bytes.span.trimmed(header.value.lowerBound..<end)
        guard !callID.isEmpty, let toTag = parameter("to-tag", in: parameters)?.value,
            let fromTag = parameter("from-tag", in: parameters)?.value
        else { throw SIPError(.valueMalformed, .replaces, at: header.value.lowerBound) }
        return SIPReplaces(
            callID: callID, toTag: toTag, fromTag: fromTag,
            isEarlyOnly: parameter("early-only", in: parameters) != nil)
    }

    public func event() throws(SIPError) -> SIPTokenValue? { try token(of: .event) }

    public func subscriptionState() throws(SIPError) -> SIPTokenValue? { try token(of: .subscriptionState) }

    /// The token that begins the first line of `name`, and its parameters.
    public func token(of name: SIPHeaderName) throws(SIPError) -> SIPTokenValue? {
        guard let header = first(name) else { return nil }
        let (start, end) = (header.value.lowerBound, header.value.upperBound)
        let token = start..<SIPSyntax.skipToken(bytes.span, start, end)
        guard !token.isEmpty else { throw SIPError(.valueMalformed, name, at: start) }
        return SIPTokenValue(
            token: token,
            parameters: try SIPParameters.read(bytes.span, in: token.upperBound..<end, .header, name))
    }

    /// Of `name`: Authorization or Proxy-Authorization.
    public func credentials(_ name: SIPHeaderName = .authorization) -> SIPCredentials? {
        guard let header = first(name) else { return nil }
        return SIPCredentialsReader.read(bytes.span, header.value)
    }

    public func contentType() throws(SIPError) -> SIPContentType? {
        guard let value = value(of: .contentType) else { return nil }
        return try SIPContentType.read(bytes.span, in: value)
    }

    // MARK: Pieces

    private func sequence(_ range: Range<Int>, _ name: SIPHeaderName) throws(SIPError) -> SIPSequence {
        let digits = word(in: range)
        let methodStart = SIPSyntax.skipBlanks(bytes.span, digits.upperBound, range.upperBound)
        let method = methodStart..<SIPSyntax.skipToken(bytes.span, methodStart, range.upperBound)
        guard !digits.isEmpty, bytes[digits].allSatisfy({ 0x30...0x39 ~= $0 }), !method.isEmpty,
            method.upperBound == range.upperBound
        else { throw SIPError(.valueMalformed, name, at: range.lowerBound) }
        guard let number = number(in: digits) else { throw SIPError(.valueOutOfRange, name, at: digits.lowerBound) }
        return SIPSequence(
            number: number, numberRange: digits, method: SIPMethod(bytes.span, method), methodName: method)
    }

    private func word(in range: Range<Int>) -> Range<Int> {
        var end = range.lowerBound
        while end < range.upperBound, !SIPSyntax.isBlank(bytes[end]) { end += 1 }
        return range.lowerBound..<end
    }

    private func number(in range: Range<Int>) -> UInt32? {
        bytes.span.decimal(range, upTo: UInt64(UInt32.max)).map { UInt32(truncatingIfNeeded: $0) }
    }
}
