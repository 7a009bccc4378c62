import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// A kernel that knows what the test says.
private final class FakeRoutes: NextHopSource {
    var gateways: [IPAddress: IPAddress] = [:]
    var neighbours: [IPAddress: Neighbour] = [:]
    var changes: [RouteSocket.Change] = []
    var questions = 0

    func nextHop(to address: IPAddress, device: Int32) -> IPAddress? {
        questions += 1
        return gateways[address]
    }

    func neighbour(_ address: IPAddress, device: Int32) -> Neighbour? {
        questions += 1
        return neighbours[address]
    }

    func drain(_ body: (RouteSocket.Change) -> Void) {
        changes.forEach(body)
        changes = []
    }
}

/// Frames go where the kernel would send them, and by the kernel where it is not known.
@Suite struct NextHopTests {
    private let bench: RelayBench
    private let routes = FakeRoutes()
    private let desk: IPAddress
    private let router: IPAddress

    init() throws {
        bench = try RelayBench()
        bench.open(try .plain())
        desk = try address("192.0.2.101")
        router = try address("192.0.2.1")
        routes.gateways = [desk: router]
        routes.neighbours = [router: Neighbour(state: .confirmed, address: 0x0200_0000_0099)]
    }

    private func tick() {
        bench.pass(milliseconds: 60)
        bench.core.hops.tend(routes, bench.core.lanes, at: bench.now)
    }

    /// The link address that the next packet to the desk phone goes to; `nil` for the kernel's way.
    private func target(_ sequence: Int = 1) throws -> [UInt8]? {
        bench.inside.frames = []
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(sequence))
        #expect(bench.inside.take().count == 1)
        return bench.inside.frames.first.map { Array($0.prefix(14)) }
    }

    @Test func packetsGoByTheKernelUntilTheNeighbourIsKnown() throws {
        #expect(try target() == nil)
        tick()
        #expect(try target() == [2, 0, 0, 0, 0, 0x99, 2, 0, 0, 0, 0, 0x11, 8, 0])
        #expect(bench.core.counters.sentByKernel == 1)
    }

    @Test func aChangedNeighbourIsFollowed() throws {
        tick()
        routes.changes = [
            .neighbour(address: router, device: 2, Neighbour(state: .confirmed, address: 0x0200_0000_0077))
        ]
        tick()
        #expect(try target()?.prefix(6) == [2, 0, 0, 0, 0, 0x77])
        routes.neighbours = [:]
        routes.changes = [.neighbour(address: router, device: 2, Neighbour(state: .unknown, address: nil))]
        tick()
        #expect(try target() == nil)
        // Another device's neighbour of the same address is another neighbour.
        routes.changes = [
            .neighbour(address: router, device: 1, Neighbour(state: .confirmed, address: 0x0200_0000_0055))
        ]
        tick()
        #expect(try target() == nil)
    }

    @Test func aStaleNeighbourIsConfirmedNowAndThen() throws {
        routes.neighbours[router] = Neighbour(state: .stale, address: 0x0200_0000_0099)
        tick()
        bench.pass(milliseconds: 6000)
        tick()
        #expect(try target() == nil)
        #expect(try target(2) != nil)
        tick()
        #expect(try target(3) != nil)
        bench.pass(milliseconds: 6000)
        tick()
        #expect(try target(4) == nil)
    }

    @Test func aChangedRouteIsFollowed() throws {
        tick()
        routes.gateways[desk] = desk
        routes.neighbours[desk] = Neighbour(state: .confirmed, address: 0x0200_0000_0088)
        routes.changes = [.topology]
        tick()
        #expect(try target()?.prefix(6) == [2, 0, 0, 0, 0, 0x88])
        #expect(bench.core.hops.takeTopologyChange())
        #expect(!bench.core.hops.takeTopologyChange())
    }

    @Test func aTickAsksABoundedNumberOfQuestions() throws {
        for number in 0..<500 {
            var plan = try MediaSessionPlan.plain()
            plan.id = UInt64(number) + 2
            plan.a.local = Endpoint(plan.a.local.address, UInt16(40_000 + 2 * number))
            plan.b.local = Endpoint(plan.b.local.address, UInt16(41_024 + 2 * number))
            plan.b.peer = Endpoint(IPAddress(v4: 0xc000_0300 + UInt32(number)), 20000)
            routes.gateways[IPAddress(v4: 0xc000_0300 + UInt32(number))] = router
            bench.open(plan)
        }
        var ticks = 0
        while ticks < 100 {
            routes.questions = 0
            tick()
            #expect(routes.questions <= NextHopTable.questionsPerTick + 1)
            if routes.questions == 0 { break }
            ticks += 1
        }
        #expect(ticks < 100)
    }

    @Test func packetsKeepTheirOrderWhenOneGoesByTheKernel() throws {
        routes.neighbours[router] = Neighbour(state: .stale, address: 0x0200_0000_0099)
        tick()
        let span = { (sequence: Int) in try udp("10.10.0.16:5000", Place.outside, rtp(sequence)) }
        let ring = RingPacket(checksum: .unknown, isTruncated: false, arrival: .zero)
        for sequence in 0..<6 {
            if sequence == 3 {
                bench.pass(milliseconds: 6000)
                bench.core.hops.tend(routes, bench.core.lanes, at: bench.now)
            }
            let packet = try span(sequence)
            bench.core.receive(packet.span, ring, at: 0, now: bench.now)
        }
        bench.core.flush()
        #expect(bench.core.counters.sentByKernel == 1)
        #expect(bench.inside.take().compactMap { SentDatagram($0)?.payload } == (0..<6).map { rtp($0) })
    }
}
