/// The options whose value is a number.
public enum TFTPOptionName: String, CaseIterable, Sendable {
    /// RFC 2348: 8 to 65464 bytes.
    case blockSize = "blksize"
    /// RFC 2349: 1 to 255 seconds.
    case timeout
    /// RFC 2349: the size of the file in bytes.
    case transferSize = "tsize"
    /// RFC 7440: 1 to 65535 blocks.
    case windowSize = "windowsize"

    /// Reads an option's name, whose case does not matter (RFC 2347); `nil` for one that is not known here.
    public init?(_ packet: Span<UInt8>, _ range: Range<Int>) {
        for name in Self.allCases where packet.equals(range, ignoringCase: name.rawValue) {
            self = name
            return
        }
        return nil
    }

    /// What the option's value may be.
    public var values: ClosedRange<Int> {
        switch self {
        case .blockSize: 8...65_464
        case .timeout: 1...255
        case .transferSize: 0...Int(UInt32.max)
        case .windowSize: 1...65_535
        }
    }
}

extension TFTPOptions {
    /// The value of the first option with this name; `nil` where there is none, or its value is not one of
    /// ``TFTPOptionName/values``.
    public func value(of name: TFTPOptionName, in packet: Span<UInt8>) -> Int? {
        var offset = range.lowerBound
        while let pair = pair(packet, at: offset) {
            if TFTPOptionName(packet, pair.name) == name {
                guard let value = TFTPText.number(packet, pair.value), name.values ~= value else { return nil }
                return value
            }
            offset = pair.next
        }
        return nil
    }
}

extension TFTPText {
    /// A decimal number of at most ten digits, which is as far as any option's value goes.
    static func number(_ packet: Span<UInt8>, _ range: Range<Int>) -> Int? {
        guard 1...10 ~= range.count else { return nil }
        var value = 0
        for offset in range {
            guard 0x30...0x39 ~= packet[offset] else { return nil }
            value = value * 10 + Int(packet[offset] - 0x30)
        }
        return value
    }
}
