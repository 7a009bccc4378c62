import Wire

/// A SIP message that somebody has read already, who hands it to the engine with the packet that it came in: it is not read
/// twice.
public final class SIPReading: Sendable {
    let message: SIPMessage
    /// `nil` where a header that every message has can not be read.
    let facts: SIPFacts?

    init(_ message: SIPMessage) {
        self.message = message
        facts = SIPFacts(message)
    }

    /// `nil` of a text that is no message.
    convenience init?(_ text: [UInt8]) {
        guard let message = try? SIPMessage.read(text) else { return nil }
        self.init(message)
    }

    /// Whether it is what stands in `text`.
    func isOf(_ text: Span<UInt8>) -> Bool {
        let bytes = message.bytes
        return bytes.span.equals(text)
    }
}
