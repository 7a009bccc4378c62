/// Which version's layout a message has: what phone and server agreed on, unless the message's own header names another;
/// and for messages that carry addresses its length decides, since some servers put neither right.
extension SkinnyLayout {
    /// - Parameters:
    ///   - length: as the header has it.
    ///   - negotiated: the smaller of what Register offers and RegisterAck answers; `nil`: not known.
    static func version(
        of id: SkinnyMessageID, length: Int, header: UInt32, negotiated: UInt8?
    ) -> UInt8 {
        let known = 1...255 ~= header ? UInt8(header) : negotiated ?? 0
        guard let lengths = lengths(of: id) else { return known }
        if length <= lengths.narrow { return min(known, firstWide - 1) }
        if length >= lengths.wide, !lengths.ambiguous.contains(length) { return max(known, firstWide) }
        return known
    }

    /// The longest of a message with IPv4 alone, and the shortest with either family, by the length in the header.
    private struct Lengths {
        var narrow: Int
        var wide: Int
        /// Seen of both.
        var ambiguous: [Int] = []
    }

    private static func lengths(of id: SkinnyMessageID) -> Lengths? {
        switch id {
        case .openReceiveChannelAck, .openMultiMediaReceiveChannelAck, .mediaTransmissionFailure:
            Lengths(narrow: 24, wide: 40)
        case .startMediaTransmission: Lengths(narrow: 120, wide: 136)
        case .startMediaTransmissionAck, .startMultiMediaTransmissionAck: Lengths(narrow: 32, wide: 44)
        // Some servers fill the older form up with zeros, to 124 bytes or to 172.
        case .openReceiveChannel: Lengths(narrow: 124, wide: 132, ambiguous: [172])
        case .openMultiMediaReceiveChannel: Lengths(narrow: 180, wide: 196)
        case .startMultiMediaTransmission: Lengths(narrow: 172, wide: 188)
        case .portRes: Lengths(narrow: 28, wide: 44)
        case .startMulticastMediaReception: Lengths(narrow: 40, wide: 56)
        case .startMulticastMediaTransmission: Lengths(narrow: 48, wide: 64)
        // The long one is sent to older phones, too, with zeros at its end.
        case .serverRes: Lengths(narrow: 284, wide: .max)
        default: nil
        }
    }
}
