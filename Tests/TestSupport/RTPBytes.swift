/// RTP and RTCP packets, byte by byte (RFC 3550).
public struct RTPBytes: Sendable {
    public var sequenceNumber: UInt16
    public var timestamp: UInt32
    public var ssrc: UInt32
    public var payloadType: UInt8 = 0
    public var marker = false
    public var contributors: [UInt32] = []
    /// A header extension's profile and words.
    public var headerExtension: (profile: UInt16, words: [UInt32])?
    /// Bytes, the last of which says how many; 0 for none.
    public var padding: UInt8 = 0
    public var payload: [UInt8]

    public init(_ sequenceNumber: UInt16, ssrc: UInt32 = 0x1122_3344, timestamp: UInt32 = 0, payload: [UInt8] = []) {
        self.sequenceNumber = sequenceNumber
        self.ssrc = ssrc
        self.timestamp = timestamp
        self.payload = payload
    }

    public var bytes: [UInt8] {
        let flags: UInt8 = (padding > 0 ? 0x20 : 0) | (headerExtension == nil ? 0 : 0x10) | UInt8(contributors.count)
        var bytes: [UInt8] = [0x80 | flags, (marker ? 0x80 : 0) | payloadType]
        bytes += bigEndian(sequenceNumber) + bigEndian(timestamp) + bigEndian(ssrc)
        for contributor in contributors { bytes += bigEndian(contributor) }
        if let headerExtension {
            bytes += bigEndian(headerExtension.profile) + bigEndian(UInt16(headerExtension.words.count))
            for word in headerExtension.words { bytes += bigEndian(word) }
        }
        bytes += payload
        if padding > 0 { bytes += [UInt8](repeating: 0, count: Int(padding) - 1) + [padding] }
        return bytes
    }
}

public enum RTCPBytes {
    /// A packet of `type`; `body` is filled up to whole words.
    public static func packet(_ type: UInt8, count: Int, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
        return [0x80 | UInt8(count), type] + bigEndian(UInt16(padded.count / 4)) + padded
    }

    /// With nothing but counters in it, and a report block for each of `about`.
    public static func senderReport(_ ssrc: UInt32, about: [UInt32] = []) -> [UInt8] {
        let info = bigEndian(UInt64(0x1122_3344_5566_7788)) + [160, 50, 8000].flatMap { bigEndian(UInt32($0)) }
        return packet(200, count: about.count, bigEndian(ssrc) + info + about.flatMap(block))
    }

    public static func receiverReport(_ ssrc: UInt32, about: [UInt32] = []) -> [UInt8] {
        packet(201, count: about.count, bigEndian(ssrc) + about.flatMap(block))
    }

    /// A source description with one canonical name.
    public static func sourceDescription(_ ssrc: UInt32, name: String) -> [UInt8] {
        packet(202, count: 1, bigEndian(ssrc) + [1, UInt8(name.utf8.count)] + Array(name.utf8) + [0])
    }

    public static func goodbye(_ ssrc: UInt32) -> [UInt8] { packet(203, count: 1, bigEndian(ssrc)) }

    /// Three lost of 256 and minus two in all; the other fields count from one.
    private static func block(about ssrc: UInt32) -> [UInt8] {
        let lost: UInt32 = 3 << 24 | 0xff_fffe
        return [ssrc, lost, 0x1_0005, 77, 0x3344_5566, 0x8000].flatMap { bigEndian($0) }
    }
}
