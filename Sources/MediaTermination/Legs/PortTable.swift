/// The legs of one media termination address, by port: a pair of ports, RTP's and RTCP's, is one leg's.
struct PortTable {
    private var legs = [MediaLeg?](repeating: nil, count: 1 << 15)

    @inline(__always)
    subscript(port: UInt16) -> MediaLeg? {
        get { legs[Int(port >> 1)] }
        set { legs[Int(port >> 1)] = newValue }
    }
}
