import Testing
import Wire

@testable import labphone

@Suite struct MediaTests {
    @Test func aFrameTellsItsPlaceInTheTone() {
        let tone = ToneFrames(frequency: 431)
        #expect(Set(tone.frames).count == ToneFrames.count)
        for (place, frame) in tone.frames.enumerated() { #expect(tone.place(of: frame) == place) }
        #expect(tone.place(of: [UInt8](repeating: 0xff, count: ToneFrames.frameBytes)) == nil)
    }

    /// ITU-T G.711 table 2a: silence, and the loudest of both signs.
    @Test func silenceIsFF() {
        #expect(ToneFrames(frequency: 431).frames[0][0] == 0xff)
    }

    @Test func packetsAreCountedAcrossTheWrap() {
        var count = ReceptionCount()
        for sequence in [UInt16](65_530...65_535) + [0, 2, 1, 4, 4] { _ = count.count(sequence) }
        #expect(count.received == 10)
        #expect(count.lost == 1)
        #expect(count.outOfOrder == 1)
        #expect(count.duplicates == 1)
    }

    @Test func thePlaceInTheStreamIsKnownAcrossTheWrap() {
        var count = ReceptionCount()
        #expect(count.count(65_535) == 0)
        #expect(count.count(1) == 2)
        #expect(count.count(0) == 1)
        #expect(count.count(0) == nil)
    }

    @Test(arguments: SDESSuite.allCases)
    func onlyTheRightKeyOpensAPacket(_ suite: SDESSuite) throws {
        let key = [UInt8](repeating: 7, count: suite.keyBytes)
        let sending = try #require(MediaCrypto(suite, key: key, .sending))
        let receiving = try #require(MediaCrypto(suite, key: key, .receiving))
        let other = try #require(MediaCrypto(suite, key: [UInt8](repeating: 8, count: suite.keyBytes), .receiving))
        var packet: [UInt8] = [0x80, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4] + [UInt8](repeating: 0x55, count: 160)
        let plain = packet
        packet += [UInt8](repeating: 0, count: MediaCrypto.room)
        let length = try #require(sending.protect(&packet, count: plain.count))
        #expect(Array(packet[..<plain.count]) != plain)
        var copy = packet
        #expect(throws: MediaCrypto.Failure.authentication) { try other.unprotect(&copy, count: length) }
        copy = packet
        #expect(try receiving.unprotect(&packet, count: length) == plain.count)
        #expect(Array(packet[..<plain.count]) == plain)
        #expect(throws: MediaCrypto.Failure.replay) { try receiving.unprotect(&copy, count: length) }
    }

    @Test func aPlanKeepsItsRateAndItsLimit() {
        var plan = CallPlan(calls: 10, simultaneous: 3, rate: 10)
        #expect(plan.mayBegin(underWay: 0, at: 0) == 1)
        plan.hasBegun()
        #expect(plan.mayBegin(underWay: 1, at: 0) == 0)
        #expect(plan.mayBegin(underWay: 1, at: 0.1) == 1)
        #expect(plan.mayBegin(underWay: 3, at: 10) == 0)
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("10.10.0.26", true), ("192.0.2.101", true), ("10.10.1.1", false), ("8.8.8.8", false),
    ])
    func onlyTheLabIsSentTo(_ address: String, _ isAllowed: Bool) throws {
        #expect(LabNetworks.contains(try #require(IPAddress(address))) == isAllowed)
    }
}
