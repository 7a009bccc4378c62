import ConfigLanguage
import Wire

/// The RTP ports of the media-termination addresses, by interface: even ones, each with the odd one behind it for RTCP.
///
/// Bounded by the configured range. Ports are taken in turn, so that one that was just freed, and that packets may still be
/// on their way to, comes again last.
struct MediaPorts {
    /// Ports of one session belong to one class of this many: the port, halved, modulo this.
    static let classes = 64

    /// One address's ports.
    private struct Pool {
        let address: IPAddress
        /// Even ports from first to last, as places from 0.
        let first: UInt16
        let count: Int
        var isUsed: [Bool]
        var used = 0
        /// Per class, the place to look at next.
        var next: [Int]

        init(_ address: IPAddress, _ ports: ClosedRange<UInt16>) {
            self.address = address
            first = ports.lowerBound == .max ? .max : ports.lowerBound + ports.lowerBound % 2
            // The last RTP port needs its RTCP port within the range.
            let span = Int(ports.upperBound) - Int(first) + 1
            count = max(0, span / 2)
            isUsed = [Bool](repeating: false, count: count)
            // The first place of each class.
            let offset = Int(first / 2)
            next = (0..<MediaPorts.classes).map { residue in
                let distance = (residue - offset) % MediaPorts.classes
                return distance < 0 ? distance + MediaPorts.classes : distance
            }
        }
    }

    private var pools: [Pool] = []
    /// Per interface, the pool that serves it; `nil`: media can not end there.
    private let poolOf: [Int?]
    /// The class to try first for the next session.
    private var nextClass = 0
    private(set) var mostUsed = 0

    init(_ configuration: Configuration) {
        guard let termination = configuration.mediaTerminationInForce else {
            poolOf = configuration.interfaces.map { _ in nil }
            return
        }
        var found: [Pool] = []
        poolOf = configuration.interfaces.map { interface in
            guard let address = termination.address(on: interface.name) else { return nil }
            if let known = found.firstIndex(where: { $0.address == address }) { return known }
            found.append(Pool(address, termination.ports))
            return found.count - 1
        }
        pools = found
    }

    var used: Int { pools.reduce(0) { $0 + $1.used } }

    /// The address at which media of hosts behind `interface` ends.
    func address(on interface: InterfaceIndex) -> IPAddress? {
        pool(of: interface).map { pools[$0].address }
    }

    private func pool(of interface: InterfaceIndex) -> Int? {
        poolOf.indices.contains(Int(interface.rawValue)) ? poolOf[Int(interface.rawValue)] : nil
    }

    /// A port on each of two interfaces, of one class: of `wanted` if it is given.
    mutating func take(
        _ first: InterfaceIndex, _ second: InterfaceIndex, of wanted: Int? = nil
    ) -> (first: Endpoint, second: Endpoint)? {
        guard let one = pool(of: first), let other = pool(of: second) else { return nil }
        for step in 0..<Self.classes {
            let residue = wanted ?? (nextClass + step) % Self.classes
            if let near = take(one, residue) {
                if let far = take(other, residue) {
                    if wanted == nil { nextClass = (residue + 1) % Self.classes }
                    mostUsed = max(mostUsed, used)
                    return (near, far)
                }
                give(back: near)
            }
            if wanted != nil { return nil }
        }
        return nil
    }

    /// A port on one interface, of one class.
    mutating func take(on interface: InterfaceIndex, of wanted: Int) -> Endpoint? {
        guard let pool = pool(of: interface), let port = take(pool, wanted) else { return nil }
        mostUsed = max(mostUsed, used)
        return port
    }

    private mutating func take(_ pool: Int, _ residue: Int) -> Endpoint? {
        guard pools[pool].count > 0 else { return nil }
        let start = Int(pools[pool].first / 2)
        let lowest = (residue - start % Self.classes + Self.classes) % Self.classes
        guard lowest < pools[pool].count else { return nil }
        // All places of a class, once around.
        let places = (pools[pool].count - lowest - 1) / Self.classes + 1
        var place = pools[pool].next[residue]
        for _ in 0..<places {
            if place >= pools[pool].count { place = lowest }
            if !pools[pool].isUsed[place] {
                pools[pool].isUsed[place] = true
                pools[pool].used += 1
                pools[pool].next[residue] = place + Self.classes
                return Endpoint(pools[pool].address, pools[pool].first + UInt16(place * 2))
            }
            place += Self.classes
        }
        return nil
    }

    mutating func give(back port: Endpoint) {
        guard let pool = pools.firstIndex(where: { $0.address == port.address }), port.port >= pools[pool].first
        else { return }
        let place = Int(port.port - pools[pool].first) / 2
        guard place < pools[pool].count, pools[pool].isUsed[place] else { return }
        pools[pool].isUsed[place] = false
        pools[pool].used -= 1
    }

    /// The class that a port belongs to.
    static func residue(of port: UInt16) -> Int { Int(port / 2) % classes }
}
