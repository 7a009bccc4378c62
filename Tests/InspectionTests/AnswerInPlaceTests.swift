import ConfigLanguage
import TestSupport
import Testing
import Wire

@testable import Inspection

/// What the engine answers may leave in place of the packet that asked.
@Suite struct AnswerInPlaceTests {
    private let outside = InterfaceIndex(1)
    private let inside = InterfaceIndex(0)

    private func asked() throws -> Engine {
        var settings = EngineSettings()
        settings.trustList = PhoneLab.trustList
        let configuration = try Configuration.phoneProxy()
        #expect(configuration.interfaces.map(\.name) == ["inside", "outside"])
        var engine = Engine(configuration, settings)
        var request = BootingPhone(try address("98.208.49.30"), server: try endpoint("10.10.0.26:69"))
            .request(TFTPBytes.readRequest("CTLSEP001DA2010070.tlv", mode: "octet", options: []))
        var span = request.mutableSpan
        let verdict = engine.process(&span, from: outside, at: Timestamp(seconds: 1))
        #expect(verdict.action == .consume)
        return engine
    }

    @Test func theOnlyPacketIsTakenOnce() throws {
        var engine = try asked()
        var other = try asked()
        let packet = try #require(other.takeReleases().first).packet
        var room = [UInt8](repeating: 0, count: 1500)
        var span = room.mutableSpan
        let length = engine.takeAnswer(leavingBy: outside, into: &span)
        #expect(length == packet.count)
        #expect(Array(room[..<packet.count]) == packet)
        let isLeft = engine.hasReleases
        #expect(!isLeft)
        var again = room.mutableSpan
        let second = engine.takeAnswer(leavingBy: outside, into: &again)
        #expect(second == nil)
    }

    @Test func itStaysWhereItDoesNotLeaveThereOrHasNoRoom() throws {
        var engine = try asked()
        var room = [UInt8](repeating: 0, count: 1500)
        var span = room.mutableSpan
        let elsewhere = engine.takeAnswer(leavingBy: inside, into: &span)
        #expect(elsewhere == nil)
        var short = [UInt8](repeating: 0, count: 100)
        var little = short.mutableSpan
        let cut = engine.takeAnswer(leavingBy: outside, into: &little)
        #expect(cut == nil)
        #expect(short.allSatisfy { $0 == 0 })
        let left = engine.takeReleases()
        #expect(left.count == 1)
    }
}
