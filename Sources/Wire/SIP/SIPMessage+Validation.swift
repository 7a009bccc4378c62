/// The strict look at a message.
extension SIPMessage {
    /// Checks what RFC 3261 demands of every message, as far as it is understood here (sections 8.1.1 and 16.3): the
    /// version, the headers that must be there and those that may be there once, and each header that names an address or
    /// counts something. RFC 2543's messages, without branch, tag or Max-Forwards, are good ones.
    ///
    /// Without it nothing is known of headers that were not asked for.
    public func validate() throws(SIPError) {
        guard equals(startLine.version, "sip/2.0") else {
            throw SIPError(.versionUnsupported, at: startLine.version.lowerBound)
        }
        try checkReturns()
        try checkNames()
        try checkSequence()
        if let headers = requestURI?.headers { throw SIPError(.uriHeadersForbidden, at: headers.lowerBound) }
        _ = try from()
        _ = try to()
        _ = try vias()
        _ = try contacts()
        _ = try contentType()
        for name in Self.addressHeaders where first(name) != nil { _ = try addresses(of: name) }
        for name in [SIPHeaderName.referTo, .referredBy] { _ = try address(of: name) }
        if let hops = try number(of: .maxForwards), hops > 255 {
            throw SIPError(.valueOutOfRange, .maxForwards, at: first(.maxForwards)?.value.lowerBound ?? 0)
        }
        _ = try number(of: .rseq)
        _ = try rack()
        _ = try replaces()
    }

    private static let addressHeaders: [SIPHeaderName] = [.route, .recordRoute, .path, .serviceRoute]
    private static let required: [SIPHeaderName] = [.via, .from, .to, .callID, .cseq]
    private static let single: [SIPHeaderName] = [
        .from, .to, .callID, .cseq, .maxForwards, .contentType, .contentLength, .expires, .referTo, .replaces, .rack,
        .rseq, .event, .subscriptionState,
    ]

    private func checkReturns() throws(SIPError) {
        let text = bytes.span
        for offset in 0..<headerEnd where text[offset] == SIPSyntax.carriageReturn {
            guard offset + 1 < headerEnd, text[offset + 1] == SIPSyntax.lineFeed else {
                throw SIPError(.bareCarriageReturn, at: offset)
            }
        }
    }

    private func checkNames() throws(SIPError) {
        var seen: Set<SIPHeaderName> = []
        for header in headers {
            let name = header.nameRange
            guard SIPSyntax.skipToken(bytes.span, name.lowerBound, name.upperBound) == name.upperBound else {
                throw SIPError(.headerNameMalformed, header.name, at: name.lowerBound)
            }
            let isFirst = seen.insert(header.name).inserted
            guard isFirst || !Self.single.contains(header.name) else {
                throw SIPError(.headerRepeated, header.name, at: name.lowerBound)
            }
        }
        for name in Self.required where value(of: name) == nil {
            throw SIPError(.headerMissing, name, at: first(name)?.value.lowerBound ?? headerEnd)
        }
    }

    private func checkSequence() throws(SIPError) {
        guard let sequence = try cseq(), let line = requestLine else { return }
        guard bytes.span.areEqual(sequence.methodName, line.methodName) else {
            throw SIPError(.methodMismatch, .cseq, at: sequence.methodName.lowerBound)
        }
    }
}
