import TestSupport
import Wire

/// The whole input is one datagram of a media port, read as RTP and as RTCP, whatever it looks like.
func rtpPromise(_ input: Span<UInt8>) -> String? {
    rtpHeaderPromise(input) ?? rtcpPromise(input) ?? trackerPromise(input)
}

private func rtpHeaderPromise(_ input: Span<UInt8>) -> String? {
    guard let header = try? RTPHeader.decode(input) else { return nil }
    guard RTPHeader.length...input.count ~= header.payloadOffset else { return "a payload outside its packet" }
    guard let payload = try? header.payload(in: input) else { return nil }
    guard payload.lowerBound == header.payloadOffset, payload.upperBound <= input.count else {
        return "a payload without its padding is somewhere else"
    }
    guard header.hasPadding || payload.upperBound == input.count else { return "padding that is not there" }
    let kind = MediaPacketKind.of(input)
    return kind == .rtp || kind == .rtcp ? nil : "an RTP packet that looks like \(kind)"
}

private func rtcpPromise(_ input: Span<UInt8>) -> String? {
    var packets = RTCPPackets()
    var end = 0
    do throws(WireError) {
        while let header = try packets.next(input) {
            guard header.packet.lowerBound == end, header.packet.count >= 4 else { return "packets that do not meet" }
            end = header.packet.upperBound
            let body = try header.body(in: input)
            guard header.packet.lowerBound + 4 == body.lowerBound, body.upperBound <= end else {
                return "a body outside its packet"
            }
            guard let report = try? RTCPReport(input, header) else { continue }
            for index in 0..<report.blockCount {
                let lost = report.block(input, index).cumulativeLost
                guard -0x80_0000...0x7f_ffff ~= lost else { return "more lost than 24 bits say" }
            }
        }
    } catch {
        return error.offset <= input.count ? nil : "an error outside the datagram"
    }
    return end == input.count ? nil : "bytes behind the last packet"
}

/// Each four bytes are a sequence number and a time; the numbers add up whatever comes.
private func trackerPromise(_ input: Span<UInt8>) -> String? {
    var tracker = SequenceTracker(clockRate: 8000)
    var offset = 0
    while input.count - offset >= 4 {
        let time = Timestamp(nanoseconds: Int64(input.uint16(at: offset + 2)) << 40)
        tracker.record(
            sequenceNumber: input.uint16(at: offset), timestamp: input.uint32(at: offset), at: time)
        offset += 4
    }
    guard tracker.received == UInt64(offset / 4) else { return "a packet that was not counted" }
    guard tracker.lost <= tracker.expected, tracker.duplicates + tracker.outOfOrder <= tracker.received else {
        return "counts that do not add up"
    }
    return nil
}

func rtpSeeds() -> [FuzzTarget.Seed] {
    var full = RTPBytes(0xfffe, timestamp: 160, payload: [UInt8](repeating: 0xd5, count: 40))
    full.marker = true
    full.contributors = [1, 2]
    full.headerExtension = (0xbede, [7])
    full.padding = 4
    let compound =
        RTCPBytes.senderReport(5, about: [6, 7]) + RTCPBytes.sourceDescription(5, name: "a@example.com")
        + RTCPBytes.goodbye(5)
    let numbers = [65_534, 65_535, 0, 2, 1, 1, 30_000, 30_001].map { UInt16($0) }
    return [
        .init(name: "rtp", bytes: RTPBytes(1, payload: [UInt8](repeating: 0x55, count: 160)).bytes),
        .init(name: "rtp-full", bytes: full.bytes),
        .init(name: "rtcp", bytes: compound),
        .init(name: "rtcp-padded", bytes: RTCPBytes.receiverReport(5, about: [6]) + [0xa0, 203, 0, 1, 0, 0, 0, 4]),
        .init(name: "sequence", bytes: numbers.flatMap { bigEndian($0) + [0, 20] }),
    ]
}
