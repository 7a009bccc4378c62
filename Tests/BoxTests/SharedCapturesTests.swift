import Inspection
import TestSupport
import Testing

@testable import Box

/// Recordings of others, where a folder of them lies beside the checkout: everything is accounted for, whatever it is.
@Suite struct SharedCapturesTests {
    private static let files = ["/../shared/captures", "/../../shared/captures"]
        .map { TestFiles.repositoryRoot() + $0 }
        .flatMap(TestFiles.listAll)
        .filter { path in [".pcap", ".pcapng", ".gz", ".cap"].contains { path.hasSuffix($0) } }

    @Test(arguments: files)
    func everyPacketIsForwardedDroppedOrUndecodable(path: String) throws {
        let request = ReplayRequest(configuration: nil, files: [ReplayRequest.File(path: path)])
        let counts = try Replay(request).run().counters
        #expect(counts.read == counts.forwarded + counts.dropped + counts.undecodable)
        #expect(counts.held == 0)
    }

    @Test(arguments: files)
    func aBoxBetweenTwoNetworksAccountsForThemToo(path: String) throws {
        let request = ReplayRequest(configuration: try configuration(), files: [ReplayRequest.File(path: path)])
        let counts = try Replay(request).run().counters
        #expect(counts.read == counts.forwarded + counts.dropped + counts.undecodable)
    }
}
