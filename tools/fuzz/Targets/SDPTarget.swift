import TestSupport
import Wire

/// The whole input is one session description.
func sdpPromise(_ input: Span<UInt8>) -> String? {
    let bytes = input.bytes(in: 0..<input.count)
    guard let sdp = try? SDP.read(bytes) else { return nil }
    if let promise = linesPromise(sdp) ?? attributesPromise(sdp) { return promise }
    var edits = EditList()
    for media in sdp.media {
        edits.setPort(of: media, to: 7)
        edits.setProfile(of: media, to: .rtpSAVP)
        edits.append(line: "a=added", to: media, of: sdp)
        if let address = media.connections.first { edits.setAddress(of: address, to: IPAddress(high: 1, low: 2)) }
    }
    guard let ordered = try? edits.ordered(within: bytes.count) else { return "changes have a conflict" }
    do throws(SDPError) {
        let again = try SDP.read(ByteEdit.apply(ordered, to: bytes))
        let isRight = again.media.count == sdp.media.count && again.lines.count == sdp.lines.count + sdp.media.count
        return isRight && again.media.allSatisfy { $0.port == 7 && $0.profile == .rtpSAVP }
            ? nil : "a change changed what else there is"
    } catch {
        return error.reason == .tooManyLines || error.reason == .lineTooLong ? nil : "a change broke it: \(error)"
    }
}

private func linesPromise(_ sdp: SDP) -> String? {
    var end = 0
    for line in sdp.lines {
        guard line.range.lowerBound == end, line.value.lowerBound == end + 2,
            line.value.upperBound <= line.range.upperBound
        else { return "a line is out of place" }
        end = line.range.upperBound
    }
    var next = sdp.sessionLines.upperBound
    for media in sdp.media {
        guard media.lines.lowerBound == next, !media.lines.isEmpty else { return "a section is out of place" }
        next = media.lines.upperBound
    }
    return next == sdp.lines.count ? nil : "the sections do not reach to the end"
}

private func attributesPromise(_ sdp: SDP) -> String? {
    _ = sdp.description
    for media in sdp.media {
        _ = (sdp.direction(of: media), sdp.connection(of: media), sdp.formats(of: media))
    }
    for attribute in sdp.attributes(in: 0..<sdp.lines.count) {
        _ = try? sdp.rtpMap(attribute)
        _ = try? sdp.formatParameters(attribute)
        _ = try? sdp.rtcp(attribute)
        _ = try? sdp.candidate(attribute)
        _ = try? sdp.fingerprint(attribute)
        _ = try? sdp.setup(attribute)
        guard let crypto = try? sdp.crypto(attribute), let suite = crypto.suite else { continue }
        guard let key = crypto.keys.first else { return "a known suite without a key" }
        let line = "v=0\r\n" + SDPCrypto.line(tag: crypto.tag, suite, key.master)
        let again = try? SDP.read(Array(line.utf8))
        let read = again.flatMap { sdp in
            sdp.attribute(.crypto, in: sdp.sessionLines).flatMap { try? sdp.crypto($0) }
        }
        guard read?.keys.map(\.master) == [key.master] else { return "a key was not written as it was read" }
    }
    return nil
}

func sdpSeeds() -> [FuzzTarget.Seed] {
    [
        .init(name: "plain", bytes: Array(SampleSIP.sdp.utf8)),
        .init(name: "secure", bytes: Array(SampleSIP.secureSDP.utf8)),
    ]
}
