import Glibc
import SystemCalls
import Testing

/// Many descriptors are waited for at a time.
@Suite struct PollerTests {
    /// Two sockets that are connected with each other.
    private struct Pair: ~Copyable {
        let near: Descriptor
        let far: Descriptor

        init() throws {
            var numbers: [Int32] = [-1, -1]
            let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            try #require(unsafe socketpair(AF_UNIX, kind, 0, &numbers) == 0)
            let first = try Descriptor(numbers[0], from: "socketpair")
            far = try Descriptor(numbers[1], from: "socketpair")
            near = first
        }

        func write() {
            let count = unsafe send(far.number, "x", 1, Int32(MSG_NOSIGNAL))
            #expect(count == 1)
        }
    }

    private func answers(_ poller: Poller, milliseconds: Int32 = 0) throws -> [UInt64: Poller.Events] {
        let count = try poller.wait(milliseconds: milliseconds)
        return Dictionary(uniqueKeysWithValues: (0..<count).map { (poller[$0].id, poller[$0].events) })
    }

    @Test func whatIsAskedIsAnsweredUntilItIsOver() throws {
        let poller = try Poller()
        let quiet = try Pair()
        let loud = try Pair()
        try poller.add(quiet.near.number, id: 7)
        try poller.add(loud.near.number, id: UInt64.max, [.reading, .writing])
        #expect(try answers(poller) == [.max: .writing])
        loud.write()
        #expect(try answers(poller) == [.max: [.reading, .writing]])
        try poller.change(loud.near.number, id: 9, .reading)
        #expect(try answers(poller) == [9: .reading])
        #expect(try answers(poller) == [9: .reading])
        try poller.change(loud.near.number, id: 9, [])
        #expect(try answers(poller) == [:])
    }

    @Test func aChangeIsAnsweredOnce() throws {
        let poller = try Poller()
        let pair = try Pair()
        try poller.add(pair.near.number, id: 1, [.reading, .changesOnly])
        pair.write()
        #expect(try answers(poller) == [1: .reading])
        #expect(try answers(poller) == [:])
        pair.write()
        #expect(try answers(poller) == [1: .reading])
    }

    @Test func anEndIsTold() throws {
        let poller = try Poller()
        let pair = try Pair()
        try poller.add(pair.near.number, id: 1, [.reading, .ended, .changesOnly])
        shutdown(pair.far.number, Int32(SHUT_WR))
        #expect(try answers(poller) == [1: [.reading, .ended]])
    }

    @Test func whoIsClosedLeavesAndIsNotKnown() throws {
        let poller = try Poller()
        let number = try {
            let pair = try Pair()
            try poller.add(pair.near.number, id: 1)
            pair.write()
            #expect(throws: SystemError("epoll_ctl", EEXIST)) { try poller.add(pair.near.number, id: 2) }
            return pair.near.number
        }()
        #expect(try answers(poller) == [:])
        #expect(throws: SystemError.self) { try poller.change(number, id: 1, .reading) }
    }

    @Test func moreThanAreToldAtOnceAreToldInTurn() throws {
        let poller = try Poller()
        let pair = try Pair()
        pair.write()
        let number = pair.near.number
        let others = (0..<300).map { _ in fcntl(number, F_DUPFD_CLOEXEC, 0) }
        defer { for other in others { close(other) } }
        for (id, other) in others.enumerated() { try poller.add(other, id: UInt64(id), [.reading, .changesOnly]) }
        var told: Set<UInt64> = []
        while case let some = try answers(poller), !some.isEmpty { told.formUnion(some.keys) }
        #expect(told == Set(0..<300))
    }
}
