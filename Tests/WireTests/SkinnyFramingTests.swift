import TestSupport
import Testing
import Wire

@Suite("Skinny framing")
struct SkinnyFramingTests {
    private static let keepAlive = bytes(hex: "04000000 00000000 00000000")
    private static let offHook = bytes(hex: "0c000000 14000000 06000000 01000000 02000000")

    @Test("a message is as long as its length says, and eight bytes")
    func whole() {
        #expect(SkinnyFraming.next(Self.keepAlive.span) == .complete(length: 12))
        let glued = Self.offHook + Self.keepAlive
        #expect(SkinnyFraming.next(glued.span) == .complete(length: 20))
    }

    @Test("every cut waits for the rest, and never for too much")
    func cuts() {
        for count in 0..<Self.offHook.count {
            let cut = Array(Self.offHook[..<count])
            #expect(SkinnyFraming.next(cut.span) == .needMore(atLeast: count < 4 ? 4 - count : 20 - count))
        }
    }

    @Test(
        "a length that can not be is where the framing is lost", arguments: [0, 1, 2, 3, 8193, 0xffff_ffff] as [UInt32])
    func lost(_ length: UInt32) {
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: length >> UInt32(8 * $0)) }
        let problem = length < 4 ? WireError.Problem.invalid : .tooLong
        #expect(SkinnyFraming.next(bytes.span) == .malformed(WireError(.skinny, .length, problem, at: 0)))
    }

    @Test("the longest message is whole, the shortest too")
    func limits() {
        let longest = bytes(hex: "00200000 00000000 78560000") + [UInt8](repeating: 7, count: 8188)
        #expect(SkinnyFraming.next(longest.span) == .complete(length: 8200))
        let cut = Array(longest[..<8199])
        #expect(SkinnyFraming.next(cut.span) == .needMore(atLeast: 1))
    }

    @Test("a message is not read from more or fewer bytes than it has")
    func reading() {
        for count in 0..<Self.offHook.count {
            let cut = Array(Self.offHook[..<count])
            let error = wireError { () throws(WireError) in try SkinnyMessage.read(cut.span) }
            #expect(error?.layer == .skinny && error?.problem == .truncated)
        }
        let more = Self.offHook + [0]
        let error = wireError { () throws(WireError) in try SkinnyMessage.read(more.span) }
        #expect(error == WireError(.skinny, .length, .invalid, at: 0))
    }
}
