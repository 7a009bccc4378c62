import Testing
import Wire

@Suite struct PrefetchTests {
    /// A hint changes nothing, and one about what is not there is none.
    @Test func hintsAreHarmless() {
        let bytes = [UInt8](0..<200)
        let none: [UInt64] = []
        for start in [-1, 0, 1, 63, 136, 199, 200, .max - 64] { Prefetch.elements(start..<start + 64, of: bytes.span) }
        for place in [-1, 0, 1] { Prefetch.element(place, of: none.span) }
        #expect(bytes == [UInt8](0..<200))
    }
}
