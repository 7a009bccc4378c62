import Wire

/// The requests that the box answers itself, and the files it makes for them. Bounded, in all and per host.
struct PhoneFileTable {
    /// Which of a session's two ends a packet came from.
    enum Side {
        case client, server
    }

    /// Whose packet it is.
    struct Found {
        let id: SlabID
        let session: PhoneFileSession
        let side: Side
    }

    let limit: Int
    let limitPerHost: Int
    var sessions: Slab<PhoneFileSession>
    var files: Slab<PhoneFileMaking>
    /// Files under way by what they depend on.
    var byKey: [FileKey: SlabID] = [:]
    /// Turns to fetch, and to sign: a host that asks for much does not keep others waiting.
    var fetches: FairQueue
    var signatures: FairQueue
    /// What the errands under way are for.
    var errands: [UInt64: PhoneErrand] = [:]
    /// The errand that looks a host name up.
    var lookups: [String: UInt64] = [:]
    var cache: FileCache
    /// Used again and again, so that datagrams cost no allocation each.
    var outbox = DatagramOutbox()
    /// Bytes of the files in the making.
    private(set) var making = 0
    /// Bytes of the files on their way.
    private(set) var serving = 0
    private var hosts: [HostGroup: PhoneHostShare] = [:]
    private let seed: HashSeed
    /// Per session two entries: its place, and in the lowest bit the side.
    private var index: HashIndex
    /// Sessions by their place; files behind them.
    private var timers: TimerWheel
    private var opened: UInt32 = 0

    /// Signatures are made one after the other; a few under way keep the hand busy, and more would only make the next
    /// host wait.
    static let signaturesUnderWay = 4
    static let fetchesUnderWay = 128
    static let fetchesPerHost = 32
    /// Bytes of the files in the making, beyond which no further one is begun.
    static let makingLimit = 64 << 20
    /// Bytes of the files on their way to phones, in all and of one host. A file that several get counts for each.
    static let servingLimit = 256 << 20
    static let servingLimitPerHost = 64 << 20
    /// Host names looked up at one time.
    static let lookupLimit = 64

    /// - Parameter limit: sessions; 0 where there is no phone proxy.
    init(limit: Int, seed: HashSeed) {
        self.limit = limit
        limitPerHost = max(1, limit / 8)
        self.seed = seed
        sessions = Slab(limit: limit)
        files = Slab(limit: limit)
        fetches = FairQueue(limit: Self.fetchesUnderWay, perHost: Self.fetchesPerHost)
        signatures = FairQueue(limit: Self.signaturesUnderWay, perHost: Self.signaturesUnderWay)
        cache = FileCache()
        index = HashIndex()
        timers = TimerWheel()
    }

    var isEmpty: Bool { sessions.count == 0 }

    /// The session that a packet with this key is for.
    func find(_ key: FlowKey) -> Found? { find(key.openDestination, .client) ?? find(key.openSource, .server) }

    func find(_ key: FlowKey, _ side: Side) -> Found? {
        if isEmpty { return nil }
        var probe = index.probe(key.hash(seed: seed))
        while let entry = index.next(&probe) {
            guard entry & 1 == side.bit, let (id, session) = sessions.entry(at: entry >> 1) else { continue }
            if (side == .client ? session.clientKey : session.serverKey).matches(key) {
                return Found(id: id, session: session, side: side)
            }
        }
        return nil
    }

    /// Whether one more session of this host may be opened.
    func hasRoom(for host: HostGroup) -> Bool {
        !sessions.isFull && !files.isFull && hosts[host]?.sessions ?? 0 < limitPerHost
    }

    /// The number of the next session.
    mutating func nextNumber() -> UInt32 {
        opened &+= 1
        return opened
    }

    mutating func add(_ session: PhoneFileSession) -> SlabID? {
        guard let id = sessions.add(session) else { return nil }
        let share = hosts[session.host] ?? PhoneHostShare()
        if share.isEmpty { hosts[session.host] = share }
        share.sessions += 1
        session.share = share
        index.insert(id.place << 1 | Side.client.bit, hash: session.clientKey.hash(seed: seed))
        index.insert(id.place << 1 | Side.server.bit, hash: session.serverKey.hash(seed: seed))
        timers.schedule(id.place, at: session.deadline)
        return id
    }

    mutating func remove(_ id: SlabID) {
        release(id)
        guard let session = sessions.remove(id) else { return }
        index.remove(id.place << 1 | Side.client.bit, hash: session.clientKey.hash(seed: seed))
        index.remove(id.place << 1 | Side.server.bit, hash: session.serverKey.hash(seed: seed))
        timers.cancel(id.place)
        guard let share = session.share else { return }
        if session.stage == .over { share.retired -= 1 } else { share.sessions -= 1 }
        if share.isEmpty { hosts[session.host] = nil }
    }

    /// A session has done its part, and counts no longer as one of its host's: a site with one public address may have
    /// thousands of phones. It may stay for packets under way unless as many of the host's do already.
    mutating func retire(_ id: SlabID) -> Bool {
        guard let session = sessions[id], session.stage != .over, let share = session.share else { return false }
        session.stage = .over
        share.sessions -= 1
        share.retired += 1
        return share.retired <= limitPerHost
    }

    /// Takes a file on its way to a session's phone into account; `false` where there is no room for it.
    mutating func hold(_ bytes: Int, for id: SlabID) -> Bool {
        guard let session = sessions[id], let share = session.share, serving + bytes <= Self.servingLimit,
            share.bytes + bytes <= Self.servingLimitPerHost
        else { return false }
        session.held = bytes
        share.bytes += bytes
        serving += bytes
        return true
    }

    /// A session's file has arrived, or will not.
    mutating func release(_ id: SlabID) {
        guard let session = sessions[id], session.held > 0 else { return }
        session.share?.bytes -= session.held
        serving -= session.held
        session.held = 0
    }

    /// Keeps the server's file, or what is to be signed of it, for a file in the making.
    mutating func keep(_ bytes: [UInt8], as part: ReferenceWritableKeyPath<PhoneFileMaking, [UInt8]>, of id: SlabID) {
        guard let before = files[id]?[keyPath: part].count else { return }
        files[id]?[keyPath: part] = bytes
        making += bytes.count - before
    }

    mutating func addFile(_ file: PhoneFileMaking) -> SlabID? {
        guard let id = files.add(file) else { return nil }
        byKey[file.key] = id
        timers.schedule(UInt32(limit) + id.place, at: file.deadline)
        return id
    }

    mutating func removeFile(_ id: SlabID) {
        guard let file = files.remove(id) else { return }
        making -= file.original.count + file.body.count
        if byKey[file.key] == id { byKey[file.key] = nil }
        timers.cancel(UInt32(limit) + id.place)
    }

    /// - Parameter session: the one that has this id.
    mutating func wake(_ id: SlabID, _ session: PhoneFileSession, at deadline: Timestamp) {
        let before = session.deadline
        if before == deadline { return }
        session.deadline = deadline
        // One that has moved on is put back when its turn has come: each packet of a transfer moves it.
        if before < deadline, timers.isScheduled(id.place) { return }
        timers.schedule(id.place, at: deadline)
    }

    mutating func wakeFile(_ file: SlabID, at deadline: Timestamp) {
        guard files[file]?.deadline != deadline else { return }
        files[file]?.deadline = deadline
        timers.schedule(UInt32(limit) + file.place, at: deadline)
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    enum Due {
        case session(SlabID)
        case file(SlabID)
    }

    /// The next session or file whose moment has come; the caller removes it or has it woken again.
    mutating func nextDue(_ now: Timestamp) -> Due? {
        while let entry = timers.popDue(now) {
            let isFile = entry >= UInt32(limit)
            if isFile {
                guard let id = files.id(at: entry - UInt32(limit)), let deadline = files[id]?.deadline else { continue }
                if deadline <= now { return .file(id) }
                timers.schedule(entry, at: deadline)
            } else {
                guard let id = sessions.id(at: entry), let deadline = sessions[id]?.deadline else { continue }
                if deadline <= now { return .session(id) }
                timers.schedule(entry, at: deadline)
            }
        }
        return nil
    }
}

extension PhoneFileTable.Side {
    fileprivate var bit: UInt32 { self == .client ? 0 : 1 }
}

extension FlowKey {
    /// The key without the port that the packet goes to.
    var openDestination: FlowKey {
        var key = self
        key.destinationPort = 0
        return key
    }

    /// The key without the port that the packet comes from.
    var openSource: FlowKey {
        var key = self
        key.sourcePort = 0
        return key
    }
}
