import Wire

/// The secure-phone database: one entry for a device on an interface, found by its name.
///
/// A CTL request makes an entry that gives no rights; a TLS handshake, whose certificate names the device, gives them. What
/// is not proved never displaces what is (CVE-2014-0739): a request for a verified device from elsewhere is refused,
/// while an unverified entry follows its latest request, and a proof moves the entry to where the device has proved to
/// be. A proof makes an entry where no request did, so that phones that stayed registered through a restart of the box
/// need not boot.
struct SecurePhoneTable {
    struct Limits: Sendable {
        var phones = 65_536
        /// `timeout secure-phones`, seconds.
        var idle = 300
    }

    struct Counters: Hashable, Sendable {
        var created = 0
        /// Entries that went to another address.
        var moved = 0
        /// Requests refused since the device is verified elsewhere.
        var alreadyConfigured = 0
        /// Requests and proofs refused since the table is full.
        var limitReached = 0
        /// Unverified entries that made room for a proof.
        var evicted = 0
        var expired = 0
    }

    enum Refusal: Error, Hashable, Sendable {
        /// ASA 337009: the device is verified at this address of the interface.
        case alreadyConfigured(IPAddress)
        case limitReached
    }

    enum Change: Hashable, Sendable {
        case created, refreshed
        /// From this address.
        case moved(IPAddress)
    }

    private struct Key: Hashable {
        var device: DeviceName
        var interface: InterfaceIndex
    }

    private struct Place: Hashable {
        var address: IPAddress
        var interface: InterfaceIndex
    }

    private let limits: Limits
    private var phones: [SecurePhone?] = []
    private var free: [Int] = []
    private var places: [Key: Int] = [:]
    /// How many entries an address has.
    private var counts: [Place: Int] = [:]
    private var timers: TimerWheel
    /// Entries that would make room for a proof.
    private var unverified = RecencyList()
    private(set) var counters = Counters()
    private(set) var mostUsed = 0
    var count: Int { places.count }
    /// Seconds.
    var idleTimeout: Int { limits.idle }

    init(_ limits: Limits = Limits()) {
        self.limits = limits
        timers = TimerWheel()
    }

    func find(_ device: DeviceName, on interface: InterfaceIndex) -> SecurePhone? {
        places[Key(device: device, interface: interface)].flatMap { phones[$0] }
    }

    /// Whether this device has proved to be at this address: what every right depends on.
    func isVerified(_ device: DeviceName, on interface: InterfaceIndex, at address: IPAddress) -> Bool {
        guard let phone = find(device, on: interface) else { return false }
        return phone.isVerified && phone.address == address
    }

    /// Whether any device has an entry at this address.
    func isKnown(at address: IPAddress, on interface: InterfaceIndex) -> Bool {
        counts[Place(address: address, interface: interface)] != nil
    }

    private mutating func count(_ change: Int, _ phone: SecurePhone) {
        let place = Place(address: phone.address, interface: phone.interface)
        let now = (counts[place] ?? 0) + change
        counts[place] = now > 0 ? now : nil
    }

    /// All entries, by interface, address and name.
    var all: [SecurePhone] {
        places.values.compactMap { phones[$0] }.sorted {
            ($0.interface.rawValue, $0.address, $0.device) < ($1.interface.rawValue, $1.address, $1.device)
        }
    }
}

// What makes, moves and ends entries.
extension SecurePhoneTable {
    /// A phone has asked for its CTL file from `address`: makes its entry, or renews one that is unverified or stands
    /// at this address already.
    mutating func request(
        _ device: DeviceName, on interface: InterfaceIndex, from address: IPAddress, at now: Timestamp
    ) throws(Refusal) -> Change {
        guard let place = places[Key(device: device, interface: interface)], var phone = phones[place] else {
            guard count < limits.phones else {
                counters.limitReached += 1
                throw .limitReached
            }
            add(SecurePhone(device: device, interface: interface, address: address, requested: now))
            return .created
        }
        if phone.isVerified, phone.address != address {
            counters.alreadyConfigured += 1
            throw .alreadyConfigured(phone.address)
        }
        phone.requested = now
        return put(phone, to: address, in: place)
    }

    /// A TLS handshake from `address` has proved that the peer is `device`.
    mutating func prove(
        _ device: DeviceName, on interface: InterfaceIndex, from address: IPAddress, at now: Timestamp
    ) throws(Refusal) -> Change {
        guard let place = places[Key(device: device, interface: interface)], var phone = phones[place] else {
            try makeRoomForProof()
            add(SecurePhone(device: device, interface: interface, address: address, isVerified: true, proved: now))
            return .created
        }
        // A verified phone elsewhere was registered over another connection than this one.
        if phone.address != address { phone.port = 0 }
        phone.isVerified = true
        phone.proved = now
        return put(phone, to: address, in: place)
    }

    /// A verified phone has registered with its call server, or renewed that (SIP REGISTER, SCCP KeepAlive), over a
    /// connection from `port`; `false`, and nothing changes, where ``isVerified(_:on:at:)`` is not so.
    mutating func register(
        _ device: DeviceName, on interface: InterfaceIndex, from address: IPAddress, port: UInt16, at now: Timestamp
    ) -> Bool {
        guard let place = places[Key(device: device, interface: interface)], var phone = phones[place],
            phone.isVerified, phone.address == address
        else { return false }
        phone.port = port
        phone.proved = now
        _ = put(phone, to: address, in: place)
        return true
    }

    /// A phone has taken its registration back, or its connection from `port` is over: it stays known, as not registered.
    mutating func unregister(_ device: DeviceName, on interface: InterfaceIndex, port: UInt16) {
        guard let place = places[Key(device: device, interface: interface)], phones[place]?.port == port else { return }
        phones[place]?.port = 0
    }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool { timers.isDue(now) }

    /// The next phone whose time is over, as it was. Its entry is gone; or, where the phone has asked for its CTL file
    /// again meanwhile, it stays without its rights.
    mutating func nextExpired(_ now: Timestamp) -> SecurePhone? {
        while let entry = timers.popDue(now) {
            guard let phone = phones[Int(entry)] else { continue }
            let deadline = deadline(of: phone)
            guard deadline <= now else {
                timers.schedule(entry, at: deadline)
                continue
            }
            counters.expired += 1
            var unproved = phone
            unproved.isVerified = false
            unproved.proved = nil
            unproved.port = 0
            if phone.isVerified, phone.requested != nil, self.deadline(of: unproved) > now {
                _ = put(unproved, to: phone.address, in: Int(entry))
            } else {
                remove(Int(entry))
            }
            return phone
        }
        return nil
    }

    /// A proof outlives `timeout secure-phones`; a mere request never more than five minutes.
    private func deadline(of phone: SecurePhone) -> Timestamp {
        if phone.isVerified, let proved = phone.proved { return proved.adding(seconds: limits.idle) }
        return (phone.requested ?? .zero).adding(seconds: min(limits.idle, Self.longestUnverified))
    }

    private static var longestUnverified: Int { 300 }

    private mutating func makeRoomForProof() throws(Refusal) {
        guard count >= limits.phones else { return }
        guard let oldest = unverified.oldest else {
            counters.limitReached += 1
            throw .limitReached
        }
        counters.evicted += 1
        remove(oldest)
    }

    private mutating func add(_ phone: SecurePhone) {
        let place = free.popLast() ?? phones.count
        if place == phones.count { phones.append(phone) }
        places[Key(device: phone.device, interface: phone.interface)] = place
        counters.created += 1
        count(1, phone)
        mostUsed = max(mostUsed, count)
        _ = put(phone, to: phone.address, in: place)
    }

    private mutating func put(_ phone: SecurePhone, to address: IPAddress, in place: Int) -> Change {
        let before = phone.address
        var phone = phone
        count(-1, phone)
        phone.address = address
        count(1, phone)
        phones[place] = phone
        if phone.isVerified { unverified.remove(place) } else { unverified.use(place) }
        timers.schedule(UInt32(place), at: deadline(of: phone))
        guard before != address else { return .refreshed }
        counters.moved += 1
        return .moved(before)
    }

    private mutating func remove(_ place: Int) {
        guard let phone = phones[place] else { return }
        places[Key(device: phone.device, interface: phone.interface)] = nil
        count(-1, phone)
        timers.cancel(UInt32(place))
        unverified.remove(place)
        phones[place] = nil
        free.append(place)
    }
}
