import Wire

/// A response that the box gives itself, in the name of whom the request was for.
enum SIPReply: Hashable, Sendable {
    case badRequest
    case forbidden
    case unsupportedMediaType
    case notAcceptableHere
    case serviceUnavailable

    var status: UInt16 {
        switch self {
        case .badRequest: 400
        case .forbidden: 403
        case .unsupportedMediaType: 415
        case .notAcceptableHere: 488
        case .serviceUnavailable: 503
        }
    }

    var reason: String {
        switch self {
        case .badRequest: "Bad Request"
        case .forbidden: "Forbidden"
        case .unsupportedMediaType: "Unsupported Media Type"
        case .notAcceptableHere: "Not Acceptable Here"
        case .serviceUnavailable: "Service Unavailable"
        }
    }

    /// The response to `request`, for the side it came from: its Via, From, To, Call-ID and CSeq as they stood (RFC 3261
    /// section 8.2.6). `tag` stands behind To where it has none.
    func message(to request: SIPMessage, tag: UInt64) -> [UInt8] {
        var bytes = Array("SIP/2.0 \(status) \(reason)\r\n".utf8)
        for header in request.headers {
            switch header.name {
            case .via, .from, .callID, .cseq: bytes += request.bytes[header.line]
            case .to:
                bytes += request.bytes[header.line.lowerBound..<header.value.upperBound]
                if ((try? request.to()) ?? nil)?.tag == nil {
                    bytes += Array(";tag=\(String(tag, radix: 16))".utf8)
                }
                bytes += Array("\r\n".utf8)
            default: break
            }
        }
        bytes += Array("Content-Length: 0\r\n\r\n".utf8)
        return bytes
    }
}
