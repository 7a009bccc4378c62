import Wire

/// Looking ahead over a batch of packets.
///
/// With many flows a packet costs mostly waiting: for the index, then for the flow, then for what is kept about its
/// transfer, each time for memory that nobody has touched for long. The waits of one packet follow from each other; those
/// of different packets do not. So a driver that has several packets at hand shows them all first, and their memory comes
/// at the same time: each step asks for what the next one reads, of all packets. Nothing is decided here and nothing
/// depends on it.
struct Foresight {
    /// As many packets as a driver has at hand at one time.
    static let limit = 64

    /// The hashes of the packets' keys.
    fileprivate var hashes: [UInt32] = []
    /// The places of the flows that the packets most likely belong to.
    fileprivate var places: [Int] = []

    init() {
        hashes.reserveCapacity(Self.limit)
        places.reserveCapacity(Self.limit)
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
        flows.index.expect(hash)
    }

    /// Fetches what deciding about the packets shown will need.
    public mutating func gather() {
        for hash in foresight.hashes {
            guard let place = flows.expect(hash) else { continue }
            foresight.places.append(place)
        }
        for place in foresight.places {
            let session = flows.flows.span[place].session
            if session != Flow.noSession { transfers.expect(session) }
        }
        foresight.hashes.removeAll(keepingCapacity: true)
        foresight.places.removeAll(keepingCapacity: true)
    }
}

extension FlowTable {
    /// Asks for the flow that a search for `hash` most likely ends at; its place.
    @inline(__always)
    fileprivate func expect(_ hash: UInt32) -> Int? {
        var probe = index.probe(hash)
        guard let entry = index.next(&probe) else { return nil }
        let place = Int(entry >> 1)
        Prefetch.element(place, of: flows.span)
        return place
    }
}

extension TFTPTransferTable {
    @inline(__always)
    fileprivate func expect(_ session: UInt32) { Prefetch.element(Int(session), of: progress.span) }
}
