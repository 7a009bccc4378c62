import Testing
import Wire

@testable import Inspection

/// Holds a queue of events that are told apart by their moment.
private final class Queue {
    private(set) var state: EventQueue

    init(limit: Int) { state = EventQueue(limit: limit) }

    func append(_ moment: Int64) {
        let key = FlowKey(
            source: .anyV4, destination: .anyV4, sourcePort: 0, destinationPort: 0, transport: .udp,
            interface: InterfaceIndex(0))
        state.append(.accessDenied(key, nil), at: Timestamp(nanoseconds: moment))
    }

    var isHeard: Bool {
        get { state.isHeard }
        set { state.isHeard = newValue }
    }

    func next() -> Int64? { state.next()?.time.nanoseconds }

    /// All that waits.
    func rest() -> [Int64] {
        var found: [Int64] = []
        while let moment = next() { found.append(moment) }
        return found
    }
}

@Suite struct EventQueueTests {
    @Test func keepsTheOrder() {
        let queue = Queue(limit: 3)
        for moment: Int64 in 1...3 { queue.append(moment) }
        #expect(queue.rest() == [1, 2, 3])
        #expect(queue.state.isEmpty)
    }

    @Test func aReaderThatDoesNotKeepUpLosesTheNewest() {
        let queue = Queue(limit: 3)
        for moment: Int64 in 1...5 { queue.append(moment) }
        #expect(queue.state.lost == 2)
        #expect(queue.rest() == [1, 2, 3])
        queue.append(6)
        #expect(queue.rest() == [6])
    }

    /// One is always waiting, so that the queue never gets to start over.
    @Test func aReaderThatKeepsUpLosesNothing() {
        let queue = Queue(limit: 3)
        queue.append(0)
        for moment: Int64 in 1...100 {
            queue.append(moment)
            #expect(queue.next() == moment - 1)
        }
        #expect(queue.state.lost == 0)
        #expect(queue.rest() == [100])
    }

    @Test func withoutAReaderNothingIsKeptAndNothingIsLost() {
        let queue = Queue(limit: 3)
        queue.append(1)
        queue.isHeard = false
        for moment: Int64 in 2...9 { queue.append(moment) }
        queue.isHeard = true
        queue.append(10)
        #expect(queue.state.lost == 0)
        #expect(queue.rest() == [1, 10])
    }

    @Test func noRoomIsNoCrash() {
        let queue = Queue(limit: 0)
        queue.append(0)
        #expect(queue.state.lost == 1)
        #expect(queue.next() == nil)
    }
}
