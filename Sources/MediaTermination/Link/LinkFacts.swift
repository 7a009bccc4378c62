import CLinux
import Glibc

/// What the kernel knows of a network device.
struct LinkFacts: Hashable, Sendable {
    var index: Int32
    /// ARPHRD_…
    var type: UInt16
    /// Its own link address, of six bytes, in the low 48 bits; `nil` where it has none of that length.
    var address: UInt64?
    var mtu: Int
    var isUp: Bool

    /// Frames with an Ethernet header can be sent: loopback has such headers too, but delivers them nowhere.
    var isEthernet: Bool { type == Self.ethernet && address != nil }

    /// ARPHRD_ETHER; its header would bring in another <linux/if.h> beside glibc's.
    private static let ethernet: UInt16 = 1
}

/// What the kernel knows of a neighbour on a link.
struct Neighbour: Hashable, Sendable {
    enum State: Sendable {
        /// Its link address is good.
        case confirmed
        /// It was good, and nothing has confirmed it lately.
        case stale
        /// Unknown, or not answering.
        case unknown
    }

    var state: State
    /// Six bytes in the low 48 bits.
    var address: UInt64?

    init(state: State, address: UInt64?) {
        self.state = address == nil ? .unknown : state
        self.address = address
    }

    /// From NUD_… bits.
    init(bits: UInt16, address: UInt64?) {
        let isNoARP = bits & UInt16(NUD_NOARP) != 0
        let confirmed = UInt16(NUD_REACHABLE | NUD_PERMANENT)
        let stale = UInt16(NUD_STALE | NUD_DELAY | NUD_PROBE)
        let state: State = bits & confirmed != 0 || isNoARP ? .confirmed : bits & stale != 0 ? .stale : .unknown
        self.init(state: state, address: address)
    }
}
