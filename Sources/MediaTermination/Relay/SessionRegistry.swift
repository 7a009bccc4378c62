import Wire

/// Which sessions are open and which ports are taken, as the front knows it before any worker does.
struct SessionRegistry {
    private struct Port: Hashable {
        var address: MediaAddress
        var port: UInt16
    }

    private struct Entry {
        var a: Port
        var b: Port
        var worker: Int
    }

    private let addresses: Set<MediaAddress>
    private let workers: Int
    private let limit: Int
    private var sessions: [UInt64: Entry] = [:]
    private var ports: Set<Port> = []
    private(set) var isStopped = false

    init(_ addresses: [MediaAddress], settings: MediaRelaySettings) throws(MediaRelayError) {
        let workers = settings.workers
        guard (1...64).contains(workers), workers & (workers - 1) == 0 else { throw .workerCount(workers) }
        var known: Set<MediaAddress> = []
        for address in addresses {
            let host = address.address
            guard !host.isUnspecified, !host.isMulticast, !host.isLimitedBroadcast, known.insert(address).inserted
            else { throw .address(address) }
        }
        self.addresses = known
        self.workers = workers
        limit = settings.sessionLimit
    }

    /// Takes the session's ports. Which worker has it.
    mutating func open(_ plan: MediaSessionPlan) throws(MediaRelayError) -> Int {
        guard !isStopped else { throw .stopped }
        guard sessions[plan.id] == nil else { throw .alreadyOpen(plan.id) }
        guard sessions.count < limit else { throw .tooManySessions }
        try check(plan)
        let entry = Entry(
            a: Self.port(plan.a), b: Self.port(plan.b),
            worker: Int(MediaRelay.portClass(plan.a.local.port)) & (workers - 1))
        for (port, leg) in [(entry.a, plan.a), (entry.b, plan.b)] where ports.contains(port) {
            throw .portInUse(leg.local)
        }
        guard entry.a != entry.b else { throw .portInUse(plan.b.local) }
        ports.formUnion([entry.a, entry.b])
        sessions[plan.id] = entry
        return entry.worker
    }

    func update(_ plan: MediaSessionPlan) throws(MediaRelayError) -> Int {
        guard !isStopped else { throw .stopped }
        guard let entry = sessions[plan.id] else { throw .notOpen(plan.id) }
        guard entry.a == Self.port(plan.a), entry.b == Self.port(plan.b) else { throw .legMoved(plan.id) }
        try check(plan)
        return entry.worker
    }

    /// Gives the session's ports back; `nil` when it is not open.
    mutating func close(_ id: UInt64) -> Int? {
        guard let entry = sessions.removeValue(forKey: id) else { return nil }
        ports.subtract([entry.a, entry.b])
        return entry.worker
    }

    /// `false` when it was stopped before.
    mutating func stop() -> Bool {
        defer { isStopped = true }
        return !isStopped
    }

    /// The worker that has the session.
    func worker(of id: UInt64) -> Int? { sessions[id]?.worker }

    private static func port(_ leg: MediaLegPlan) -> Port {
        Port(address: MediaAddress(leg.device, leg.local.address), port: leg.local.port)
    }

    private func check(_ plan: MediaSessionPlan) throws(MediaRelayError) {
        for leg in [plan.a, plan.b] {
            let address = MediaAddress(leg.device, leg.local.address)
            guard addresses.contains(address) else { throw .unknownAddress(address) }
            guard leg.local.port != 0, leg.local.port.isMultiple(of: 2) else { throw .port(leg.local.port) }
            for peer in [leg.peer, leg.peerRTCP] {
                if let peer, peer.address.isV4 != leg.local.address.isV4 { throw .peerFamily(peer) }
            }
        }
        let (a, b) = (plan.a.local.port, plan.b.local.port)
        guard MediaRelay.portClass(a) == MediaRelay.portClass(b) else { throw .portClasses(a, b) }
        guard plan.content == .rtp || (plan.a.protection == .plain && plan.b.protection == .plain) else {
            throw .protectedDatagrams
        }
    }
}
