import Wire

/// Looking ahead over a batch of packets.
///
/// With many flows a packet costs mostly waiting: for the index, then for the flow, then for what is kept about its
/// transfer, each time for memory that nobody has touched for long. The waits of one packet follow from each other; those
/// of different packets do not. So a driver that has several packets at hand shows them all first, and their memory comes
/// at the same time. Nothing is decided here and nothing depends on it.
struct Foresight {
    /// As many packets as a driver has at hand at one time.
    static let limit = 64

    /// The hashes of the packets' keys.
    fileprivate var hashes: [UInt32] = []
    fileprivate var sessions: [UInt32] = []
    /// What was read on the way, so that no read can be left out.
    fileprivate(set) var trace: UInt64 = 0

    init() {
        hashes.reserveCapacity(Self.limit)
        sessions.reserveCapacity(Self.limit)
    }
}

extension Engine {
    /// Whether there are so many flows that looking ahead gains more than it costs: more than a processor's nearer
    /// caches hold.
    public var profitsFromForesight: Bool { flows.count > 4096 }

    /// Shows a packet of a batch. Show all of them, then call ``gather()``, then ``process(_:from:at:isCut:)`` on each.
    public mutating func foresee(_ packet: Span<UInt8>, from ingress: InterfaceIndex) {
        guard foresight.hashes.count < Foresight.limit,
            let ip = try? IPHeader.decode(packet), !ip.isFragment, ip.transportLength >= 4
        else { return }
        // The ports of UDP and TCP; for anything else the guess is wrong, and costs a look at the wrong memory.
        let key = FlowKey(
            source: ip.source, destination: ip.destination, sourcePort: packet.uint16(at: ip.transportOffset),
            destinationPort: packet.uint16(at: ip.transportOffset + 2), transport: ip.transport, interface: ingress)
        let hash = key.hash(seed: flows.seed)
        foresight.hashes.append(hash)
        foresight.trace &+= flows.touchIndex(hash)
    }

    /// Fetches what deciding about the packets shown will need.
    public mutating func gather() {
        for hash in foresight.hashes {
            guard let touched = flows.touchFlow(hash) else { continue }
            foresight.trace &+= touched.trace
            if touched.session != Flow.noSession { foresight.sessions.append(touched.session) }
        }
        for session in foresight.sessions { foresight.trace &+= transfers.touch(session) }
        foresight.hashes.removeAll(keepingCapacity: true)
        foresight.sessions.removeAll(keepingCapacity: true)
    }
}

extension FlowTable {
    /// Reads where a search for `hash` starts.
    @inline(__always)
    func touchIndex(_ hash: UInt32) -> UInt64 { index.home(hash) }

    /// Reads the flow that a search for `hash` most likely ends at, in every cache line of it that a packet needs.
    @inline(__always)
    func touchFlow(_ hash: UInt32) -> (trace: UInt64, session: UInt32)? {
        var probe = index.probe(hash)
        guard let entry = index.next(&probe) else { return nil }
        let place = Int(entry >> 1)
        let trace =
            flows[place].forward.source.low &+ flows[place].reverse.destination.low
            &+ flows[place].bytesForward &+ (flows[place].isDone ? 1 : 0)
        return (trace, flows[place].session)
    }
}

extension TFTPTransferTable {
    @inline(__always)
    func touch(_ session: UInt32) -> UInt64 {
        progress.indices.contains(Int(session)) ? progress[Int(session)].bytes : 0
    }
}
