import Wire

/// Puts a body together.
struct SkinnyWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number(_ value: UInt32) { for shift in [0, 8, 16, 24] { byte(value >> UInt32(shift)) } }

    mutating func half(_ value: UInt16) { for shift in [0, 8] { byte(UInt32(value) >> UInt32(shift)) } }

    private mutating func byte(_ value: UInt32) { bytes.append(UInt8(truncatingIfNeeded: value)) }

    mutating func raw(_ more: [UInt8]) { bytes += more }

    mutating func zeros(_ count: Int) { bytes += [UInt8](repeating: 0, count: count) }

    /// A string in a field of `size` bytes, NUL at its end.
    mutating func text(_ text: String, _ size: Int) {
        let characters = Array(text.utf8.prefix(size - 1))
        raw(characters)
        zeros(size - characters.count)
    }

    /// Strings one behind the other, each with its NUL, and then what fills up to four bytes.
    mutating func packed(_ texts: [String]) {
        for text in texts { raw(Array(text.utf8) + [0]) }
        zeros((4 - bytes.count % 4) % 4)
    }

    /// An IPv4 address in network order; from version 17 on with its type, in the room of an IPv6 address.
    mutating func address(_ address: IPAddress, version: UInt32) {
        if version >= 17 { number(0) }
        raw([24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address.v4 >> UInt32($0)) })
        if version >= 17 { zeros(12) }
    }
}

/// Takes a body apart. What a body is too short for is 0: old senders leave out what stands last.
struct SkinnyReader {
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    private func byte(_ offset: Int) -> UInt32 { offset < bytes.count ? UInt32(bytes[offset]) : 0 }

    func octet(at offset: Int) -> UInt8 { UInt8(byte(offset)) }

    func number(at offset: Int) -> UInt32 { (0..<4).reduce(0) { $0 | byte(offset + $1) << UInt32(8 * $1) } }

    func half(at offset: Int) -> UInt16 { UInt16(truncatingIfNeeded: number(at: offset) & 0xffff) }

    func raw(at offset: Int, _ count: Int) -> [UInt8] { (offset..<offset + count).map { octet(at: $0) } }

    /// Up to the NUL.
    func text(at offset: Int, _ size: Int) -> String {
        String(decoding: raw(at: offset, size).prefix { $0 != 0 }, as: UTF8.self)
    }

    func address(at offset: Int) -> IPAddress {
        IPAddress(v4: (0..<4).reduce(0) { $0 << 8 | byte(offset + $1) })
    }
}
