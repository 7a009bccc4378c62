import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// What comes in on one leg leaves by the other.
@Suite struct RelayingTests {
    @Test func plainMediaPassesBothWaysUnchanged() throws {
        let bench = try RelayBench()
        bench.open(try .plain())
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(1))
        try bench.receive(from: Place.desk, to: Place.inside, rtp(9, ssrc: 2))
        let in1 = try #require(bench.inside.take().first.flatMap { SentDatagram($0) })
        #expect((in1.source, in1.destination) == (Place.inside, Place.desk))
        #expect(in1.payload == rtp(1))
        let out1 = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect((out1.source, out1.destination) == (Place.outside, "10.10.0.16:5000"))
        #expect(out1.payload == rtp(9, ssrc: 2))
    }

    @Test(arguments: SRTPSuite.allCases) func protectedMediaIsOpenedAndSealed(_ suite: SRTPSuite) throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone(suite)
        bench.open(try .secureToPlain(suite))
        for sequence in 65_530..<65_545 {
            try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(sequence)))
            try bench.receive(from: Place.desk, to: Place.inside, rtp(sequence, ssrc: 2))
            let toDesk = try #require(bench.inside.take().first.flatMap { SentDatagram($0) })
            #expect(toDesk.payload == rtp(sequence))
            let toPhone = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
            #expect(toPhone.destination == Place.phone)
            #expect(try phone.open(toPhone.payload) == rtp(sequence, ssrc: 2))
        }
        #expect(bench.core.counters.drops.total == 0)
    }

    @Test func twoProtectedPartiesWithDifferentKeysMeetOnOneDevice() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.b = plan.a
        plan.b.local = try endpoint("10.10.0.25:30128")
        plan.b.protection = .srtp(receive: try mediaKey(3), send: try mediaKey(4))
        bench.open(plan)
        let first = try MediaSessionPlan.phone()
        let second = try SecureParty(sends: try mediaKey(3), receives: try mediaKey(4))
        // Each must be heard before it can be spoken to.
        try bench.receive(from: "69.181.112.219:700", to: "10.10.0.25:30128", try second.seal(rtp(1, ssrc: 2)))
        #expect(bench.drops(.srtpClientPortNotPresent) == 1)
        try bench.receive(from: Place.phone, to: Place.outside, try first.seal(rtp(1)))
        let sent = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect((sent.source, sent.destination) == ("10.10.0.25:30128", "69.181.112.219:700"))
        #expect(try second.open(sent.payload) == rtp(1))
    }

    @Test func IPv6IsRelayed() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        plan.a.local = try endpoint("[2001:db8:a::25]:30000")
        plan.a.peer = try endpoint("[2001:db8:1::7]:5000")
        bench.open(plan)
        try bench.receive(from: "[2001:db8:1::7]:5000", to: "[2001:db8:a::25]:30000", rtp(1))
        #expect(bench.inside.take().first.flatMap { SentDatagram($0) }?.payload == rtp(1))
        try bench.receive(from: Place.desk, to: Place.inside, rtp(2))
        let sent = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect((sent.source, sent.destination) == ("[2001:db8:a::25]:30000", "[2001:db8:1::7]:5000"))
    }

    @Test func theTrafficClassStaysAndTheHopCountStartsAnew() throws {
        let bench = try RelayBench()
        bench.open(try .plain())
        var packet = try udp("10.10.0.16:5000", Place.outside, rtp(1))
        packet[1] = 0xb8
        packet[8] = 3
        packet.replaceSubrange(10..<12, with: [0, 0])
        packet.replaceSubrange(10..<12, with: bigEndian(referenceChecksum(Array(packet[..<20]))))
        bench.receive(packet)
        let sent = try #require(bench.inside.take().first)
        #expect(sent[1] == 0xb8)
        #expect(sent[8] == 64)
    }

    @Test func controlPacketsGoByTheOddPorts() throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        bench.open(try .secureToPlain())
        try bench.receive(from: "98.208.49.30:1025", to: "10.10.0.25:30001", try phone.seal(rtcp(), .rtcp))
        let toDesk = try #require(bench.inside.take().first.flatMap { SentDatagram($0) })
        #expect((toDesk.source, toDesk.destination) == ("192.0.2.25:40113", "192.0.2.101:20001"))
        #expect(toDesk.payload == rtcp())
        try bench.receive(from: "192.0.2.101:20001", to: "192.0.2.25:40113", rtcp(ssrc: 2))
        let toPhone = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect((toPhone.source, toPhone.destination) == ("10.10.0.25:30001", "98.208.49.30:1025"))
        #expect(try phone.open(toPhone.payload, .rtcp) == rtcp(ssrc: 2))
        #expect(bench.statistics()?.a.receivedRTCP.packets == 1)
        #expect(bench.statistics()?.a.received.packets == 0)
    }

    @Test func multiplexedControlPacketsShareTheEvenPort() throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.multiplexesRTCP = true
        bench.open(plan)
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtcp(), .rtcp))
        let toDesk = bench.inside.take().compactMap { SentDatagram($0) }
        // The desk phone does not multiplex.
        #expect(toDesk.map(\.destination) == [Place.desk, "192.0.2.101:20001"])
        try bench.receive(from: "192.0.2.101:20001", to: "192.0.2.25:40113", rtcp(ssrc: 2))
        let toPhone = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect((toPhone.source, toPhone.destination) == (Place.outside, Place.phone))
        #expect(try phone.open(toPhone.payload, .rtcp) == rtcp(ssrc: 2))
        // And the odd one is closed.
        try bench.receive(from: Place.phone, to: "10.10.0.25:30001", try phone.seal(rtcp(), .rtcp))
        #expect(bench.drops(.srtpNoMediaSession) == 1)
    }

    /// A session is ordered before its parties hear of it: a packet that finds none may only be quicker than the order.
    @Test func aPacketThatIsQuickerThanItsOrderIsRelayed() throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        let plan = try MediaSessionPlan.secureToPlain()
        bench.core.takeLateOrders = { [unowned bench] _ in
            bench.open(plan)
            return true
        }
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        #expect(bench.drops(.srtpNoMediaSession) == 0)
        #expect(bench.inside.take().count == 1)
    }

    @Test func otherDatagramsAreRelayedAsTheyAre() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        plan.content = .datagrams
        bench.open(plan)
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, [0, 1, 2])
        #expect(bench.inside.take().first.flatMap { SentDatagram($0) }?.payload == [0, 1, 2])
        try bench.receive(from: "10.10.0.16:5001", to: "10.10.0.25:30001", [0, 1, 2])
        #expect(bench.drops(.srtpNoMediaSession) == 1)
        // A call may change from one to the other.
        plan.content = .rtp
        bench.update(plan)
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, [0, 1, 2])
        #expect(bench.drops(.rtpInvalidLength) == 1)
    }

    @Test func aHeldDirectionIsSilentAndControlPacketsPass() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.plain()
        plan.a.receives = false
        bench.open(plan)
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(1))
        try bench.receive(from: "10.10.0.16:5001", to: "10.10.0.25:30001", rtcp())
        #expect(bench.drops(.srtpNoOutputFlow) == 1)
        #expect(bench.inside.take().count == 1)
        try bench.receive(from: Place.desk, to: Place.inside, rtp(1, ssrc: 2))
        #expect(bench.outside.take().count == 1)
        plan.a.receives = true
        plan.a.sends = false
        bench.update(plan)
        try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(2))
        try bench.receive(from: Place.desk, to: Place.inside, rtp(2, ssrc: 2))
        #expect(bench.inside.take().count == 1)
        #expect(bench.outside.take().isEmpty)
        #expect(bench.drops(.srtpNoOutputFlow) == 2)
    }

    @Test func aChangedKeyOpensAtOnceAndTheOldOneForAWhile() throws {
        let bench = try RelayBench()
        let old = try MediaSessionPlan.phone()
        let new = try SecureParty(sends: try mediaKey(5), receives: try mediaKey(6))
        var plan = try MediaSessionPlan.secureToPlain()
        bench.open(plan)
        try bench.receive(from: Place.phone, to: Place.outside, try old.seal(rtp(1)))
        plan.a.protection = .srtp(receive: try mediaKey(5), send: try mediaKey(6))
        bench.update(plan)
        // On its way when the keys changed.
        try bench.receive(from: Place.phone, to: Place.outside, try old.seal(rtp(2)))
        try bench.receive(from: Place.phone, to: Place.outside, try new.seal(rtp(3)))
        #expect(bench.inside.take().compactMap { SentDatagram($0)?.payload } == [rtp(1), rtp(2), rtp(3)])
        try bench.receive(from: Place.desk, to: Place.inside, rtp(1, ssrc: 2))
        let sent = try #require(bench.outside.take().first.flatMap { SentDatagram($0) })
        #expect(try new.open(sent.payload) == rtp(1, ssrc: 2))
        bench.pass(milliseconds: 1000)
        bench.tend()
        try bench.receive(from: Place.phone, to: Place.outside, try old.seal(rtp(4)))
        #expect(bench.inside.take().isEmpty)
        #expect(bench.drops(.srtpValidateAuthTagFailed) == 1)
        // The same key again is no change: the replay window stays.
        bench.update(plan)
        let again = try new.seal(rtp(5))
        try bench.receive(from: Place.phone, to: Place.outside, again)
        bench.update(plan)
        try bench.receive(from: Place.phone, to: Place.outside, again)
        #expect(bench.drops(.rtpSequenceNumberOutOfRange) == 1)
    }

    @Test func aMissingKeyIsSaid() throws {
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.peer = try endpoint(Place.phone)
        plan.a.protection = .srtp(receive: nil, send: nil)
        bench.open(plan)
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(1)))
        try bench.receive(from: Place.desk, to: Place.inside, rtp(1))
        #expect(bench.drops(.srtpOnePartNoKey) == 2)
        plan.a.protection = .srtp(receive: try mediaKey(1), send: try mediaKey(2))
        bench.update(plan)
        try bench.receive(from: Place.phone, to: Place.outside, try phone.seal(rtp(2)))
        #expect(bench.inside.take().count == 1)
    }

    @Test func nothingIsLeftOfClosedSessions() throws {
        let bench = try RelayBench()
        for round in 0..<3 {
            for number in 0..<50 {
                var plan = try MediaSessionPlan.plain()
                plan.id = UInt64(number)
                plan.a.local = Endpoint(plan.a.local.address, UInt16(10_000 + 128 * number))
                plan.b.local = Endpoint(plan.b.local.address, UInt16(10_000 + 128 * number))
                plan.a.peer = Endpoint(IPAddress(v4: UInt32(round << 8 | number) | 0x0a0a_0000), 5000)
                bench.open(plan)
            }
            #expect(bench.core.counters.sessions == 50)
            #expect(bench.core.hops.count == 51)
            for number in 0..<50 { bench.close(UInt64(number)) }
        }
        #expect(bench.core.counters.sessions == 0)
        #expect(bench.core.hops.count == 0)
        #expect(bench.core.sessions.count == 50)
        #expect(bench.core.ports.allSatisfy { table in (0...UInt16.max).allSatisfy { table[$0] == nil } })
        try bench.receive(from: "10.10.0.1:5000", to: "10.10.0.25:10000", rtp(1))
        #expect(bench.drops(.srtpNoMediaSession) == 1)
    }
}
