/// An Ethernet address: what a phone is known by, since its device name is made from it.
public struct MACAddress: Hashable, Comparable, Sendable {
    /// The address in the low 48 bits.
    public let value: UInt64

    /// The low 48 bits of `value`; the rest is cut off.
    @inlinable
    public init(_ value: UInt64) { self.value = value & 0xffff_ffff_ffff }

    /// Reads twelve hexadecimal digits in either case, and nothing else.
    @inlinable
    public init?(digits: some Collection<UInt8>) {
        guard digits.count == 12 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            switch digit {
            case 0x30...0x39: value = value << 4 | UInt64(digit - 0x30)
            case 0x41...0x46, 0x61...0x66: value = value << 4 | UInt64((digit & 0x0f) + 9)
            default: return nil
            }
        }
        self.init(value)
    }

    /// Reads a phone's device name, `SEP001E7AC4DA9C`, in either case.
    @inlinable
    public init?(deviceName: some Collection<UInt8>) {
        guard deviceName.count == 15, deviceName.prefix(3).elementsEqual("SEP".utf8, by: { $0 & 0xdf == $1 }) else {
            return nil
        }
        self.init(digits: deviceName.dropFirst(3))
    }

    /// `SEP001E7AC4DA9C`.
    public var deviceName: String { "SEP" + digits.uppercased() }

    private var digits: String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 12 - text.utf8.count) + text
    }

    public static func < (left: MACAddress, right: MACAddress) -> Bool { left.value < right.value }
}

extension MACAddress: CustomStringConvertible {
    /// As Cisco's tables print it: `001e.7ac4.da9c`.
    public var description: String {
        let digits = digits
        return [digits.prefix(4), digits.dropFirst(4).prefix(4), digits.suffix(4)].joined(separator: ".")
    }
}
