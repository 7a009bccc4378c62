import CLinux
import Glibc
import SystemCalls
import Wire

/// One worker's rings and sockets for all devices, opened anew when a device is replaced by another of its name.
final class RelayRings {
    private let addresses: [MediaAddress]
    private let settings: MediaRelaySettings
    private let worker: Int
    /// By the address's number; `nil` while its device does not exist.
    private var rings: [PacketRing?]
    let lanes: [EgressLane]
    let routes: RouteSocket
    private(set) var overruns: UInt64 = 0

    /// Throws when a device does not exist.
    init(_ addresses: [MediaAddress], settings: MediaRelaySettings, worker: Int) throws(SystemError) {
        self.addresses = addresses
        self.settings = settings
        self.worker = worker
        rings = addresses.map { _ in nil }
        var devices: [String] = []
        for address in addresses where !devices.contains(address.device) { devices.append(address.device) }
        lanes = devices.map { EgressLane($0) }
        routes = try RouteSocket()
        for lane in lanes {
            guard let link = routes.link(named: lane.device) else {
                throw SystemError("network device \(lane.device)", ENODEV)
            }
            try attach(lane, link)
        }
    }

    private func attach(_ lane: EgressLane, _ link: LinkFacts) throws(SystemError) {
        let output = try DeviceOutput(
            lane.device, index: link.index, lane.batch, queue: worker, mark: settings.mark)
        lane.attach(link, output)
        lane.watched(by: .current)
        for (index, address) in addresses.enumerated() where address.device == lane.device {
            let filter = RingFilter.program(for: address.address, worker: worker, of: settings.workers)
            rings[index] = try PacketRing(
                address.address, device: link.index, packets: settings.ringPackets, filter: filter)
        }
    }

    /// Devices may have changed: looks at them again.
    func refreshLinks() {
        for lane in lanes {
            let link = routes.link(named: lane.device)
            if let link, link.index == lane.link?.index {
                lane.refresh(link)
                continue
            }
            lane.attach(nil, nil)
            for (index, address) in addresses.enumerated() where address.device == lane.device { rings[index] = nil }
            // What fails now is tried again with the next change.
            if let link { try? attach(lane, link) }
        }
    }

    /// Who looks at packets may have changed.
    func refreshTaps() {
        let taps = PacketTaps.current
        for lane in lanes { lane.watched(by: taps) }
    }

    /// What poll watches, by the address's number; -1 for none.
    var descriptors: [Int32] { rings.map { $0?.number ?? -1 } }

    func clearError(_ index: Int) { rings[index]?.clearError() }

    func countOverruns() {
        for ring in rings { overruns &+= ring?.takeOverruns() ?? 0 }
    }

    /// Packets before one whose frame is fetched.
    private static let frameDistance = 8

    /// Hands up to `limit` packets of the ring of the address with the number `index` to `core`. How many it were.
    func drain(_ index: Int, into core: RelayCore, limit: Int, now: UInt64) -> Int {
        guard let ring = rings[index] else { return 0 }
        var taken = 0
        for distance in 0..<Self.frameDistance { ring.expect(distance) }
        while taken < limit {
            // The memory of thousands of legs is far away: what comes next is fetched meanwhile.
            ring.expect(Self.frameDistance)
            ring.peek(6) { core.expect($0, at: index, .leg) }
            ring.peek(4) { core.expect($0, at: index, .otherLeg) }
            ring.peek(2) { core.expect($0, at: index, .otherTransform) }
            guard ring.take({ core.receive($0, $1, at: index, now: now) }) else { break }
            taken += 1
        }
        return taken
    }

    var count: Int { rings.count }
}
