import Wire

/// Takes media keys out of one direction of a Skinny connection as it passes, wherever one piece ends and the next begins.
/// No length changes.
///
/// Where the next message begins can not be told any more, all that follows is taken out.
struct SkinnyKeyMask {
    private var header: [UInt8] = []
    /// Of the next byte in its message.
    private var offset = 0
    /// Of the message, once its header is there.
    private var length = 0
    private var secrets: [Range<Int>] = []
    private var isLost = false

    mutating func hideKeys(in bytes: inout [UInt8]) {
        for place in bytes.indices where isSecret(bytes[place]) { bytes[place] = 0 }
    }

    private mutating func isSecret(_ byte: UInt8) -> Bool {
        if isLost { return true }
        if offset < SkinnyFraming.bodyOffset {
            header.append(byte)
            offset += 1
            if offset == SkinnyFraming.bodyOffset { begin() }
            return false
        }
        let isHidden = secrets.contains { $0.contains(offset) }
        offset += 1
        if offset == length { self = SkinnyKeyMask() }
        return isHidden
    }

    private mutating func begin() {
        let (counted, version) = (Int(header.span.littleEndian32(at: 0)), header.span.littleEndian32(at: 4))
        guard SkinnyFraming.lengths.contains(counted) else {
            isLost = true
            return
        }
        length = SkinnyFraming.headerLength + counted
        let id = SkinnyMessageID(header.span.littleEndian32(at: 8))
        secrets = SkinnyMessage.keyRanges(in: id, length: counted, headerVersion: version)
        if offset == length { self = SkinnyKeyMask() }
    }
}
