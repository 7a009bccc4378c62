import Glibc
import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// What is dropped, and under which name.
@Suite struct DropTests {
    private func openBench(mtu: Int = 1500, _ change: (inout MediaSessionPlan) -> Void = { _ in }) throws -> RelayBench
    {
        let bench = try RelayBench(mtu: mtu)
        var plan = try MediaSessionPlan.plain()
        change(&plan)
        bench.open(plan)
        return bench
    }

    private func expectOnly(_ reason: MediaDropReason, _ bench: RelayBench, count: UInt64 = 1) {
        #expect(bench.core.counters.drops.nonzero.map(\.reason) == [reason])
        #expect(bench.drops(reason) == count)
        #expect(bench.inside.take().isEmpty)
    }

    @Test func whatIsNoRTP() throws {
        let cases: [([UInt8], MediaDropReason)] = [
            ([], .rtpInvalidLength), (Array(rtp(1).prefix(11)), .rtpInvalidLength),
            ([0x8f] + rtp(1, [1]).dropFirst(), .rtpInvalidLength),
            ([0x90] + rtp(1, [0, 0]).dropFirst(), .rtpInvalidLength),
            ([0x40] + rtp(1).dropFirst(), .rtpInvalidVersion),
            ([0x00, 0x01] + rtp(1).dropFirst(2), .rtpInvalidVersion),
            (rtp(1, payloadType: 72), .rtpInvalidPayloadType), (rtp(1, payloadType: 8), .rtpInvalidPayloadType),
        ]
        for (payload, reason) in cases {
            let bench = try openBench { $0.a.payloadTypes = PayloadTypes([0, 72, 101]) }
            try bench.receive(from: "10.10.0.16:5000", to: Place.outside, payload)
            expectOnly(reason, bench)
        }
    }

    @Test func whatIsNoRTCP() throws {
        let cases: [([UInt8], MediaDropReason)] = [
            ([], .rtcpInvalidLength), ([0x80, 200, 0, 1, 0, 0, 0], .rtcpInvalidLength),
            (rtcp() + [0], .rtcpInvalidLength), (Array(rtcp().dropLast()), .rtcpInvalidLength),
            ([0x40] + rtcp().dropFirst(), .rtcpInvalidVersion),
            ([0x80, 0] + rtcp().dropFirst(2), .rtcpInvalidPayloadType),
        ]
        for (payload, reason) in cases {
            let bench = try openBench()
            try bench.receive(from: "10.10.0.16:5001", to: "10.10.0.25:30001", payload)
            expectOnly(reason, bench)
        }
    }

    @Test func damagedHeaders() throws {
        let whole = try udp("10.10.0.16:5000", Place.outside, rtp(1))
        let damages: [(MediaDropReason, (inout [UInt8]) -> Void)] = [
            (.invalidUDPChecksum, { $0[40] ^= 1 }), (.invalidIPHeader, { $0[8] ^= 1 }),
            (.invalidIPHeader, { $0 = Array($0.prefix(30)) }), (.invalidUDPLength, { $0[25] = 255 }),
            (.invalidUDPLength, { $0[24...25] = [0, 7] }), (.invalidIPHeader, { $0 = [] }),
        ]
        for (reason, damage) in damages {
            let bench = try openBench()
            var packet = whole
            damage(&packet)
            bench.receive(packet)
            expectOnly(reason, bench)
        }
    }

    @Test func aChecksumThatWasNotMadeIsNotVerified() throws {
        let bench = try openBench()
        var packet = try udp("10.10.0.16:5000", Place.outside, rtp(1))
        packet[26] ^= 0xff
        bench.receive(packet, checksum: .trusted)
        packet[26...27] = [0, 0]
        bench.receive(packet)
        // Both leave with a right one.
        #expect(bench.inside.take().compactMap { SentDatagram($0) }.count == 2)
    }

    @Test func fragmentsAndWhatIsTooLong() throws {
        let bench = try openBench()
        let (from, to) = (try address("10.10.0.16"), try address("10.10.0.25"))
        for fragment in try PacketBuilder(from: from, to: to).fragments(
            of: try udp("10.10.0.16:5000", Place.outside, rtp(1)), size: 64)
        {
            bench.receive(fragment)
        }
        expectOnly(.fragment, bench, count: 3)
        let cut = try openBench()
        cut.receive(try udp("10.10.0.16:5000", Place.outside, rtp(1)), isTruncated: true)
        expectOnly(.packetTooBig, cut)
    }

    /// 1,500 bytes that fit as RTP, and with the tag do not.
    @Test func aTagThatDoesNotFitTheLink() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.peer = try endpoint(Place.phone)
        bench.open(plan)
        for (size, isSent) in [(1472 - 12 - 10, true), (1472 - 12 - 9, false)] {
            try bench.receive(from: Place.desk, to: Place.inside, rtp(size, [UInt8](repeating: 1, count: size)))
            #expect(bench.outside.take().isEmpty == !isSent)
        }
        #expect(bench.drops(.packetTooBig) == 1)
        let jumbo = [UInt8](repeating: 1, count: 4000)
        try bench.receive(from: Place.desk, to: Place.inside, rtp(3, jumbo))
        #expect(bench.drops(.packetTooBig) == 2)
    }

    @Test func aRepeatedPacketIsNotSealedTwice() throws {
        let bench = try RelayBench()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.peer = try endpoint(Place.phone)
        bench.open(plan)
        for _ in 0..<3 { try bench.receive(from: Place.desk, to: Place.inside, rtp(1)) }
        #expect(bench.outside.take().count == 1)
        #expect(bench.drops(.rtpSequenceNumberOutOfRange) == 2)
        #expect(bench.statistics()?.b.duplicates == 2)
    }

    @Test func unencryptedControlPacketsOnAProtectedLeg() throws {
        let bench = try RelayBench()
        bench.open(try .secureToPlain())
        try bench.receive(from: Place.phone, to: "10.10.0.25:30001", rtcp())
        #expect(bench.inside.take().isEmpty)
        #expect(bench.core.counters.drops.total == 1)
    }

    @Test func whatTheDeviceAndTheKernelRefuse() throws {
        let bench = try openBench()
        for (error, reason) in [(ENETUNREACH, MediaDropReason.noRoute), (EPERM, .sendFailed)] {
            bench.inside.kernelError = error
            try bench.receive(from: "10.10.0.16:5000", to: Place.outside, rtp(1))
            #expect(bench.drops(reason) == 1)
        }
    }

    @Test func everyReasonHasANameOfItsOwn() {
        let reasons = MediaDropReason.allCases
        #expect(Set(reasons.map(\.name)).count == reasons.count)
        #expect(Set(reasons.map(\.text)).count == reasons.count)
    }

    /// Whatever comes, nothing traps, and every packet is relayed or counted.
    @Test func nothingComesOfNoise() throws {
        var generator = SeededGenerator(seed: 11)
        let bench = try RelayBench()
        let phone = try MediaSessionPlan.phone()
        var plan = try MediaSessionPlan.secureToPlain()
        plan.a.multiplexesRTCP = true
        plan.b.learnsPeer = true
        plan.b.peer = nil
        bench.open(plan)
        for sequence in 0..<20_000 {
            let sealed = try phone.seal(rtp(sequence))
            let template =
                switch sequence % 5 {
                case 0: try udp(Place.phone, Place.outside, sealed)
                case 1: try udp(Place.desk, Place.inside, rtp(sequence))
                case 2: try udp("192.0.2.101:20001", "192.0.2.25:40113", rtcp())
                case 3: try udp("[2001:db8:1::7]:5000", "[2001:db8:a::25]:30000", sealed)
                default: try udp(Place.phone, Place.outside, generator.bytes(0...300))
                }
            bench.receive(generator.mutated(template), checksum: sequence.isMultiple(of: 2) ? .unknown : .trusted)
        }
        let counters = bench.core.counters
        #expect(counters.sent.packets + counters.drops.total == 20_000)
        #expect(counters.drops.total > 10_000)
    }
}
