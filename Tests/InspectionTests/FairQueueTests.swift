import TestSupport
import Testing
import Wire

@testable import Inspection

/// Who asks for much does not keep others waiting.
@Suite struct FairQueueTests {
    private let hosts = (1...3).map { HostGroup(IPAddress(v4: 0x0a00_0000 + UInt32($0))) }

    @Test func hostsTakeTurns() {
        var queue = FairQueue(limit: 100, perHost: 100)
        for item in 0..<10 { queue.add(UInt64(item), of: hosts[0]) }
        queue.add(100, of: hosts[1])
        queue.add(200, of: hosts[2])
        queue.add(101, of: hosts[1])
        let order = (0..<13).compactMap { _ in queue.next()?.item }
        #expect(order.prefix(5) == [0, 100, 200, 1, 101])
        #expect(order.count == 13)
        #expect(queue.waiting == 0)
        #expect(queue.next() == nil)
    }

    @Test func noMoreIsDoneThanMayBe() {
        var queue = FairQueue(limit: 3, perHost: 2)
        for item in 0..<4 { queue.add(UInt64(item), of: hosts[0]) }
        #expect([queue.next()?.item, queue.next()?.item, queue.next()?.item] == [0, 1, nil])
        queue.add(10, of: hosts[1])
        queue.add(11, of: hosts[1])
        #expect([queue.next()?.item, queue.next()?.item] == [10, nil])
        queue.finish(hosts[1])
        #expect(queue.next()?.item == 11)
        queue.finish(hosts[0])
        #expect(queue.next()?.item == 2)
        #expect(queue.active == 3)
    }

    @Test func everythingComesOutOnceInEachHostsOrder() {
        var queue = FairQueue(limit: 5, perHost: 3)
        var generator = SeededGenerator(seed: 4)
        var active: [HostGroup] = []
        var taken: [HostGroup: [UInt64]] = [:]
        for item in 0..<5_000 as Range<UInt64> {
            queue.add(item, of: hosts[Int.random(in: 0...2, using: &generator)])
            while Bool.random(using: &generator), let (item, host) = queue.next() {
                taken[host, default: []].append(item)
                active.append(host)
            }
            while active.count > 4 || (!active.isEmpty && Bool.random(using: &generator)) {
                queue.finish(active.removeFirst())
            }
        }
        while queue.waiting > 0 {
            active.forEach { queue.finish($0) }
            active = []
            while let (item, host) = queue.next() {
                taken[host, default: []].append(item)
                active.append(host)
            }
        }
        #expect(taken.values.map(\.count).reduce(0, +) == 5_000)
        #expect(taken.values.allSatisfy { $0 == $0.sorted() })
    }

    @Test func aNetworkOfIPv6IsOneHost() throws {
        #expect(HostGroup(try address("2001:db8::1")) == HostGroup(try address("2001:db8::ffff:2")))
        #expect(HostGroup(try address("2001:db8::1")) != HostGroup(try address("2001:db8:0:1::1")))
        #expect(HostGroup(try address("10.0.0.1")) != HostGroup(try address("10.0.0.2")))
    }
}
