import Testing
import Wire

@testable import Inspection

/// Holds a progress, so that expectations can move it on.
private final class Progress {
    var state: TFTPProgress

    init(_ operation: TFTPRequest.Operation) { state = TFTPProgress(operation) }

    func data(_ block: UInt16, length: Int) { state.data(block, length: length) }
    func acknowledged(_ block: UInt16) -> Bool { state.acknowledged(block) }
}

@Suite struct TFTPProgressTests {
    /// After block 65535 comes 0 with most servers, 1 with some.
    @Test(arguments: [UInt16(0), 1])
    func blockNumbersRollOver(to first: UInt16) {
        let progress = Progress(.read)
        for block in 1...UInt16.max {
            progress.data(block, length: 512)
            #expect(!progress.acknowledged(block))
        }
        for block in [first, first + 1] {
            progress.data(block, length: 512)
            #expect(!progress.acknowledged(block))
        }
        progress.data(first + 1, length: 512)
        progress.data(first + 2, length: 1)
        #expect(progress.acknowledged(first + 2))
        #expect(progress.state.blocks == 65_538)
        #expect(progress.state.bytes == 65_537 * 512 + 1)
        #expect(progress.state.retransmissions == 1)
    }

    @Test func aBlockAheadOfALostOneCountsWhenItIsSentAgain() {
        let progress = Progress(.read)
        for block: UInt16 in [1, 3, 4] { progress.data(block, length: 512) }
        #expect(progress.state.blocks == 1)
        #expect(!progress.acknowledged(1))
        for block: UInt16 in [2, 3, 4] { progress.data(block, length: 512) }
        #expect(progress.state.blocks == 4)
        #expect(progress.state.retransmissions == 0)
    }

    @Test func acknowledgmentsMakeUpForBlocksThatWereNotRecorded() {
        let progress = Progress(.write)
        progress.data(1, length: 512)
        #expect(!progress.acknowledged(4))
        progress.data(5, length: 2)
        #expect(progress.acknowledged(5))
        #expect(progress.state.bytes == 4 * 512 + 2)
    }

    @Test func anOldAcknowledgmentEndsNothing() {
        let progress = Progress(.read)
        progress.data(1, length: 512)
        progress.data(2, length: 0)
        #expect(!progress.acknowledged(1))
        #expect(!progress.acknowledged(3))
        #expect(progress.acknowledged(2))
    }

    /// A file of a whole number of blocks ends with an empty one.
    @Test func anEmptyBlockEndsAFile() {
        let progress = Progress(.read)
        progress.data(1, length: 512)
        progress.data(2, length: 0)
        #expect(progress.state.hasLastBlock)
        #expect(progress.state.bytes == 512)
    }
}
