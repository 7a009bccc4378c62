/// Master key and salt of one direction, as they stand in OpenReceiveChannel and StartMediaTransmission.
struct SkinnyKey: Equatable {
    /// AES_CM_128_HMAC_SHA1_32, the only one that phones know.
    static let algorithm: UInt32 = 1
    static let suite = SDESSuite.aes128Tag32

    /// Key and salt together: 16 and 14 bytes.
    var bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// A new one.
    static func random() -> SkinnyKey {
        SkinnyKey(bytes: (0..<suite.keyBytes).map { _ in UInt8.random(in: 0...255) })
    }

    /// What a block says: no key, a key, or one that no phone can use.
    enum Block: Equatable {
        case none
        case key(SkinnyKey)
        case unusable
    }

    static func read(_ body: SkinnyReader, at offset: Int) -> Block {
        guard body.bytes.count >= offset + 40 else { return .none }
        switch body.number(at: offset) {
        case 0: return .none
        case algorithm where body.half(at: offset + 4) == 16 && body.half(at: offset + 6) == 14:
            return .key(SkinnyKey(bytes: body.raw(at: offset + 8, 16) + body.raw(at: offset + 24, 14)))
        default: return .unusable
        }
    }

    /// The block: 48 bytes, in version 5 the first 40 of them.
    static func write(_ key: SkinnyKey?, to writer: inout SkinnyWriter, version: UInt32) {
        writer.number(key == nil ? 0 : algorithm)
        writer.half(key == nil ? 0 : 16)
        writer.half(key == nil ? 0 : 14)
        writer.raw(key.map { Array($0.bytes.prefix(16)) } ?? [UInt8](repeating: 0, count: 16))
        writer.raw(key.map { Array($0.bytes.dropFirst(16)) + [0, 0] } ?? [UInt8](repeating: 0, count: 16))
        if version >= 6 { writer.zeros(8) }
    }
}
