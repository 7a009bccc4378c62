import Glibc
import SystemCalls
import Testing

@testable import TLSProxy

/// Numbers of descriptors are used again at once.
@Suite struct SocketLoopTests {
    private final class Member: LoopMember {
        var told = 0
        var act: () -> Void = {}

        func ready(_ events: Poller.Events) {
            told += 1
            act()
        }
    }

    /// Two ends that are connected with each other.
    private static func pair() throws -> [Int32] {
        var numbers: [Int32] = [-1, -1]
        try #require(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &numbers) == 0)
        return numbers
    }

    @Test func whatHappenedToOneIsNotToldToTheNextWithItsNumber() throws {
        let loop = try SocketLoop(Waker(), readBuffer: 512)
        let (first, second, quiet) = (try Self.pair(), try Self.pair(), try Self.pair())
        defer { for number in first + second + quiet { close(number) } }
        let members = [Member(), Member()]
        let next = Member()
        // Whichever is told first lets go of the other, whose number goes to one to which nothing has happened.
        for (index, number) in [first[0], second[0]].enumerated() {
            let other = index == 0 ? second[0] : first[0]
            members[index].act = {
                loop.remove(other)
                dup2(quiet[0], other)
                #expect(throws: Never.self) { try loop.add(next, other, .reading) }
            }
            try loop.add(members[index], number, .reading)
        }
        for end in [first[1], second[1]] { #expect(unsafe send(end, "x", 1, Int32(MSG_NOSIGNAL)) == 1) }
        loop.serve(milliseconds: 1_000)
        #expect(members.map(\.told).sorted() == [0, 1])
        #expect(next.told == 0)
        #expect(unsafe send(quiet[1], "x", 1, Int32(MSG_NOSIGNAL)) == 1)
        for member in members { member.act = {} }
        loop.serve(milliseconds: 1_000)
        #expect(next.told == 1)
    }
}
