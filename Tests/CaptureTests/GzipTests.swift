import TestSupport
import Testing
import Wire

@testable import Capture

/// Captures packed with gzip are read as if they were not.
@Suite struct GzipTests {
    private static let packets = (0..<300).map { number in
        (0..<200).map { UInt8(truncatingIfNeeded: number &* 31 &+ $0 &* ($0 + number)) }
    }

    private static let file = pcapBytes(packets, linkType: .ethernet)

    private func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
        try processOutput(["gzip", "--stdout"], stdin: bytes).output
    }

    /// The packets that could be read, and what ended the reading.
    private func read(_ bytes: [UInt8]) -> (packets: [[UInt8]], failure: CaptureError?) {
        var packets: [[UInt8]] = []
        do throws(CaptureError) {
            var reader = try CaptureReader(bytes: bytes)
            while try reader.next() != nil {
                reader.withFrame { frame in packets.append(frame.span.bytes(in: 0..<frame.count)) }
            }
            return (packets, nil)
        } catch {
            return (packets, error)
        }
    }

    @Test func aPackedFileHoldsTheSamePackets() throws {
        let result = read(try gzip(Self.file))
        #expect(result.packets == Self.packets)
        #expect(result.failure == nil)
    }

    @Test func severalMembersAreOneFile() throws {
        let parts = [Array(Self.file[..<1000]), Array(Self.file[1000..<5001]), Array(Self.file[5001...])]
        let result = read(try parts.flatMap(gzip))
        #expect(result.packets == Self.packets)
        #expect(result.failure == nil)
    }

    @Test func zerosBehindTheLastMemberArePassedOver() throws {
        let result = read(try gzip(Self.file) + [UInt8](repeating: 0, count: 512))
        #expect(result.packets == Self.packets)
        #expect(result.failure == nil)
    }

    @Test(arguments: [10, 100, 2000])
    func aFileThatIsCutGivesWhatItHasAndSaysSo(removed: Int) throws {
        let packed = try gzip(Self.file)
        let result = read(Array(packed.dropLast(removed)))
        #expect(result.packets == Array(Self.packets.prefix(result.packets.count)))
        #expect(result.packets.count > 0)
        #expect(result.failure == .malformed(.gzipTruncated, offset: UInt64(packed.count - removed)))
    }

    @Test func damageIsNamedAndWhatCameBeforeCounts() throws {
        var packed = try gzip(Self.file)
        packed[packed.count - 5] ^= 0xff
        let result = read(packed)
        #expect(result.packets == Self.packets)
        guard case .malformed(.gzipDamaged, _) = result.failure else {
            Issue.record("the wrong checksum was not noticed: \(String(describing: result.failure))")
            return
        }
    }

    @Test func whatIsPackedTwiceIsRefused() throws {
        #expect(read(try gzip(gzip(Self.file))).failure == .malformed(.compressed, offset: 0))
    }

    @Test func whatIsNoCaptureInsideIsRefused() throws {
        #expect(read(try gzip([1, 2])).failure == .malformed(.notACapture, offset: 0))
        #expect(read(try gzip(Array("neither".utf8))).failure == .malformed(.notACapture, offset: 0))
    }

    @Test func damagedFilesEndInAnErrorOrInPackets() throws {
        let packed = try gzip(Self.file)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 { _ = read(packed.prefix(2) + generator.mutated(Array(packed.dropFirst(2)))) }
    }
}
