import Wire

/// How an interface counts time: the `if_tsresol` and `if_tsoffset` options of pcapng
/// (draft-ietf-opsawg-pcapng section 4.2).
struct TimestampResolution {
    private enum Unit {
        case nanoseconds(UInt64)
        case perNanosecond(UInt64)
        /// 2 to the minus this many seconds.
        case binary(Int)
    }

    private let unit: Unit
    /// Seconds added to every timestamp.
    var offset: Int64 = 0

    static let microseconds = TimestampResolution(option: 6)

    /// From the value of `if_tsresol`: a negative power of 10, or of 2 when the top bit is set.
    init(option: UInt8) {
        let exponent = Int(option & 0x7f)
        if option & 0x80 != 0 {
            unit = .binary(exponent)
        } else if exponent <= 9 {
            unit = .nanoseconds(Self.power(ofTen: 9 - exponent))
        } else if exponent <= 28 {
            unit = .perNanosecond(Self.power(ofTen: exponent - 9))
        } else {
            // So fine that 64 bits of it do not reach one nanosecond.
            unit = .nanoseconds(0)
        }
    }

    private static func power(ofTen exponent: Int) -> UInt64 {
        (0..<exponent).reduce(1) { product, _ in product * 10 }
    }

    /// The moment `ticks` after the interface's epoch; `nil` when ``Timestamp`` cannot hold it.
    func timestamp(ticks: UInt64) -> Timestamp? {
        guard let sinceEpoch = nanoseconds(ticks) else { return nil }
        guard offset != 0 else { return Int64(exactly: sinceEpoch).map { Timestamp(nanoseconds: $0) } }
        let moment = Int128(sinceEpoch) + Int128(offset) * 1_000_000_000
        return Int64(exactly: moment).map { Timestamp(nanoseconds: $0) }
    }

    private func nanoseconds(_ ticks: UInt64) -> UInt64? {
        switch unit {
        case .nanoseconds(let each):
            let (product, overflows) = ticks.multipliedReportingOverflow(by: each)
            return overflows ? nil : product
        case .perNanosecond(let divisor): return ticks / divisor
        case .binary(let exponent):
            return UInt64(exactly: (UInt128(ticks) * 1_000_000_000) >> UInt128(exponent))
        }
    }
}
