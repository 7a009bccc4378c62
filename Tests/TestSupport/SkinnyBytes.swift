/// A Skinny message made by hand: its number, and a body that is all zeros but for what stands in it at an offset.
public struct SkinnyBytes: Sendable {
    public var id: UInt32
    public var version: UInt32
    public var body: [UInt8]

    /// - Parameter length: as the header has it.
    public init(_ id: UInt32, version: UInt32 = 0, length: Int, _ parts: [(offset: Int, hex: String)] = []) {
        self.id = id
        self.version = version
        body = [UInt8](repeating: 0, count: max(0, length - 4))
        for part in parts { put(bytes(hex: part.hex), at: part.offset) }
    }

    /// The whole message.
    public var all: [UInt8] { Self.word(UInt32(body.count + 4)) + Self.word(version) + Self.word(id) + body }

    public mutating func put(_ value: [UInt8], at offset: Int) {
        body.replaceSubrange(offset..<offset + value.count, with: value)
    }

    public mutating func put(_ value: UInt32, at offset: Int) { put(Self.word(value), at: offset) }

    public static func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }

    /// Register of a device, at 192.168.10.5.
    public static func register(_ name: String, version: UInt8) -> SkinnyBytes {
        var message = SkinnyBytes(0x01, length: 128, [(24, "c0a80a05")])
        message.put(Array(name.utf8.prefix(15)), at: 0)
        message.put([version], at: 40)
        return message
    }
}
