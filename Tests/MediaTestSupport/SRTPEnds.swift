import MediaTermination
import TestSupport
import Wire

extension SRTPSuite {
    /// A master key of this suite; the same `seed` gives the same one.
    public func key(_ seed: UInt64) throws -> SRTPMasterKey {
        var random = SeededGenerator(seed: seed)
        let length = keyLength + saltLength
        guard let key = SRTPMasterKey(random.bytes(length...length), for: self) else { throw SRTPFailure.setupFailed }
        return key
    }
}

/// What came of a packet: its bytes, or why not.
public typealias TransformResult = Result<[UInt8], SRTPFailure>

extension SRTPSession {
    public enum Packet: Sendable { case rtp, rtcp }

    /// A session's work on an array, for tests; its packet path takes spans.
    public mutating func work(on packet: [UInt8], _ kind: Packet = .rtp) -> TransformResult {
        var bytes = packet
        if direction == .protect { bytes += [UInt8](repeating: 0, count: Self.maximumOverhead) }
        var span = bytes.mutableSpan
        let length: Int
        do throws(SRTPFailure) {
            length =
                switch (direction, kind) {
                case (.protect, .rtp): try protect(&span, length: packet.count)
                case (.protect, .rtcp): try protectRTCP(&span, length: packet.count)
                case (.unprotect, .rtp): try unprotect(&span, length: packet.count)
                case (.unprotect, .rtcp): try unprotectRTCP(&span, length: packet.count)
                }
        } catch {
            return .failure(error)
        }
        return .success(Array(bytes.prefix(length)))
    }
}
