import Wire

/// A hole for one expected flow whose source port is not known yet.
struct Pinhole {
    /// The packet that may come: as it comes in, its source port 0 for "any".
    var key: FlowKey
    var trafficClass: TrafficClass
    /// The inspector's record that the new flow belongs to; the pinhole does not outlive it.
    var session: UInt32
    var expires: Timestamp
    /// How the new flow's packets leave: what its answers come back to.
    var reverse: FlowKey
    /// How many flows have come through since it was opened or renewed.
    var uses: UInt8 = 0
    /// A flow has come through.
    var isUsed = false
    var isOpen = true
    var purpose = PinholePurpose.tftp
    /// Of a pinhole for SIP: what its flows are held against.
    var sipPolicy: UInt8 = 0
    /// Skinny has asked for it, not SIP.
    var isSkinny = false
    /// The port that its flow will most likely come from; 0: nobody knows.
    var likelyPort: UInt16 = 0
    /// Calls that need it: it is not closed by time.
    var holders = 0
    /// Without a holder it is closed at this moment.
    var staysOpen = Timestamp.zero
}

/// What a pinhole is for: the ASA's words in 607001 and 608001.
public enum PinholePurpose: UInt8, Hashable, Sendable {
    case tftp, rtp, rtcp, signalling, subscribe, via, route
}

/// A pinhole as events and `show` tell it.
public struct PinholeSummary: Hashable, Sendable {
    public var source: IPAddress
    public var destination: Endpoint
    /// The same behind the translation.
    public var realDestination: Endpoint
    public var transport: IPProtocol
    public var interface: InterfaceIndex
    /// The side of `destination`.
    public var destinationInterface: InterfaceIndex
    public var purpose: PinholePurpose
    /// Skinny has asked for it, not SIP.
    public var isSkinny: Bool
    /// The message that asked for it: `INVITE`, `200`, `StartMediaTransmission`.
    public var message: String?
    public var expires: Timestamp
}

/// The pinholes that stand open. Bounded, found by the packet they wait for, closed by timer.
struct PinholeTable {
    /// A server that answers a repeated request from several ports gets no more flows than this out of one pinhole.
    static let maximumUses: UInt8 = 4

    let limit: Int
    private let seed: HashSeed
    private(set) var count = 0
    var isFull: Bool { count >= limit }
    var pinholes: [Pinhole] = []
    private var free: [UInt32] = []
    private var index: HashIndex
    private var timers: TimerWheel

    init(limit: Int, seed: HashSeed) {
        self.limit = limit
        self.seed = seed
        index = HashIndex()
        timers = TimerWheel()
    }

    /// The pinhole that a packet with this key may come through.
    func find(_ key: FlowKey) -> UInt32? {
        if count == 0 { return nil }
        var wanted = key
        wanted.sourcePort = 0
        var probe = index.probe(wanted.hash(seed: seed))
        while let place = index.next(&probe) {
            if pinholes[Int(place)].key.matches(wanted) { return place }
        }
        return nil
    }

    /// Adds `pinhole`, or renews the one that stands at its key; `nil` when the table is full.
    mutating func open(_ pinhole: Pinhole) -> UInt32? {
        if let place = find(pinhole.key) {
            let isUsed = pinholes[Int(place)].isUsed
            pinholes[Int(place)] = pinhole
            pinholes[Int(place)].isUsed = isUsed
            timers.schedule(place, at: pinhole.expires)
            return place
        }
        let place: UInt32
        if let reused = free.popLast() {
            place = reused
            pinholes[Int(place)] = pinhole
        } else {
            guard pinholes.count < limit else { return nil }
            place = UInt32(pinholes.count)
            pinholes.append(pinhole)
        }
        index.insert(place, hash: pinhole.key.hash(seed: seed))
        timers.schedule(place, at: pinhole.expires)
        count += 1
        return place
    }

    mutating func close(_ place: UInt32) {
        guard pinholes[Int(place)].isOpen else { return }
        index.remove(place, hash: pinholes[Int(place)].key.hash(seed: seed))
        timers.cancel(place)
        pinholes[Int(place)].isOpen = false
        free.append(place)
        count -= 1
    }

    /// Gives it another moment to be closed at.
    mutating func renew(_ place: UInt32, until end: Timestamp) {
        pinholes[Int(place)].expires = end
        timers.schedule(place, at: end)
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    /// The next pinhole whose time is over; the caller closes it.
    mutating func nextExpired(_ now: Timestamp) -> UInt32? {
        while let place = timers.popDue(now) {
            let expires = pinholes[Int(place)].expires
            if expires <= now { return place }
            timers.schedule(place, at: expires)
        }
        return nil
    }

    func summary(_ place: UInt32) -> PinholeSummary {
        let pinhole = pinholes[Int(place)]
        return PinholeSummary(
            source: pinhole.key.source, destination: pinhole.key.destinationEndpoint,
            realDestination: pinhole.reverse.sourceEndpoint,
            transport: pinhole.key.transport, interface: pinhole.key.interface,
            destinationInterface: pinhole.reverse.interface, purpose: pinhole.purpose,
            isSkinny: pinhole.isSkinny, expires: pinhole.expires)
    }
}
