import ConfigLanguage
import Glibc
import Inspection
import MediaTermination
import SystemCalls
import TestSupport
import Testing
import Wire

@testable import Box

/// Between the media relay and the engine: orders, and what has come of them. The relay works on loopback.
@Suite(.serialized) struct MediaDeskTests {
    private static let address = IPAddress(v4: 0x0a0a_0019)

    private func configuration(global: Bool = false) throws -> Configuration {
        var text = CallTexts.box.replacing("interface eth0", with: "interface lo")
        if global {
            text = text.replacing(" address 192.0.2.25 interface inside\n", with: "")
                .replacing(" address 10.10.0.25 interface outside\n", with: " address 10.10.0.25\n")
        }
        return try BoxTests.configuration(text)
    }

    /// A desk with one device, lo, and nothing else.
    private func desk(_ wake: @escaping @Sendable () -> Void = {}) throws -> MediaDesk {
        var configuration = try configuration(global: true)
        configuration.interfaces.removeLast()
        return try MediaDesk(configuration, settings: MediaRelaySettings(), wake: wake)
    }

    /// Plain legs, on two ports that one worker has.
    private func session(_ number: UInt64, port: UInt16 = 20_000) -> BrainMediaSession {
        BrainMediaSession(
            id: MediaSessionID(number), kind: .audio,
            phone: BrainMediaLeg(interface: outside, local: Endpoint(Self.address, port)),
            far: BrainMediaLeg(interface: outside, local: Endpoint(Self.address, port + 128)), idleLimit: 60)
    }

    @Test func aGlobalAddressCountsOnEachInterface() throws {
        #expect(
            MediaDesk.addresses(try configuration(global: true)).map { "\($0.device) \($0.address)" } == [
                "lo 10.10.0.25", "eth1 10.10.0.25",
            ])
        #expect(
            MediaDesk.addresses(try configuration()).map { "\($0.device) \($0.address)" } == [
                "lo 10.10.0.25", "eth1 192.0.2.25",
            ])
        #expect(MediaDesk.addresses(try BoxTests.configuration()).isEmpty)
    }

    @Test func whatCanNotBeDoneComesBackWithItsReason() throws {
        let desk = try desk()
        defer { desk.stop() }
        #expect(desk.perform([.open(session(1))]).isEmpty)
        var odd = session(3)
        odd.phone.local = Endpoint(Self.address, 20_003)
        let answers = desk.perform([
            .open(session(1)), .open(session(2)), .update(session(9)), .open(odd), .close(MediaSessionID(9)),
            .open(session(4, port: 20_002)),
        ])
        #expect(
            answers.map { if case .failed(let id, let reason) = $0 { "\(id.rawValue): \(reason)" } else { "?" } } == [
                "1: media session 1 is open", "2: 10.10.0.25:20000 is in use by another media leg",
                "9: media session 9 is not open", "3: 20003 is no port for RTP: it must be even",
            ])
        #expect(desk.figures().map(\.id).sorted() == [1, 4])
    }

    @Test func aSessionThatIsClosedReportsItsFiguresOnce() throws {
        let waker = try Waker()
        let desk = try desk { waker.wake() }
        defer { desk.stop() }
        #expect(desk.perform([.open(session(1)), .open(session(2, port: 20_004))]).isEmpty)
        #expect(desk.figures().count == 2)
        #expect(desk.perform([.close(MediaSessionID(1)), .close(MediaSessionID(2))]).isEmpty)
        var closed: [UInt64] = []
        let deadline = MonotonicClock.now + 5_000_000_000
        while closed.count < 2, MonotonicClock.now < deadline {
            var entry = pollfd(fd: waker.descriptor, events: Int16(POLLIN), revents: 0)
            _ = unsafe poll(&entry, 1, 100)
            waker.take()
            for case .statistics(let id, _, _, _) in desk.take().reports { closed.append(id.rawValue) }
        }
        #expect(closed.sorted() == [1, 2])
        #expect(desk.take().reports.isEmpty && desk.take().notes.isEmpty)
        #expect(desk.figures().isEmpty)
    }

    @Test func afterTheEndOrdersAreRefused() throws {
        let desk = try desk()
        desk.stop()
        let answers = desk.perform([.open(session(1))])
        guard case .failed(_, let reason)? = answers.first else {
            Issue.record("\(answers)")
            return
        }
        #expect(reason == "the media relay has stopped")
    }
}
