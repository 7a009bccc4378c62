import ConfigLanguage
import Inspection
import TLSTestSupport
import TestSupport
import Testing
import Wire

@testable import Box

/// A Skinny phone that speaks TLS, and a server that speaks in clear, through the box's own hands.
@Suite struct SkinnyStreamTests {
    private static let name = "SEP002155554502"

    private func state(_ id: UInt32, _ words: [(Int, UInt32)], length: Int) -> [UInt8] {
        var message = SkinnyBytes(id, version: 20, length: length)
        for (offset, word) in words { message.put(word, at: offset) }
        return message.all
    }

    private func read(_ socket: TestSocket, _ count: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            guard let more = socket.read(count - bytes.count), !more.isEmpty else { return nil }
            bytes += more
        }
        return bytes
    }

    @Test func aCallIsGivenKeysOnItsWayToThePhone() throws {
        let calls = try CallSite(.skinny)
        try calls.start()
        let phone = try calls.phone()
        try #require(phone.shakeHands(), "\(phone.reasons)")
        let server = try calls.server.accept()

        let register = SkinnyBytes.register(Self.name, version: 20).all
        #expect(phone.write(register))
        let registered = try #require(read(server, register.count))
        #expect(registered[..<36] == register[..<36] && registered[36..<40] == [127, 0, 0, 1])
        let accepted = state(0x81, [(0, 30), (16, 20)], length: 24)
        try server.write(accepted)
        #expect(phone.read(exactly: accepted.count) == accepted)

        let opening = state(0x105, [(0, 16), (4, 77), (12, 4), (24, 5)], length: 136)
        try server.write(opening)
        let opened = try #require(phone.read(exactly: opening.count))
        let message = try SkinnyMessage.read(opened.span)
        guard case .key(.aesCM128HMACSHA1x32, _) = message.encryption else {
            Issue.record("no key: \(hexDifference(opening, opened))")
            return
        }
        let acknowledgment = state(0x22, [(24, 20_000), (28, 77), (32, 5)], length: 40)
        #expect(phone.write(acknowledgment))
        let answer = try #require(read(server, acknowledgment.count))
        let acknowledged = try SkinnyMessage.read(answer.span)
        #expect(acknowledged.address(.ipAddr) == IPAddress(v4: 0xc000_0219))

        phone.finish()
        #expect(server.readToEnd() == [])
        server.finish()
        _ = calls.story(until: "closed")
        let left = try #require(calls.stop())
        #expect(left.streams == 0 && left.counters.skinny.keysMade == 1 && left.counters.skinny.registrations == 1)
        #expect(left.counters.media.sessionsOpened == left.counters.media.sessionsClosed)
    }
}
