import TestSupport
import Testing
import Wire

@testable import MediaTermination

/// Which plans are taken.
@Suite struct PlanTests {
    private func registry(_ settings: MediaRelaySettings = MediaRelaySettings()) throws -> SessionRegistry {
        try SessionRegistry(
            [MediaAddress("out0", try address("10.10.0.25")), MediaAddress("in0", try address("192.0.2.25"))],
            settings: settings)
    }

    private func refusal(_ change: (inout MediaSessionPlan) throws -> Void) throws -> MediaRelayError? {
        var registry = try registry()
        var plan = try MediaSessionPlan.plain()
        try change(&plan)
        do throws(MediaRelayError) {
            _ = try registry.open(plan)
            return nil
        } catch {
            return error
        }
    }

    @Test func whatIsRefused() throws {
        #expect(try refusal { _ in } == nil)
        #expect(try refusal { $0.a.local = try endpoint("10.10.0.25:30001") } == .port(30001))
        #expect(try refusal { $0.a.local = try endpoint("10.10.0.25:0") } == .port(0))
        #expect(try refusal { $0.a.local = try endpoint("10.10.0.25:30002") } == .portClasses(30002, 40112))
        let stranger = MediaAddress("in0", try address("10.10.0.25"))
        #expect(try refusal { $0.a.device = "in0" } == .unknownAddress(stranger))
        let v6 = try endpoint("[2001:db8::1]:5000")
        #expect(try refusal { $0.b.peer = v6 } == .peerFamily(v6))
        #expect(
            try refusal {
                $0.content = .datagrams
                $0.a.protection = .srtp(receive: nil, send: nil)
            } == .protectedDatagrams)
        #expect(try refusal { $0.b = $0.a } == .portInUse(try endpoint(Place.outside)))
    }

    @Test func portsAndNumbersAreTakenOnce() throws {
        var settings = MediaRelaySettings()
        settings.sessionLimit = 2
        var registry = try registry(settings)
        let plan = try MediaSessionPlan.plain()
        _ = try registry.open(plan)
        var second = plan
        #expect(throws: MediaRelayError.alreadyOpen(1)) { _ = try registry.open(second) }
        second.id = 2
        second.b.local = try endpoint("192.0.2.25:50096")
        #expect(throws: MediaRelayError.portInUse(try endpoint(Place.outside))) { _ = try registry.open(second) }
        second.a.local = try endpoint("10.10.0.25:30128")
        _ = try registry.open(second)
        var third = second
        third.id = 3
        #expect(throws: MediaRelayError.tooManySessions) { _ = try registry.open(third) }
        #expect(throws: MediaRelayError.legMoved(1)) {
            var moved = plan
            moved.a.local = try endpoint("10.10.0.25:30256")
            _ = try registry.update(moved)
        }
        let closings = [registry.close(1), registry.close(1)]
        #expect(closings == [0, nil])
        #expect(throws: MediaRelayError.notOpen(1)) { _ = try registry.update(plan) }
        third.a.local = plan.a.local
        third.b.local = plan.b.local
        _ = try registry.open(third)
        let stops = [registry.stop(), registry.stop()]
        #expect(stops == [true, false])
        #expect(throws: MediaRelayError.stopped) { _ = try registry.open(plan) }
    }

    @Test func bothPortsOfASessionBelongToOneWorker() throws {
        for workers in [1, 2, 4, 64] {
            for (a, b) in [(UInt16(30000), UInt16(40112)), (2, 130), (65534, 65406)] {
                #expect(MediaRelay.portClass(a) == MediaRelay.portClass(b))
                #expect(Int(a >> 1) & (workers - 1) == Int(b >> 1) & (workers - 1))
                #expect(MediaRelay.portClass(a) == MediaRelay.portClass(a + 1))
            }
        }
    }

    @Test func settingsAreChecked() throws {
        for workers in [0, 3, 65, -1] {
            var settings = MediaRelaySettings()
            settings.workers = workers
            #expect(throws: MediaRelayError.workerCount(workers)) { _ = try SessionRegistry([], settings: settings) }
        }
        let any = MediaAddress("out0", .anyV4)
        #expect(throws: MediaRelayError.address(any)) {
            _ = try SessionRegistry([any], settings: MediaRelaySettings())
        }
    }

    @Test func payloadTypesAreASet() {
        let types = PayloadTypes([0, 63, 64, 101, 127, 200])
        #expect((0...255).filter { types.contains($0) } == [0, 63, 64, 101, 127])
    }
}
