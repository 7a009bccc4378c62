/// Why bytes are not a SIP message, or not a good one: what is wrong, with which header, and where.
///
/// Nothing of the message is quoted: it may be a password.
public struct SIPError: Error, Hashable, Sendable {
    /// Each has its counter.
    public enum Reason: String, CaseIterable, Sendable {
        // Where a message ends.
        case startLineTooLong = "start-line-too-long"
        case headerSectionTooLong = "header-section-too-long"
        case headerSectionUnterminated = "header-section-unterminated"
        case contentLengthInvalid = "content-length-invalid"
        case contentLengthRepeated = "content-length-repeated"
        /// On a stream, with a body.
        case contentLengthMissing = "content-length-missing"
        case bodyTooLong = "body-too-long"
        /// The datagram ends before the body does.
        case bodyTruncated = "body-truncated"

        // Its lines.
        case startLineMalformed = "start-line-malformed"
        case versionUnsupported = "version-unsupported"
        case headerLineMalformed = "header-line-malformed"
        case headerNameMalformed = "header-name-malformed"
        /// A CR without its LF, which readers disagree about.
        case bareCarriageReturn = "bare-carriage-return"
        case tooManyHeaders = "too-many-headers"

        // Its headers.
        case headerMissing = "header-missing"
        case headerRepeated = "header-repeated"
        case methodMismatch = "method-mismatch"
        case valueMalformed = "value-malformed"
        case valueOutOfRange = "value-out-of-range"
        case quoteUnterminated = "quote-unterminated"
        case uriMalformed = "uri-malformed"
        case uriHeadersForbidden = "uri-headers-forbidden"
        case hostMalformed = "host-malformed"
        case portMalformed = "port-malformed"
        case parameterMalformed = "parameter-malformed"
        case tooManyValues = "too-many-values"
        case tooManyParameters = "too-many-parameters"

        // Its body.
        case multipartMalformed = "multipart-malformed"
        case tooManyParts = "too-many-parts"
        case partsTooDeep = "parts-too-deep"

        // Changing it.
        case overlappingEdits = "overlapping-edits"
    }

    public let reason: Reason
    /// `nil`: the start line, or the message as a whole.
    public let header: SIPHeaderName?
    /// Bytes from the start of the message.
    public let offset: Int

    public init(_ reason: Reason, _ header: SIPHeaderName? = nil, at offset: Int) {
        self.reason = reason
        self.header = header
        self.offset = offset
    }
}

extension SIPError: CustomStringConvertible {
    /// For example `sip Via value-malformed at offset 33`.
    public var description: String {
        let field = header.map { $0 == .other ? " header" : " " + $0.rawValue } ?? ""
        return "sip\(field) \(reason.rawValue) at offset \(offset)"
    }
}
