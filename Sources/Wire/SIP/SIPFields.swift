/// `CSeq: 314159 INVITE` (RFC 3261 section 20.16).
public struct SIPSequence: Hashable, Sendable {
    public let number: UInt32
    public let numberRange: Range<Int>
    public let method: SIPMethod
    public let methodName: Range<Int>
}

/// `RAck: 776656 1 INVITE` (RFC 3262 section 7.2).
public struct SIPReliableAcknowledgment: Hashable, Sendable {
    /// The RSeq of the response that is acknowledged.
    public let response: UInt32
    public let sequence: SIPSequence
}

/// `Replaces: call;to-tag=a;from-tag=b` (RFC 3891).
public struct SIPReplaces: Hashable, Sendable {
    public let callID: Range<Int>
    public let toTag: Range<Int>
    public let fromTag: Range<Int>
    public let isEarlyOnly: Bool
}

/// A token and its parameters: Event (RFC 6665 section 8.2.1), Subscription-State, Content-Disposition, ….
public struct SIPTokenValue: Hashable, Sendable {
    public let token: Range<Int>
    public let parameters: SIPParameters
}

/// `Content-Type: multipart/mixed; boundary=x` (RFC 3261 section 20.15).
public struct SIPContentType: Hashable, Sendable {
    public let type: Range<Int>
    public let subtype: Range<Int>
    public let parameters: SIPParameters
    public let isSDP: Bool
    public let isMultipart: Bool

    static func read(
        _ text: Span<UInt8>, in range: Range<Int>
    ) throws(SIPError) -> SIPContentType {
        let end = range.upperBound
        let type = range.lowerBound..<SIPSyntax.skipToken(text, range.lowerBound, end)
        let slash = SIPSyntax.skipBlanks(text, type.upperBound, end)
        guard !type.isEmpty, slash < end, text[slash] == SIPSyntax.slash else {
            throw SIPError(.valueMalformed, .contentType, at: range.lowerBound)
        }
        let start = SIPSyntax.skipBlanks(text, slash + 1, end)
        let subtype = start..<SIPSyntax.skipToken(text, start, end)
        guard !subtype.isEmpty else { throw SIPError(.valueMalformed, .contentType, at: start) }
        return SIPContentType(
            type: type, subtype: subtype,
            parameters: try SIPParameters.read(text, in: subtype.upperBound..<end, .header, .contentType),
            isSDP: text.equals(type, ignoringCase: "application") && text.equals(subtype, ignoringCase: "sdp"),
            isMultipart: text.equals(type, ignoringCase: "multipart"))
    }
}
