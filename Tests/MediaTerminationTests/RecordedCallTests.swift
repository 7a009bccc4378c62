import Capture
import MediaTermination
import MediaTestSupport
import TestSupport
import Testing
import Wire

/// Recorded calls whose keys are known, where they stand next to the checkout: what real phones and proxies sent
/// authenticates, every packet of it, and with no other key.
@Suite("Recorded SRTP")
struct RecordedCallTests {
    struct RecordedLeg: Sendable, CustomTestStringConvertible {
        var name: String
        var key: String
        var packets: Int
        var testDescription: String { name }
    }

    private static let folder: String? = {
        let root = TestFiles.repositoryRoot()
        return ["/../shared/captures/srtp", "/../../shared/captures/srtp"].map { root + $0 }
            .first { !TestFiles.list($0).isEmpty }
    }()

    private static let alice = "9sOd+W72ilwfNgNt0FzlGYj6YZPMqN1sJJx43UuS"
    private static let bob = "NhqBK/JjtVJgmOgPyDKpvMTEjvFCQ4eiyVQelF6x"

    static let recordings =
        folder == nil
        ? []
        : [
            RecordedLeg(name: "rtpproxy_alice_srtp.pcap", key: alice, packets: 1556),
            RecordedLeg(name: "rtpproxy_alice_srtp_out.pcap", key: alice, packets: 1556),
            RecordedLeg(name: "rtpproxy_bob_srtp.pcap", key: bob, packets: 1564),
            RecordedLeg(name: "rtpproxy_bob_srtp_out.pcap", key: bob, packets: 1562),
        ]

    @Test(
        "every packet authenticates with its key, and none with another", arguments: recordings,
        SRTPSession.Implementation.allCases)
    func calls(_ recording: RecordedLeg, _ implementation: SRTPSession.Implementation) throws {
        let packets = try Self.payloads(recording.name).map(\.bytes)
        let other = recording.key == Self.alice ? Self.bob : Self.alice
        #expect(try accepted(packets, Self.key(recording.key), implementation) == recording.packets)
        #expect(try accepted(packets, Self.key(other), implementation) == 0)
    }

    static let signalledCalls = folder == nil ? [] : ["voipshark_SIP-SRTP_sdes.pcap"]

    /// Four streams of two calls, and the keys stand in the signalling.
    @Test("each stream authenticates with one of the keys that its signalling offers", arguments: signalledCalls)
    func offeredKeys(_ name: String) throws {
        let payloads = try Self.payloads(name)
        let keys = Self.keysOffered(in: try TestFiles.read("\(Self.folder ?? "")/\(name)"))
        #expect(keys.count >= 4)
        var streams: [UInt32: [[UInt8]]] = [:]
        var controls: [UInt32: [[UInt8]]] = [:]
        for (port, bytes) in payloads where port != 5060 {
            switch MediaPacketKind.of(bytes.span) {
            case .rtp where bytes.count >= 12: streams[bytes.span.uint32(at: 8), default: []].append(bytes)
            case .rtcp where bytes.count >= 8: controls[bytes.span.uint32(at: 4), default: []].append(bytes)
            default: break
            }
        }
        // Something else looks like RTP ten times.
        streams = streams.filter { $0.value.count > 100 }
        #expect(streams.count == 4)
        for (ssrc, packets) in streams {
            #expect(packets.count == 1135)
            let counts = try keys.map { try accepted(packets, $0, .own) }
            #expect(counts.sorted().suffix(2) == [0, 1135], "\(ssrc)")
            guard let place = counts.firstIndex(of: 1135) else { continue }
            var receiver = try SRTPSession(
                suite: .aesCM128HMACSHA1x80, masterKey: keys[place], direction: .unprotect)
            for control in controls[ssrc, default: []] {
                let plain = try receiver.work(on: control, .rtcp).get()
                var walk = RTCPPackets()
                while try walk.next(plain.span) != nil {}
            }
        }
        #expect(controls.values.reduce(0) { $0 + $1.count } >= 20)
    }

    private func accepted(
        _ packets: [[UInt8]], _ key: SRTPMasterKey, _ implementation: SRTPSession.Implementation
    ) throws -> Int {
        var receiver = try SRTPSession(
            suite: .aesCM128HMACSHA1x80, masterKey: key, direction: .unprotect, implementation: implementation)
        var count = 0
        for packet in packets {
            guard case .success(let plain) = receiver.work(on: packet) else { continue }
            count += 1
            _ = try RTPHeader.decode(plain.span).payload(in: plain.span)
        }
        return count
    }

    /// The UDP payloads of a recording, each with its lower port.
    private static func payloads(_ name: String) throws -> [(port: UInt16, bytes: [UInt8])] {
        var reader = try CaptureReader(bytes: TestFiles.read("\(folder ?? "")/\(name)"))
        var payloads: [(UInt16, [UInt8])] = []
        while let record = try reader.next() {
            let linkType = record.linkType
            reader.withFrame { frame in
                guard let link = try? LinkFrame.decode(frame.span, linkType) else { return }
                let packet = frame.span.extracting(droppingFirst: link.payloadOffset)
                guard let ip = try? IPHeader.decode(packet), ip.transport == .udp,
                    let udp = try? UDPHeader.decode(packet, ip), udp.payload.upperBound <= packet.count
                else { return }
                payloads.append((min(udp.sourcePort, udp.destinationPort), packet.bytes(in: udp.payload)))
            }
        }
        return payloads
    }

    /// What stands behind `inline:` anywhere, when it is a key of 30 bytes.
    private static func keysOffered(in bytes: [UInt8]) -> [SRTPMasterKey] {
        let mark = Array("inline:".utf8)
        var texts: Set<String> = []
        for start in bytes.indices.dropLast(mark.count + 40) where bytes[start] == mark[0] {
            guard bytes[start..<start + mark.count].elementsEqual(mark) else { continue }
            let text = bytes[(start + mark.count)..<(start + mark.count + 40)]
            texts.insert(String(decoding: text, as: UTF8.self))
        }
        return texts.sorted().compactMap { try? key($0) }
    }

    /// Base 64 without padding (RFC 4648 section 4): 40 digits are 30 bytes.
    private static func key(_ text: String) throws -> SRTPMasterKey {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var bytes: [UInt8] = []
        var word = 0
        for (index, digit) in text.utf8.enumerated() {
            guard let value = alphabet.firstIndex(of: digit) else { throw SRTPFailure.setupFailed }
            word = word << 6 | value
            guard index % 4 == 3 else { continue }
            bytes += [16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
            word = 0
        }
        guard let key = SRTPMasterKey(bytes, for: .aesCM128HMACSHA1x80) else { throw SRTPFailure.setupFailed }
        return key
    }
}
