/// What `compressionType` names: the codec, and the RTP payload type that follows from it (RFC 3551).
public struct SkinnyCodec: Hashable, Sendable {
    public let rawValue: UInt32

    public init(_ rawValue: UInt32) { self.rawValue = rawValue }

    /// `nil`: a dynamic one, which the message names elsewhere if at all.
    public var payloadType: UInt8? {
        switch rawValue {
        case 2, 3: 8
        case 4, 5: 0
        case 6, 7, 8: 9
        case 9: 4
        case 10: 15
        case 11, 12, 13, 14, 15, 16: 18
        case 18, 19: 3
        case 100: 31
        case 101: 34
        default: nil
        }
    }

    /// Ticks of the RTP timestamp a second.
    public var clockRate: UInt32 {
        switch rawValue {
        case 25, 40, 41, 89: 16_000
        case 42: 44_100
        case 90: 48_000
        case 100...106: 90_000
        default: 8000
        }
    }
}
