import TestSupport
import Wire

/// One UDP datagram between two ends of a TFTP transfer.
struct TestDatagram {
    var from: UInt16
    var to: UInt16
    var payload: [UInt8]
}

/// One end of a transfer: what it sends when something comes in, and when its time has come.
protocol SimulatedEnd: AnyObject {
    var deadline: Timestamp? { get }
    func start(at now: Timestamp) -> [TestDatagram]
    func take(_ datagram: TestDatagram, at now: Timestamp) -> [TestDatagram]
    func wake(at now: Timestamp) -> [TestDatagram]
}

/// What a link does to the datagrams on it. Reordering follows from a wide range of delays.
struct LinkFaults {
    /// Of a hundred datagrams.
    var lost = 0
    var doubled = 0
    /// Milliseconds.
    var delay = 5...5
}

/// Two ends and a link between them, in simulated time.
final class SimulatedLink {
    private struct Arrival {
        var time: Timestamp
        var isForSecond: Bool
        var datagram: TestDatagram
    }

    let first: any SimulatedEnd
    let second: any SimulatedEnd
    let faults: LinkFaults
    private var generator: SeededGenerator
    private var underWay: [Arrival] = []
    private(set) var now = Timestamp(seconds: 1_000)
    private(set) var sentByFirst = 0
    private(set) var sentBySecond = 0

    init(_ first: any SimulatedEnd, _ second: any SimulatedEnd, _ faults: LinkFaults = LinkFaults(), seed: UInt64 = 1) {
        self.first = first
        self.second = second
        self.faults = faults
        generator = SeededGenerator(seed: seed)
    }

    /// Runs until nothing is under way and neither end waits; `false` where that takes more than an hour or a million
    /// steps.
    func run() -> Bool {
        send(first.start(at: now), byFirst: true)
        send(second.start(at: now), byFirst: false)
        for _ in 0..<1_000_000 {
            let arrival = underWay.indices.min { underWay[$0].time < underWay[$1].time }
            let moments = [arrival.map { underWay[$0].time }, first.deadline, second.deadline].compactMap { $0 }
            guard let moment = moments.min() else { return true }
            now = max(now, moment)
            guard now < Timestamp(seconds: 4_600) else { return false }
            if let arrival, underWay[arrival].time <= now { deliver(underWay.remove(at: arrival)) }
            if let deadline = first.deadline, deadline <= now { send(first.wake(at: now), byFirst: true) }
            if let deadline = second.deadline, deadline <= now { send(second.wake(at: now), byFirst: false) }
        }
        return false
    }

    private func deliver(_ arrival: Arrival) {
        if arrival.isForSecond {
            send(second.take(arrival.datagram, at: now), byFirst: false)
        } else {
            send(first.take(arrival.datagram, at: now), byFirst: true)
        }
    }

    private func send(_ datagrams: [TestDatagram], byFirst: Bool) {
        for datagram in datagrams {
            if byFirst { sentByFirst += 1 } else { sentBySecond += 1 }
            guard Int.random(in: 0..<100, using: &generator) >= faults.lost else { continue }
            let copies = Int.random(in: 0..<100, using: &generator) < faults.doubled ? 2 : 1
            for _ in 0..<copies {
                let delay = Int64(Int.random(in: faults.delay, using: &generator)) * 1_000_000
                underWay.append(
                    Arrival(
                        time: Timestamp(nanoseconds: now.nanoseconds + delay), isForSecond: byFirst,
                        datagram: datagram))
            }
        }
    }
}
