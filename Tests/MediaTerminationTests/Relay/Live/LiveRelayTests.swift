import Glibc
import SystemCalls
import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// The relay between two networks, with real sockets at both ends; as root.
@Suite(.serialized) struct LiveRelayTests {
    /// Tries until it succeeds, for two seconds.
    private func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<200 {
            if try condition() { return true }
            usleep(10_000)
        }
        return false
    }

    @Test(arguments: [1, 4]) func aPhoneWithSRTPAndOneWithRTPHearEachOther(_ workers: Int) throws {
        let network = try MediaNetwork()
        let relay = try network.relay(workers: workers)
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        let desk = try network.inside.enter { try PartySocket("192.0.2.101:20000") }
        let ends = try MediaSessionPlan.phone()
        try relay.open(.secureToPlain())
        for sequence in 0..<200 {
            try phone.send(try ends.seal(rtp(sequence)), to: Place.outside)
            #expect(desk.receive() == rtp(sequence))
            try desk.send(rtp(sequence, ssrc: 2), to: Place.inside)
            let sealed = try #require(phone.receive())
            #expect(try ends.open(sealed) == rtp(sequence, ssrc: 2))
        }
        let session = try #require(relay.statistics(of: 1).first)
        #expect(session.a.received.packets == 200)
        #expect(session.a.sent.packets == 200)
        #expect(session.a.peer == (try endpoint("10.10.0.16:5000")))
        #expect((session.a.lost, session.a.drops.total) == (0, 0))
        // Nearly all went as frames of our own.
        let counters = relay.counters()
        #expect(counters.sent.packets == 400)
        #expect(counters.sentByKernel < 100)
        #expect(counters.ringOverruns == 0)
        relay.close(1)
        #expect(eventually { relay.counters().sessions == 0 })
        let facts = relay.takeReports().map(\.fact)
        #expect(facts.contains(.peerLearned(.a, .rtp, try endpoint("10.10.0.16:5000"))))
        try phone.send(try ends.seal(rtp(200)), to: Place.outside)
        #expect(eventually { relay.counters().drops[.srtpNoMediaSession] == 1 })
    }

    /// A call that stays on the kernel's own way loses nothing either: the neighbour is unknown at first.
    @Test func theFirstPacketsArriveToo() throws {
        let network = try MediaNetwork()
        let relay = try network.relay()
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        let desk = try network.inside.enter { try PartySocket("192.0.2.101:20000") }
        try network.box.ip("neigh", "flush", "dev", "in0")
        try relay.open(.plain())
        for sequence in 0..<3 { try phone.send(rtp(sequence), to: Place.outside) }
        #expect((0..<3).map { _ in desk.receive() } == (0..<3).map { rtp($0) })
        #expect(relay.counters().sentByKernel > 0)
    }

    @Test func aNewLinkAddressIsFollowed() throws {
        let network = try MediaNetwork()
        let relay = try network.relay()
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        let desk = try network.inside.enter { try PartySocket("192.0.2.101:20000") }
        try relay.open(.plain())
        func passes(_ sequence: Int) throws -> Bool {
            try phone.send(rtp(sequence), to: Place.outside)
            return desk.receive(milliseconds: 100) == rtp(sequence)
        }
        // Until frames are our own.
        var sequence = 0
        #expect(
            try eventually {
                sequence += 1
                _ = try passes(sequence)
                let counters = relay.counters()
                return counters.sent.packets > counters.sentByKernel
            })
        try network.inside.ip("link", "set", "eth0", "address", "02:00:00:00:00:77")
        #expect(
            try eventually {
                // The desk phone asks for the box's link address, and so tells its own.
                try network.inside.ip("neigh", "flush", "dev", "eth0")
                try desk.send([0], to: "192.0.2.24:9")
                sequence += 1
                return try passes(sequence)
            })
    }

    @Test func IPv6PassesAsWell() throws {
        let network = try MediaNetwork()
        let relay = try network.relay()
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("[2001:db8:a::16]:5000") }
        let desk = try network.inside.enter { try PartySocket("192.0.2.101:20000") }
        var plan = try MediaSessionPlan.plain()
        plan.a.local = try endpoint("[2001:db8:a::25]:30000")
        plan.a.peer = try endpoint("[2001:db8:a::16]:5000")
        try relay.open(plan)
        for sequence in 0..<20 {
            try phone.send(rtp(sequence), to: "[2001:db8:a::25]:30000")
            #expect(desk.receive() == rtp(sequence))
            try desk.send(rtp(sequence), to: Place.inside)
            #expect(phone.receive() == rtp(sequence))
        }
    }

    @Test func fragmentsAreCounted() throws {
        let network = try MediaNetwork()
        let relay = try network.relay(workers: 2)
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        try relay.open(.plain())
        try phone.send(rtp(1, [UInt8](repeating: 1, count: 3000)), to: Place.outside)
        #expect(eventually { relay.counters().drops[.fragment] == 3 })
    }

    /// Nobody answers for the relay: no ICMP comes back from a port without a session.
    @Test func aClosedPortIsSilent() throws {
        let network = try MediaNetwork()
        let relay = try network.relay()
        defer { relay.stop() }
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        try phone.send(rtp(1), to: "10.10.0.25:31000")
        #expect(phone.receive(milliseconds: 200) == nil)
        #expect(relay.counters().drops[.srtpNoMediaSession] == 1)
    }

    @Test func aDeviceThatComesBackIsUsedAgain() throws {
        let network = try MediaNetwork()
        let relay = try network.relay()
        defer { relay.stop() }
        try relay.open(.plain())
        let phone = try network.outside.enter { try PartySocket("10.10.0.16:5000") }
        let desk = try network.inside.enter { try PartySocket("192.0.2.101:20000") }
        for _ in 0..<2 {
            #expect(
                try eventually {
                    try phone.send(rtp(1), to: Place.outside)
                    return desk.receive(milliseconds: 50) == rtp(1)
                })
            try network.box.ip("link", "del", "out0")
            try network.box.connect(
                "out0", ["10.10.0.24/24", "10.10.0.25/32", "2001:db8:a::25/128"], to: network.outside,
                ["10.10.0.16/24"])
        }
    }

    @Test func manySessionsOpenAndCloseAndAStopEndsThem() throws {
        let network = try MediaNetwork()
        let relay = try network.relay(workers: 2)
        for number in 0..<4000 {
            var plan = try MediaSessionPlan.plain()
            plan.id = UInt64(number)
            plan.a.local = Endpoint(plan.a.local.address, UInt16(20_000 + 2 * number))
            plan.b.local = Endpoint(plan.b.local.address, UInt16(20_000 + 2 * number))
            try relay.open(plan)
        }
        #expect(eventually { relay.counters().sessions == 4000 })
        #expect(relay.statistics().map(\.id) == Array(0..<4000))
        for number in 0..<2000 { relay.close(UInt64(number)) }
        #expect(eventually { relay.counters().sessions == 2000 })
        relay.stop()
        #expect(relay.takeReports().count == 4000)
        #expect(throws: MediaRelayError.stopped) { try relay.open(.plain()) }
        #expect(relay.statistics().isEmpty)
        relay.close(3000)
        relay.stop()
    }

    @Test func aMissingDeviceIsSaidAtTheStart() throws {
        let space = try Namespace("none")
        let address = MediaAddress("out0", try address("10.10.0.25"))
        #expect(throws: MediaRelayError.system(SystemError("network device out0", ENODEV))) {
            try space.enter { _ = try MediaRelay([address]) }
        }
    }
}
