/// `a=rtpmap:97 iLBC/8000` (RFC 8866 section 6.6).
public struct SDPRTPMap: Hashable, Sendable {
    public let payloadType: UInt8
    public let encoding: Range<Int>
    /// Hz.
    public let clockRate: UInt32
    /// Of audio: channels.
    public let parameters: Range<Int>?
}

/// `a=fmtp:101 0-15`
public struct SDPFormatParameters: Hashable, Sendable {
    public let format: Range<Int>
    public let parameters: Range<Int>
}

/// `a=rtcp:53020 IN IP4 192.0.2.1` (RFC 3605).
public struct SDPRTCP: Hashable, Sendable {
    public let port: UInt16
    public let portRange: Range<Int>
    public let address: SDPAddress?
}

/// `a=fingerprint:sha-256 4A:AD:…` (RFC 8122).
public struct SDPFingerprint: Hashable, Sendable {
    public let hash: Range<Int>
    public let value: Range<Int>
}

/// `a=setup:actpass` (RFC 4145).
public enum SDPSetup: String, CaseIterable, Sendable {
    case active, passive, actpass, holdconn
}

/// `a=candidate:1 1 UDP 2130706431 192.0.2.1 49170 typ host` (RFC 8839 section 5.1).
public struct SDPCandidate: Hashable, Sendable {
    public let foundation: Range<Int>
    /// 1: RTP, 2: RTCP.
    public let component: UInt16
    public let transport: Range<Int>
    public let priority: UInt32
    public let addressRange: Range<Int>
    /// `nil` for a name.
    public let address: IPAddress?
    public let port: UInt16
    public let portRange: Range<Int>
    /// `host`, `srflx`, `prflx` or `relay`.
    public let type: Range<Int>
}

extension SDP {
    public func rtpMap(_ attribute: SDPAttribute) throws(SDPError) -> SDPRTPMap {
        var fields = try fields(of: attribute)
        guard let type = fields.next(bytes.span), let payloadType = bytes.span.decimal(type, upTo: 127),
            let rest = fields.next(bytes.span), let slash = bytes.span.first(SIPSyntax.slash, in: rest)
        else { throw malformed(attribute) }
        let second = bytes.span.first(SIPSyntax.slash, in: slash + 1..<rest.upperBound)
        guard let clockRate = bytes.span.decimal(slash + 1..<(second ?? rest.upperBound), upTo: UInt64(UInt32.max))
        else { throw malformed(attribute) }
        return SDPRTPMap(
            payloadType: UInt8(truncatingIfNeeded: payloadType), encoding: rest.lowerBound..<slash,
            clockRate: UInt32(truncatingIfNeeded: clockRate), parameters: second.map { $0 + 1..<rest.upperBound })
    }

    public func formatParameters(_ attribute: SDPAttribute) throws(SDPError) -> SDPFormatParameters {
        var fields = try fields(of: attribute)
        guard let format = fields.next(bytes.span) else { throw malformed(attribute) }
        return SDPFormatParameters(format: format, parameters: fields.rest(bytes.span))
    }

    public func rtcp(_ attribute: SDPAttribute) throws(SDPError) -> SDPRTCP {
        var fields = try fields(of: attribute)
        guard let range = fields.next(bytes.span), let port = bytes.span.decimal(range, upTo: 65_535) else {
            throw malformed(attribute)
        }
        let rest = fields.rest(bytes.span)
        let address = SDPAddress.read(bytes.span, in: rest)
        guard address != nil || rest.isEmpty else { throw malformed(attribute) }
        return SDPRTCP(port: UInt16(truncatingIfNeeded: port), portRange: range, address: address)
    }

    public func fingerprint(_ attribute: SDPAttribute) throws(SDPError) -> SDPFingerprint {
        var fields = try fields(of: attribute)
        guard let hash = fields.next(bytes.span), let value = fields.next(bytes.span) else {
            throw malformed(attribute)
        }
        return SDPFingerprint(hash: hash, value: value)
    }

    public func setup(_ attribute: SDPAttribute) throws(SDPError) -> SDPSetup {
        let value = try fields(of: attribute).rest(bytes.span)
        guard let setup = SDPSetup.allCases.first(where: { equals(value, $0.rawValue) }) else {
            throw malformed(attribute)
        }
        return setup
    }

    public func candidate(_ attribute: SDPAttribute) throws(SDPError) -> SDPCandidate {
        var fields = try fields(of: attribute)
        let text = bytes.span
        guard let foundation = fields.next(text), let componentRange = fields.next(text),
            let transport = fields.next(text), let priorityRange = fields.next(text),
            let address = fields.next(text), let portRange = fields.next(text), let typ = fields.next(text),
            let type = fields.next(text), text.equals(typ, ignoringCase: "typ"),
            let component = text.decimal(componentRange, upTo: 65_535),
            let priority = text.decimal(priorityRange, upTo: UInt64(UInt32.max)),
            let port = text.decimal(portRange, upTo: 65_535)
        else { throw malformed(attribute) }
        return SDPCandidate(
            foundation: foundation, component: UInt16(truncatingIfNeeded: component), transport: transport,
            priority: UInt32(truncatingIfNeeded: priority), addressRange: address, address: IPAddress(text, address),
            port: UInt16(truncatingIfNeeded: port), portRange: portRange, type: type)
    }

    func fields(of attribute: SDPAttribute) throws(SDPError) -> SDPFields {
        guard let value = attribute.value else { throw malformed(attribute) }
        return SDPFields(value)
    }

    private func malformed(_ attribute: SDPAttribute) -> SDPError {
        SDPError(.attributeMalformed, at: attribute.name.lowerBound)
    }
}
