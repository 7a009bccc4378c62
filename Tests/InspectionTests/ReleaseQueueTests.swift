import TestSupport
import Testing
import Wire

@testable import Inspection

/// Holds a queue of packets and the outbox that it takes datagrams from.
private final class Line {
    private var queue = ReleaseQueue()
    private var outbox = DatagramOutbox()
    private var identification: UInt16 = 0
    private let course: ReleaseQueue.Course

    init() throws {
        course = ReleaseQueue.Course(
            source: try endpoint("192.0.2.1:69"), receiver: try address("192.0.2.9"), ingress: InterfaceIndex(0),
            egress: InterfaceIndex(1))
    }

    func say(_ payload: [UInt8], to port: UInt16 = 1000) { outbox.add(to: port) { $0 += payload } }

    /// How many of them became packets.
    func send(limit: Int = 100) -> Int {
        queue.append(&outbox, course, identification: &identification, limit: limit)
    }

    func append(_ packet: [UInt8]) {
        queue.append(
            Release(
                origin: .fragment, packet: packet, ingress: InterfaceIndex(1), egress: InterfaceIndex(0),
                isRewritten: true))
    }

    var isOutboxEmpty: Bool { outbox.isEmpty }
    var count: Int { queue.count }
    func takeAll() -> [[UInt8]] { queue.takeAll().map(\.packet) }
    func payloads() -> [[UInt8]] { takeAll().map { Array($0.dropFirst(28)) } }

    func takeOnly(_ interface: UInt8, room: Int) -> [UInt8]? {
        var memory = [UInt8](repeating: 0xee, count: room)
        var span = memory.mutableSpan
        return queue.takeOnly(leavingBy: InterfaceIndex(interface), into: &span).map { Array(memory[..<$0]) }
    }
}

@Suite struct ReleaseQueueTests {
    @Test func datagramsBecomePacketsInTheirOrder() throws {
        let line = try Line()
        line.say([1, 2, 3], to: 5000)
        line.say([], to: 5001)
        #expect(line.send() == 2)
        #expect(line.isOutboxEmpty)
        let packets = line.takeAll()
        let from = try endpoint("192.0.2.1:69")
        let made = try [("192.0.2.9:5000", [1, 2, 3]), ("192.0.2.9:5001", [])].enumerated().map { index, expected in
            UDPPacket.make(
                from: from, to: try endpoint(expected.0), identification: UInt16(index + 1),
                (expected.1 as [UInt8]).span)
        }
        #expect(packets.map(Optional.some) == made)
        #expect(line.count == 0)
    }

    @Test func whatWaitsStaysWhereItIsWhenMoreComes() throws {
        let line = try Line()
        line.append([9, 9])
        line.say([1])
        #expect(line.send() == 1)
        line.say([UInt8](repeating: 2, count: 9000))
        #expect(line.send() == 1)
        line.append([8])
        let packets = line.takeAll()
        #expect(packets.map(\.count) == [2, 29, 9028, 1])
        #expect(packets[0] == [9, 9] && packets[3] == [8])
        #expect(packets[2].dropFirst(28).allSatisfy { $0 == 2 })
    }

    /// The memory of what is gone is used again, and nothing of it is seen.
    @Test func aShorterPacketShowsNothingOfALongerOneBefore() throws {
        let line = try Line()
        for length in [1400, 3, 500, 0, 1] {
            line.say([UInt8](repeating: UInt8(length & 0xff), count: length))
            #expect(line.send() == 1)
            #expect(line.payloads() == [[UInt8](repeating: UInt8(length & 0xff), count: length)])
        }
    }

    @Test func nothingIsMadeBeyondTheLimitOrForAnotherFamily() throws {
        let line = try Line()
        for number: UInt8 in 1...3 { line.say([number]) }
        #expect(line.send(limit: 2) == 2)
        #expect(line.isOutboxEmpty)
        #expect(line.payloads() == [[1], [2]])
        line.say([UInt8](repeating: 0, count: 65_508))
        line.say([4])
        #expect(line.send() == 1, "the first is longer than a packet")
        #expect(line.payloads() == [[4]])
    }

    @Test func theOnlyPacketIsTakenWhereItFits() throws {
        let line = try Line()
        #expect(line.takeOnly(1, room: 2000) == nil)
        line.say([7])
        #expect(line.send() == 1)
        #expect(line.takeOnly(0, room: 2000) == nil, "it leaves elsewhere")
        #expect(line.takeOnly(1, room: 28) == nil, "no room")
        #expect(line.takeOnly(1, room: 29)?.last == 7)
        #expect(line.count == 0)
        line.say([7])
        line.say([8])
        #expect(line.send() == 2)
        #expect(line.takeOnly(1, room: 2000) == nil, "it is not the only one")
        #expect(line.payloads() == [[7], [8]])
    }
}
