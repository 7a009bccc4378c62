import Glibc
import MediaTermination
import SystemCalls
import Wire

/// A relay between the two networks of the benchmarks (tools/lib/bench-net.sh), with as many sessions as asked for: a party
/// with SRTP at 198.18.1.2 on eth0, one with RTP at 198.18.2.2 on eth1.
struct MediaSite {
    static let firstPeerPort = 20_000
    static let firstPort = 30_000

    let streams: Int
    private var generator = SystemRandomNumberGenerator()

    init(streams: Int) { self.streams = streams }

    /// Relays for `seconds`, or until SIGTERM. Before, writes the streams for tools/bench.d/media.c to `path`.a and `path`.b,
    /// and calls `ready`.
    mutating func run(_ path: String, seconds: Int, ready: () -> Void) throws -> MediaRelayCounters {
        // Blocked in all threads, and taken by this one.
        var stop = sigset_t()
        unsafe sigemptyset(&stop)
        unsafe sigaddset(&stop, SIGTERM)
        unsafe pthread_sigmask(SIG_BLOCK, &stop, nil)
        let outside = IPAddress(v4: 0xc612_0101)
        let inside = IPAddress(v4: 0xc612_0201)
        let relay = try MediaRelay([MediaAddress("eth0", outside), MediaAddress("eth1", inside)])
        var files: (a: String, b: String) = ("", "")
        for number in 0..<streams {
            let bytes = (0..<30).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            guard let key = SRTPMasterKey(bytes, for: .aesCM128HMACSHA1x80) else { continue }
            try relay.open(plan(number, MediaKey(.aesCM128HMACSHA1x80, key), outside, inside))
            let ports = "\(Self.firstPeerPort + 2 * number) \(Self.firstPort + 2 * number)"
            files.a += "\(ports) \(1000 + number) \(hexadecimal(bytes))\n"
            files.b += "\(ports) \(500_000 + number) -\n"
        }
        try write(files.a, path + ".a")
        try write(files.b, path + ".b")
        // Until every session is open: the answer comes behind them.
        while relay.counters().sessions < streams { usleep(10_000) }
        ready()
        var patience = timespec(tv_sec: seconds, tv_nsec: 0)
        unsafe sigtimedwait(&stop, nil, &patience)
        let counters = relay.counters()
        relay.stop()
        return counters
    }

    private func plan(
        _ number: Int, _ key: MediaKey, _ outside: IPAddress, _ inside: IPAddress
    ) -> MediaSessionPlan {
        let (port, peer) = (UInt16(Self.firstPort + 2 * number), UInt16(Self.firstPeerPort + 2 * number))
        return MediaSessionPlan(
            id: UInt64(number),
            a: MediaLegPlan(
                device: "eth0", local: Endpoint(outside, port), peer: Endpoint(IPAddress(v4: 0xc612_0102), peer),
                protection: .srtp(receive: key, send: key)),
            b: MediaLegPlan(
                device: "eth1", local: Endpoint(inside, port), peer: Endpoint(IPAddress(v4: 0xc612_0202), peer)))
    }

    private func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func write(_ text: String, _ path: String) throws {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw SystemError.last("open \(path)") }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        guard unsafe Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw SystemError.last("write \(path)")
        }
    }
}
