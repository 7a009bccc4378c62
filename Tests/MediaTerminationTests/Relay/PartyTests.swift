import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// Where a party is: learned from what it proves, never from what anybody says.
@Suite struct PartyTests {
    private let elsewhere = "203.0.113.66:4444"

    private func bench() throws -> (RelayBench, SecureParty) {
        let bench = try RelayBench()
        bench.open(try .secureToPlain())
        return (bench, try MediaSessionPlan.phone())
    }

    private func whereToSend(_ bench: RelayBench, _ sequence: Int) throws -> String? {
        try bench.receive(from: Place.desk, to: Place.inside, rtp(sequence, ssrc: 2))
        return bench.outside.take().first.flatMap { SentDatagram($0) }?.destination
    }

    @Test func theFirstAuthenticatedPacketSaysWhereAPhoneIs() throws {
        let (bench, phone) = try bench()
        #expect(try whereToSend(bench, 1) == nil)
        #expect(bench.drops(.srtpClientPortNotPresent) == 1)
        let forger = try SecureParty(sends: try mediaKey(99), receives: try mediaKey(99))
        try bench.receive(from: elsewhere, to: Place.outside, try forger.seal(rtp(1)))
        try bench.receive(from: elsewhere, to: Place.outside, rtp(1))
        #expect(bench.drops(.srtpValidateAuthTagFailed) == 2)
        #expect(try whereToSend(bench, 2) == nil)
        #expect(bench.reports().isEmpty)
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        #expect(try whereToSend(bench, 3) == Place.phone)
        #expect(bench.reports() == [.secured(.a), .peerLearned(.a, .rtp, try endpoint(Place.phone))])
        #expect(bench.statistics()?.a.isSecured == true)
        #expect(bench.statistics()?.a.peer == (try endpoint(Place.phone)))
    }

    @Test func anAddressThatIsSignalledServesUntilThen() throws {
        let (bench, phone) = try bench()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.peer = try endpoint("69.181.112.219:700")
        bench.update(plan)
        #expect(try whereToSend(bench, 1) == "69.181.112.219:700")
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        #expect(try whereToSend(bench, 2) == Place.phone)
        // What it proved counts for more than what is said later.
        plan.a.peer = try endpoint("69.181.112.219:800")
        bench.update(plan)
        #expect(try whereToSend(bench, 3) == Place.phone)
    }

    @Test func onlyAnAuthenticatedPacketMovesAPhone() throws {
        let (bench, phone) = try bench()
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        bench.pass(milliseconds: 300)
        // A forger who knows the source, and one who sends again what the phone has sent.
        try bench.receive(from: elsewhere, to: Place.outside, rtp(2) + [UInt8](repeating: 0, count: 10))
        let genuine = try phone.seal(rtp(2))
        try bench.receive(from: Place.phone, to: Place.outside, genuine)
        try bench.receive(from: elsewhere, to: Place.outside, genuine)
        #expect(bench.drops(.srtpValidateAuthTagFailed) == 1)
        #expect(bench.drops(.rtpSequenceNumberOutOfRange) == 1)
        #expect(try whereToSend(bench, 1) == Place.phone)
        _ = bench.reports()
        try bench.receive(from: "98.208.49.31:1024", to: Place.outside, try phone.seal(rtp(3)))
        #expect(try whereToSend(bench, 2) == "98.208.49.31:1024")
        let (old, new) = (try endpoint(Place.phone), try endpoint("98.208.49.31:1024"))
        #expect(bench.reports() == [.peerMoved(.a, .rtp, from: old, to: new)])
    }

    @Test func aStragglerDoesNotMoveAPhoneBack() throws {
        let (bench, phone) = try bench()
        let late = try phone.seal(rtp(1))
        let next = try phone.seal(rtp(2))
        let moved = try phone.seal(rtp(3))
        try bench.receive(from: Place.phone, to: Place.outside, next)
        bench.pass(milliseconds: 300)
        try bench.receive(from: "98.208.49.31:1024", to: Place.outside, moved)
        bench.pass(milliseconds: 300)
        try bench.receive(from: Place.phone, to: Place.outside, late)
        #expect(bench.inside.take().count == 3)
        #expect(try whereToSend(bench, 1) == "98.208.49.31:1024")
    }

    @Test func packetsFromTwoPlacesDoNotMakeAPhoneFly() throws {
        let (bench, phone) = try bench()
        for sequence in 1...20 {
            let source = sequence.isMultiple(of: 2) ? Place.phone : "98.208.49.31:1024"
            try bench.receive(from: source, to: Place.outside, try phone.seal(rtp(sequence)))
        }
        #expect(bench.inside.take().count == 20)
        #expect(bench.reports().count == 2)
    }

    @Test func aFloodFromElsewhereIsRefusedBeforeItIsAuthenticated() throws {
        let (bench, phone) = try bench()
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        for number in 0..<1000 {
            let forged = rtp(number, ssrc: UInt32(number) + 5) + [UInt8](repeating: 1, count: 10)
            try bench.receive(from: elsewhere, to: Place.outside, forged)
        }
        #expect(bench.drops(.srtpValidateAuthTagFailed) == UInt64(LegChannel.strangersPerSecond))
        #expect(bench.drops(.rtpSSRCMismatch) == 1000 - UInt64(LegChannel.strangersPerSecond))
        // A phone that moves in the middle of it keeps its source, and is heard.
        bench.pass(milliseconds: 300)
        try bench.receive(from: "98.208.49.31:1024", to: Place.outside, try phone.seal(rtp(2)))
        #expect(bench.inside.take().count == 2)
        #expect(try whereToSend(bench, 1) == "98.208.49.31:1024")
        // And the next second, one with a new source as well.
        bench.tend()
        try bench.receive(from: "98.208.49.32:1024", to: Place.outside, try phone.seal(rtp(9, ssrc: 0x2222_2222)))
        #expect(try whereToSend(bench, 2) == "98.208.49.32:1024")
    }

    @Test func aPlainPartyIsWhereThePlanSays() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        bench.open(plan)
        for source in ["10.10.0.16:5001", "10.10.0.17:5000"] {
            try bench.receive(from: source, to: Place.outside, rtp(1))
        }
        #expect(bench.drops(.srtpNoRemotePhoneProxyIP) == 2)
        #expect(bench.inside.take().isEmpty)
        plan.a.peer = try endpoint("10.10.0.17:5000")
        bench.update(plan)
        try bench.receive(from: "10.10.0.17:5000", to: Place.outside, rtp(1))
        #expect(bench.inside.take().count == 1)
        #expect(try whereToSend(bench, 1) == "10.10.0.17:5000")
    }

    @Test func aPlainPartyBehindTranslationIsPinnedByItsFirstPacket() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        plan.a.peer = nil
        plan.a.learnsPeer = true
        bench.open(plan)
        try bench.receive(from: "10.10.0.16:6000", to: Place.outside, [0x80, 0])
        try bench.receive(from: "10.10.0.16:7000", to: Place.outside, rtp(1))
        bench.pass(milliseconds: 1000)
        try bench.receive(from: "10.10.0.16:8000", to: Place.outside, rtp(2))
        #expect(bench.inside.take().count == 1)
        #expect(bench.drops(.srtpNoRemotePhoneProxyIP) == 1)
        #expect(try whereToSend(bench, 1) == "10.10.0.16:7000")
        #expect(bench.reports() == [.peerLearned(.a, .rtp, try endpoint("10.10.0.16:7000"))])
    }

    @Test func controlPacketsAreLearnedByThemselves() throws {
        let (bench, phone) = try bench()
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        try bench.receive(from: "192.0.2.101:20001", to: "192.0.2.25:40113", rtcp(ssrc: 2))
        #expect(bench.drops(.srtpClientPortNotPresent) == 1)
        try bench.receive(from: "98.208.49.30:9999", to: "10.10.0.25:30001", try phone.seal(rtcp(), .rtcp))
        try bench.receive(from: "192.0.2.101:20001", to: "192.0.2.25:40113", rtcp(ssrc: 2))
        #expect(bench.outside.take().first.flatMap { SentDatagram($0) }?.destination == "98.208.49.30:9999")
        #expect(try whereToSend(bench, 1) == Place.phone)
    }
}
