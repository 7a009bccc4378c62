import Testing

@testable import Wire

/// Loads, copies and comparisons that go over many bytes at a time.
@Suite struct SpanBytesTests {
    private let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }

    private func word(_ bytes: [UInt8], at offset: Int) -> UInt64 { bytes.span.uint64(at: offset) }

    private func same(_ left: [UInt8], _ right: [UInt8]) -> Bool { left.span.equals(right.span) }

    @Test func wordsAreInNetworkOrder() {
        let octets: [UInt8] = [0xff, 0x01, 0x02, 0x03, 0x84, 0x05, 0x06, 0x07, 0x88]
        #expect(word(octets, at: 0) == 0xff01_0203_8405_0607)
        #expect(word(octets, at: 1) == 0x0102_0384_0506_0788)
        var copy = [UInt8](repeating: 0, count: 9)
        var span = copy.mutableSpan
        span.store(UInt64(0xff01_0203_8405_0607), at: 1)
        #expect(copy == [0] + octets[..<8])
    }

    @Test func aCopyChangesNothingBehindIt() {
        for length in 0...bytes.count {
            var room = [UInt8](repeating: 0xee, count: bytes.count)
            var span = room.mutableSpan
            span.copy(bytes.span.extracting(0..<length))
            #expect(room == bytes[..<length] + [UInt8](repeating: 0xee, count: bytes.count - length))
        }
    }

    @Test func oneByteMakesADifferenceWhereverItIs() {
        #expect(same(bytes, bytes))
        for place in bytes.indices {
            var other = bytes
            other[place] ^= 0x10
            #expect(!same(bytes, other))
        }
        #expect(!same(bytes, bytes.dropLast()))
        #expect(!same(bytes.dropLast(), bytes))
        #expect(same([], []))
    }
}
