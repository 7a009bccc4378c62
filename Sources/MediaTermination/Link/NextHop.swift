import Wire

/// The way to one destination out of one device.
struct NextHop {
    let destination: IPAddress
    let lane: Int
    /// Legs that send there.
    var users = 1
    /// The neighbour that takes the packets: a router, or the destination itself. `nil`: no route, or not looked up yet.
    var gateway: IPAddress?
    /// The neighbour's, in the low 48 bits; good while ``isResolved``.
    var linkAddress: UInt64 = 0
    var isResolved = false
    /// The next packet goes by the kernel's way: sending past it would never confirm a neighbour that went stale, and a
    /// neighbour that is not known is looked for only by it.
    var wantsKernel = false
    /// The route and the neighbour are to be looked up.
    var isDue = true
    /// When the neighbour was last confirmed or its confirmation asked for; monotonic nanoseconds.
    var confirmed: UInt64 = 0
    /// The neighbour has not been confirmed lately.
    var isStale = false

    init(to destination: IPAddress, lane: Int) {
        self.destination = destination
        self.lane = lane
    }

    mutating func learn(_ neighbour: Neighbour?) {
        guard let neighbour, neighbour.state != .unknown, let address = neighbour.address else {
            isResolved = false
            return
        }
        linkAddress = address
        isResolved = true
        isStale = neighbour.state == .stale
    }
}
