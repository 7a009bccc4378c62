import TestSupport
import Testing
import Wire

@testable import Box

/// Keys of Skinny never get into a capture that was not asked to have them, however the bytes are cut.
@Suite struct SkinnyKeyMaskTests {
    /// A message with 30 bytes of key where its layout has them.
    private func keyed(_ id: UInt32, _ length: Int, _ offset: Int, version: UInt32) -> (bytes: [UInt8], hidden: [UInt8])
    {
        var message = SkinnyBytes(id, version: version, length: length)
        message.body = message.body.map { _ in 0x11 }
        var hidden = message
        message.put([UInt8](repeating: 0xa1, count: 32), at: offset)
        hidden.put([UInt8](repeating: 0, count: 32), at: offset)
        return (message.all, hidden.all)
    }

    private var messages: [(bytes: [UInt8], hidden: [UInt8])] {
        let state = SkinnyBytes(0x111, version: 20, length: 28).all
        let keepAlive = SkinnyBytes(0, length: 4).all
        return [
            keyed(0x105, 72, 36, version: 0), keyed(0x105, 136, 36, version: 20), (state, state),
            keyed(0x8a, 88, 52, version: 0), keyed(0x8a, 136, 68, version: 0), keyed(0x8a, 136, 68, version: 20),
            (keepAlive, keepAlive), keyed(0x131, 196, 116, version: 20), keyed(0x132, 172, 120, version: 11),
            keyed(0x132, 188, 136, version: 20),
        ]
    }

    @Test(arguments: [1, 5, 40, 100_000]) func keysAreHiddenAndNothingElse(size: Int) {
        let bytes = messages.flatMap(\.bytes)
        var mask = SkinnyKeyMask()
        var shown: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            var piece = Array(bytes[start..<min(start + size, bytes.count)])
            mask.hideKeys(in: &piece)
            shown += piece
        }
        let expected = messages.flatMap(\.hidden)
        #expect(shown == expected, "\(hexDifference(expected, shown))")
    }

    @Test func whereTheFramingIsLostNothingIsShown() {
        var bytes = SkinnyBytes(0, length: 4).all + [0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 7, 7]
        var mask = SkinnyKeyMask()
        mask.hideKeys(in: &bytes)
        #expect(bytes.suffix(2) == [0, 0])
    }
}
