import Wire

/// What of a message says which transaction and which dialog it belongs to.
struct SIPFacts {
    let isRequest: Bool
    /// Of the transaction: the request's own, or the one that a response answers.
    let method: SIPMethod
    let sequence: UInt32
    /// Of a response.
    let status: UInt16?
    let callID: [UInt8]
    let fromTag: [UInt8]?
    let toTag: [UInt8]?
    /// From and To as URIs, fit for a table.
    var from: String { TFTPTransfer.text(bytes.span, fromName) }
    var to: String { TFTPTransfer.text(bytes.span, toName) }
    private let bytes: [UInt8]
    private let fromName: Range<Int>
    private let toName: Range<Int>

    /// `nil` where one of the headers that every message has can not be read (RFC 3261 section 8.1.1).
    init?(_ message: SIPMessage) {
        guard let callID = message.callID, let sequence = (try? message.cseq()) ?? nil,
            let from = (try? message.from()) ?? nil, let to = (try? message.to()) ?? nil,
            callID.count <= Self.longestID
        else { return nil }
        isRequest = message.isRequest
        method = message.method ?? sequence.method
        self.sequence = sequence.number
        status = message.status
        self.callID = Array(message.bytes[callID])
        fromTag = from.tag.map { Array(message.bytes[$0].prefix(Self.longestID)) }
        toTag = to.tag.map { Array(message.bytes[$0].prefix(Self.longestID)) }
        bytes = message.bytes
        fromName = Self.name(from.uri)
        toName = Self.name(to.uri)
    }

    /// Longer ones are refused: they would have to be kept.
    static let longestID = 512

    /// The tag of the phone's end of the dialog, for a message from `side`.
    func phoneTag(from side: StreamSide) -> [UInt8]? { (side == .phone) == isRequest ? fromTag : toTag }
    /// The other end's.
    func farTag(from side: StreamSide) -> [UInt8]? { (side == .phone) == isRequest ? toTag : fromTag }
    /// Who sent the request of this transaction.
    func requester(from side: StreamSide) -> StreamSide { isRequest ? side : side.other }

    /// `user@host`, or what else a URI names.
    private static func name(_ uri: SIPURI) -> Range<Int> {
        let start = uri.schemeName.upperBound + 1
        let end = uri.hostPort?.upperBound ?? uri.user?.upperBound ?? uri.range.upperBound
        return start < end ? start..<min(end, start + 128) : start..<start
    }
}
