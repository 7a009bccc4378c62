import Testing
import Wire

@testable import labphone

@Suite struct LinkFaultsTests {
    private func fates(_ settings: LinkFaults.Settings, stream: UInt64 = 7, count: Int = 2000) -> [LinkFaults.Fate] {
        var faults = LinkFaults(settings, stream: stream)
        return (0..<count).map { _ in faults.fate(at: .zero) }
    }

    @Test func theSameSeedDoesTheSame() {
        let settings = LinkFaults.Settings(loss: 0.1, delay: 0.02, reorder: 0.1, seed: 42)
        #expect(fates(settings) == fates(settings))
        var other = settings
        other.seed = 43
        #expect(fates(settings) != fates(other))
        #expect(fates(settings) != fates(settings, stream: 8))
    }

    @Test(arguments: [0, 0.05, 0.5, 1])
    func losesTheShareThatItIsToldTo(loss: Double) {
        let lost = fates(.init(loss: loss), count: 10_000).count { $0 == .lost }
        #expect(abs(Double(lost) / 10_000 - loss) < 0.02, "\(lost) of 10000")
    }

    @Test func delaysAllAndHoldsSomeBack() {
        let settings = LinkFaults.Settings(delay: 0.02, reorder: 0.25, reorderHold: 1.5)
        let times = fates(settings, count: 10_000)
        let held = times.count { $0 == .delivered(at: Timestamp.zero.adding(fraction: 1.52)) }
        let others = times.count { $0 == .delivered(at: Timestamp.zero.adding(fraction: 0.02)) }
        #expect(held + others == 10_000)
        #expect(abs(Double(held) / 10_000 - 0.25) < 0.02, "\(held) of 10000")
    }

    @Test func oneSettingDoesNotMoveTheOther() {
        let lost = fates(.init(loss: 0.1)).indices(of: .lost)
        #expect(fates(.init(loss: 0.1, reorder: 0.3)).indices(of: .lost) == lost)
    }
}

@Suite struct FaultySocketTests {
    /// Keeps what is sent, and has received what it is given.
    private final class MemorySocket: DatagramSocket {
        var sent: [Datagram] = []
        var arrived: [Datagram] = []
        var nextDue: Timestamp? { nil }

        func send(_ datagram: Datagram, now: Timestamp) { sent.append(datagram) }
        func receive(now: Timestamp) -> Datagram? { arrived.isEmpty ? nil : arrived.removeFirst() }
    }

    private let peer = Endpoint(IPAddress(v4: 0x7f00_0001), 69)

    private func datagrams(_ count: Int) -> [Datagram] { (0..<count).map { Datagram([UInt8($0)], peer) } }

    @Test func delaysBothDirections() throws {
        let inner = MemorySocket()
        let socket = FaultySocket(inner, LinkFaults(.init(delay: 1), stream: 0))
        inner.arrived = datagrams(2)
        try socket.send(Datagram([9], peer), now: .zero)
        #expect(try socket.receive(now: .zero) == nil)
        #expect(inner.sent.isEmpty)
        let later = Timestamp(seconds: 1)
        #expect(socket.nextDue == later)
        #expect(try [socket.receive(now: later), socket.receive(now: later)] == datagrams(2))
        #expect(inner.sent == [Datagram([9], peer)])
        #expect(socket.nextDue == nil)
    }

    @Test func losesAndReordersButAddsNothing() throws {
        let inner = MemorySocket()
        let socket = FaultySocket(
            inner, LinkFaults(.init(loss: 0.2, reorder: 0.3, reorderHold: 1, seed: 5), stream: 0))
        for datagram in datagrams(100) { try socket.send(datagram, now: .zero) }
        _ = try socket.receive(now: Timestamp(seconds: 2))
        let sent = inner.sent.flatMap(\.bytes)
        #expect(sent.count == 100 - socket.lost)
        #expect(socket.lost > 0)
        #expect(Set(sent).count == sent.count)
        #expect(sent != sent.sorted(), "nothing was overtaken")
    }
}
