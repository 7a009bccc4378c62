import TestSupport

/// RTP and RTCP of several sources, as real ones send it and worse: gaps, jumps, repeats, steps back, and headers with
/// everything that RFC 3550 allows in them.
public struct RandomTraffic: Sendable {
    private var random: SeededGenerator
    private let ssrcs: [UInt32]
    /// The next packet of each source, rollovers in the upper bits.
    private var indices: [UInt64]
    private let start: [UInt64]
    /// What payloads are cut from.
    private let noise: [UInt8]

    public init(seed: UInt64, sources: Int) {
        var random = SeededGenerator(seed: seed)
        ssrcs = (0..<sources).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        indices = (0..<sources).map { _ in random.next() & 0xffff }
        start = indices
        noise = random.bytes(1024...1024)
        self.random = random
    }

    /// Times that a source's sequence numbers went past 65,535.
    public var rollovers: Int { zip(indices, start).reduce(0) { $0 + Int($1.0 >> 16 - $1.1 >> 16) } }

    public mutating func next() -> [UInt8] {
        let source = Int(random.next() % UInt64(ssrcs.count))
        var number = indices[source]
        switch random.next() % 64 {
        case 0: number += random.next() % 200
        // Below half the range, where a receiver still knows which way.
        case 1: number += random.next() % 30_000
        case 2: number -= min(number, 1)
        case 3: number -= min(number, random.next() % 300)
        default: break
        }
        indices[source] = max(indices[source], number + 1)
        return packet(number, ssrcs[source])
    }

    /// Written by hand, since a test makes hundreds of thousands.
    private mutating func packet(_ number: UInt64, _ ssrc: UInt32) -> [UInt8] {
        let word = random.next()
        let contributors = word & 0x6 == 0 ? word >> 8 & 15 : 0
        let hasExtension = word & 0x18 == 0
        let padding = word & 0xe0 == 0 ? word >> 24 & 31 : 0
        let length = word & 0x700 == 0 ? Int(word >> 32 & 0x1ff) : 160
        var bytes: [UInt8] = []
        bytes.reserveCapacity(700)
        let first = 0x80 | (padding > 0 ? 0x20 : 0) | (hasExtension ? 0x10 : 0) | contributors
        // Payload types that RTCP does not use.
        let second = (word & 1) << 7 | word >> 56 & 63
        append(first << 24 | second << 16 | number & 0xffff, to: &bytes)
        append(number &* 160, to: &bytes)
        append(UInt64(ssrc), to: &bytes)
        for contributor in 0..<contributors { append(contributor, to: &bytes) }
        if hasExtension {
            let words = word >> 16 & 7
            append(0xbede_0000 | words, to: &bytes)
            for _ in 0..<words { append(word, to: &bytes) }
        }
        let start = Int(word >> 44 & 0x1ff)
        bytes += noise[start..<start + length]
        if padding > 0 {
            bytes += noise[..<Int(padding - 1)]
            bytes.append(UInt8(truncatingIfNeeded: padding))
        }
        return bytes
    }

    private func append(_ word: UInt64, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: word >> 24))
        bytes.append(UInt8(truncatingIfNeeded: word >> 16))
        bytes.append(UInt8(truncatingIfNeeded: word >> 8))
        bytes.append(UInt8(truncatingIfNeeded: word))
    }

    /// A report and a description, now and then something else behind them.
    public mutating func nextControl() -> [UInt8] {
        let source = Int(random.next() % UInt64(ssrcs.count))
        var packet = RTCPBytes.senderReport(ssrcs[source], about: Array(ssrcs.prefix(4)))
        packet += RTCPBytes.sourceDescription(ssrcs[source], name: "phone@example.com")
        if random.next() % 4 == 0 { packet += RTCPBytes.packet(204, count: 0, random.bytes(4...60)) }
        return packet
    }
}
