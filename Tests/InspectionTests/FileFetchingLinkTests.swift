import TestSupport
import Testing
import Wire

@testable import Inspection

/// Files fetched over links as they are, from a server that knows the RFCs and nothing else.
@Suite struct FileFetchingLinkTests {
    @Test(arguments: [RFCServer.Manners.honoursOptions, .ignoresOptions, .refusesOptions, .calledOptionsIllegal])
    func everyKindOfServer(manners: RFCServer.Manners) {
        for size in [0, 1, 511, 512, 1427, 1428, 1429, 20_000] {
            let content = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7 &+ $0 >> 8) }
            let fetching = FetchingEnd("file")
            let server = RFCServer(content, manners)
            let link = SimulatedLink(fetching, server)
            #expect(link.run())
            #expect(fetching.status == .complete && fetching.bytes == content, "\(size) bytes")
            #expect(server.completed == 1 && server.refused.isEmpty)
            #expect(server.largestBlock <= (manners == .honoursOptions ? 1428 : 512))
        }
    }

    @Test(arguments: FileServingLinkTests.faults)
    func faultyLinks(fault: (String, LinkFaults)) {
        for seed: UInt64 in 1...40 {
            var generator = SeededGenerator(seed: seed)
            let content = generator.bytes(3000...9000)
            let fetching = FetchingEnd("file")
            let server = RFCServer(content, RFCServer.Manners.allCases[Int(seed) % 4])
            let link = SimulatedLink(fetching, server, fault.1, seed: seed)
            #expect(link.run(), "\(fault.0), seed \(seed)")
            #expect(fetching.status == .complete && fetching.bytes == content, "\(fault.0), seed \(seed)")
        }
    }

    /// The request has gone out again by the time the first answer comes, so several of the server's ports answer.
    @Test func aLateServerIsHeardOnce() {
        let content = [UInt8](repeating: 3, count: 5000)
        let fetching = FetchingEnd("file")
        let server = RFCServer(content, delay: 4000)
        let link = SimulatedLink(fetching, server)
        #expect(link.run())
        #expect(fetching.status == .complete && fetching.bytes == content)
        #expect(server.requests == 3 && server.completed == 1)
        #expect(server.refused == [5, 5])
    }

    @Test func aServerThatNeverAnswersIsGivenUp() {
        let fetching = FetchingEnd("file")
        let server = RFCServer([], .silent)
        let link = SimulatedLink(fetching, server)
        #expect(link.run())
        #expect(fetching.status == .failed(.serverSilent))
        #expect(server.requests == 6)
        #expect(link.now.seconds(since: Timestamp(seconds: 1_000)) < 40)
    }

    @Test func aFileThatIsNotThere() {
        let fetching = FetchingEnd("other")
        let link = SimulatedLink(fetching, RFCServer([]))
        #expect(link.run())
        #expect(fetching.status == .failed(.server(code: 1, text: "File not found")))
    }

    @Test(arguments: [nil, 100])
    func aFileThatIsTooLarge(claimedSize: Int?) {
        let fetching = FetchingEnd("file")
        let server = RFCServer([UInt8](repeating: 1, count: (1 << 20) + 1), claimedSize: claimedSize)
        let link = SimulatedLink(fetching, server)
        #expect(link.run())
        #expect(fetching.status == .failed(.tooLarge))
        #expect(server.refused == [3])
    }
}
