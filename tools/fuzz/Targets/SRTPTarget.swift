import MediaTermination
import MediaTestSupport
import TestSupport
import Wire

/// The first byte picks the suite. The rest are packets, each behind two bytes: whether it is RTCP, and its length. The
/// transform must still take a good packet afterwards, and do with them what libsrtp does.
func srtpPromise(_ input: Span<UInt8>) -> String? {
    guard input.count > 0 else { return nil }
    let suite = SRTPSuite.allCases[Int(input[0]) % SRTPSuite.allCases.count]
    do {
        return try srtpPromise(input.extracting(droppingFirst: 1), suite)
    } catch {
        return "no session: \(error)"
    }
}

private func srtpPromise(_ packets: Span<UInt8>, _ suite: SRTPSuite) throws -> String? {
    let key = try suite.key(fuzzedKey)
    var own = try SRTPSession(suite: suite, masterKey: key, direction: .unprotect)
    var steps: [(packet: [UInt8], kind: SRTPSession.Packet, result: TransformResult)] = []
    var offset = 0
    while packets.count - offset >= 2 {
        let kind: SRTPSession.Packet = packets[offset] & 1 == 0 ? .rtp : .rtcp
        let start = offset + 2
        let end = min(start + Int(packets[offset + 1]), packets.count)
        let packet = packets.bytes(in: start..<end)
        steps.append((packet, kind, own.work(on: packet, kind)))
        offset = end
    }
    return try stillWorks(&own, suite) ?? comparisonPromise(steps, suite)
}

/// A session of libsrtp's takes longer to make than all the rest: it is asked where something was accepted.
private func comparisonPromise(
    _ steps: [(packet: [UInt8], kind: SRTPSession.Packet, result: TransformResult)], _ suite: SRTPSuite
) throws -> String? {
    let isAccepted = steps.contains { step in
        if case .success = step.result { true } else { false }
    }
    guard isAccepted else { return nil }
    var reference = try SRTPSession(
        suite: suite, masterKey: suite.key(fuzzedKey), direction: .unprotect, implementation: .libsrtp)
    for step in steps {
        let expected = reference.work(on: step.packet, step.kind)
        guard step.result == expected else { return "\(step.result) where libsrtp says \(expected)" }
    }
    return nil
}

private func stillWorks(_ receiver: inout SRTPSession, _ suite: SRTPSuite) throws -> String? {
    // From a source that no seed has.
    let plain = RTPBytes(1, ssrc: 0xfeed_beef, payload: [1, 2, 3, 4]).bytes
    var sender = try SRTPSession(suite: suite, masterKey: suite.key(fuzzedKey), direction: .protect)
    let protected = try sender.work(on: plain).get()
    return receiver.work(on: protected) == .success(plain) ? nil : "a good packet was refused"
}

private let fuzzedKey: UInt64 = 0x5eed

func srtpSeeds() -> [FuzzTarget.Seed] {
    SRTPSuite.allCases.compactMap { suite in
        guard let bytes = try? srtpSeed(suite) else { return nil }
        return .init(name: suite.name, bytes: bytes)
    }
}

/// Two packets out of order across the rollover, one of them twice, and a report.
private func srtpSeed(_ suite: SRTPSuite) throws -> [UInt8] {
    var sender = try SRTPSession(suite: suite, masterKey: suite.key(fuzzedKey), direction: .protect)
    let packets = try [UInt16(65_535), 0].map { number in
        try sender.work(on: RTPBytes(number, payload: [UInt8](repeating: 0xd5, count: 24)).bytes).get()
    }
    let report = try sender.work(on: RTCPBytes.receiverReport(0x1122_3344, about: [6]), .rtcp).get()
    let number = UInt8(SRTPSuite.allCases.firstIndex(of: suite) ?? 0)
    let parts = [(UInt8(0), packets[0]), (0, packets[1]), (0, packets[0]), (1, report)]
    return [number] + parts.flatMap { [$0.0, UInt8($0.1.count)] + $0.1 }
}
