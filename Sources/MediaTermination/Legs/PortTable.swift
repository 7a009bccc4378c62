/// The legs of one media termination address, as numbers in the ``LegTable``, by port: a pair of ports, RTP's and RTCP's, is
/// one leg's.
struct PortTable {
    private static let none: Int32 = -1
    private var legs = [Int32](repeating: none, count: 1 << 15)

    @inline(__always)
    subscript(port: UInt16) -> Int? {
        get {
            let leg = legs[Int(port >> 1)]
            return leg == Self.none ? nil : Int(leg)
        }
        set { legs[Int(port >> 1)] = newValue.map { Int32(truncatingIfNeeded: $0) } ?? Self.none }
    }
}
