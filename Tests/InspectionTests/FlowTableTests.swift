import TestSupport
import Testing
import Wire

@testable import Inspection

@Suite struct FlowTableTests {
    private func flow(_ number: UInt16, at now: Timestamp = .zero, idle: Int = 10) -> Flow {
        let key = FlowKey(
            source: IPAddress(v4: 0x0a00_0001), destination: IPAddress(v4: 0x0a00_0002), sourcePort: number,
            destinationPort: 53, transport: .udp, interface: InterfaceIndex(0))
        return Flow(
            forward: key, reverse: key.reversed(on: InterfaceIndex(1)), at: now, idleLimit: idle,
            trafficClass: .through)
    }

    private func add(_ flow: Flow, to table: inout FlowTable) throws -> UInt32 {
        let place = table.add(flow)
        return try #require(place)
    }

    @Test func bothDirectionsFindTheirFlow() throws {
        var table = FlowTable(limit: 8, seed: HashSeed(1))
        let flow = flow(1)
        let place = try add(flow, to: &table)
        #expect(table.find(flow.forward)?.index == place)
        #expect(table.find(flow.forward)?.direction == .forward)
        #expect(table.find(flow.reverse)?.index == place)
        #expect(table.find(flow.reverse)?.direction == .reverse)
        #expect(table.find(flow.forward.reversed(on: InterfaceIndex(0))) == nil, "another interface is another flow")
        #expect(table.find(flow.reverse.reversed(on: InterfaceIndex(1))) == nil)
    }

    @Test func theLimitHoldsAndPlacesAreUsedAgain() throws {
        var table = FlowTable(limit: 2, seed: HashSeed(1))
        let first = try add(flow(1), to: &table)
        _ = try add(flow(2), to: &table)
        let third = table.add(flow(3))
        #expect(third == nil)
        #expect(table.count == 2)
        let old = table.id(first)
        table.remove(first)
        table.remove(first)
        #expect(table.count == 1)
        #expect(table.place(old) == nil, "a flow that is gone is not found by its name")
        let reused = try add(flow(3), to: &table)
        #expect(reused == first)
        #expect(table.place(old) == nil, "nor is the flow that has its place now")
        #expect(table.place(table.id(reused)) == reused)
        #expect(table.find(flow(1).forward) == nil)
        #expect(table.summaries.map(\.number) == [2, 3])
        #expect(table.mostUsed == 2)
    }

    @Test func aLargeTableIsToldInSlices() throws {
        var table = FlowTable(limit: 4000, seed: HashSeed(1))
        for number in 1...2500 { _ = try add(flow(UInt16(number)), to: &table) }
        for place in 0..<1024 { table.remove(UInt32(place)) }
        let slices = [0, 1024, 2048].map { table.slice(from: $0) }
        #expect(slices.map(\.flows.count) == [0, 1024, 452])
        #expect(slices.map(\.next) == [1024, 2048, nil])
        #expect(table.summaries.map(\.number) == Array(1025...2500))
        // Places that nobody was told of.
        for place in [-1, 2500, .max] {
            let slice = table.slice(from: place)
            #expect(slice.flows.isEmpty && slice.next == nil)
        }
    }

    @Test func aFlowThatIsTakenBackHasNeverBeenOne() throws {
        var table = FlowTable(limit: 2, seed: HashSeed(1))
        table.takeBack(try add(flow(1), to: &table))
        let place = try add(flow(2), to: &table)
        #expect(table.summary(place).number == 1)
    }

    @Test func packetsKeepAFlowAlive() throws {
        var table = FlowTable(limit: 2, seed: HashSeed(1))
        let place = try add(flow(1), to: &table)
        for second in 1...30 {
            let now = Timestamp(seconds: Int64(second))
            let expired = table.nextExpired(now)
            #expect(expired == nil)
            table.flows[Int(place)].note(1, fromInitiator: true, at: now)
        }
        let early = table.nextExpired(Timestamp(seconds: 39))
        #expect(early == nil)
        let late = table.nextExpired(Timestamp(seconds: 41))
        #expect(late == place)
    }

    @Test(arguments: [UInt64(1), 2])
    func agreesWithADictionary(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var table = FlowTable(limit: 100, seed: HashSeed(seed))
        var model: [UInt16: UInt32] = [:]
        for _ in 0..<5000 {
            let port = UInt16.random(in: 0..<150, using: &generator)
            if let place = model.removeValue(forKey: port) {
                table.remove(place)
            } else if let place = table.add(flow(port)) {
                model[port] = place
            } else {
                #expect(model.count == 100)
            }
            #expect(table.count == model.count)
        }
        for port: UInt16 in 0..<150 {
            #expect(table.find(flow(port).forward)?.index == model[port])
            #expect(table.find(flow(port).reverse)?.index == model[port])
        }
    }
}
