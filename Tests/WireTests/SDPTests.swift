import TestSupport
import Testing
import Wire

/// What stands where in a session description.
@Suite struct SDPTests {
    private let plain: SDP
    private let secure: SDP

    init() throws {
        plain = try SDP.read(Array(SampleSIP.sdp.utf8))
        secure = try SDP.read(Array(SampleSIP.secureSDP.utf8))
    }

    @Test func theSession() throws {
        let origin = try #require(plain.origin)
        #expect(
            [origin.username, origin.sessionID, origin.version].map(plain.text) == [
                "alice", "2890844526", "2890844527",
            ])
        #expect(origin.address.address == IPAddress("192.0.2.2") && plain.text(origin.address.range) == "192.0.2.2")
        #expect(plain.connection?.address == IPAddress("192.0.2.2") && plain.connection?.isIPv6 == false)
        #expect(plain.sessionLines.count == 5 && plain.lines.count == 13)
        #expect(secure.connection == nil && secure.origin?.address.isIPv6 == true)
        #expect(secure.attributes(in: secure.sessionLines).map(\.kind) == [.group, .iceLite])
    }

    @Test func media() throws {
        #expect(secure.media.map(\.kind) == [.audio, .video, .image])
        #expect(secure.media.map(\.port) == [49170, 0, 4000])
        #expect(secure.media.map(\.profile) == [.rtpSAVP, .udpTLSRTPSAVPF, .udptl])
        #expect(secure.media.map { $0.portCount.map(secure.text) } == ["2", nil, nil])
        #expect(secure.text(secure.media[0].portRange) == "49170")
        #expect(secure.text(secure.media[1].profileName) == "UDP/TLS/RTP/SAVPF")
        #expect(secure.formats(of: secure.media[1]).map(secure.text) == ["97", "98"])
        #expect(secure.media.map { secure.direction(of: $0) } == [.recvonly, .sendrecv, .inactive])
        #expect(secure.connection(of: secure.media[0])?.address == IPAddress("2001:db8::2"))
        let group = try #require(secure.connection(of: secure.media[1]))
        #expect(secure.text(group.range) == "233.252.0.1" && group.multicast.map(secure.text) == "127")
        #expect(secure.connection(of: secure.media[2]) == nil)
        #expect(plain.connection(of: plain.media[0]) == plain.connection)
        #expect(plain.formats(of: plain.media[0]).map(plain.text) == ["0", "8", "101"])
        #expect(secure.media.flatMap { Array($0.lines) } == Array(secure.sessionLines.upperBound..<secure.lines.count))
    }

    @Test func profilesHaveTheirSecuredForms() {
        #expect(SDPProfile.rtpAVP.secured == .rtpSAVP && SDPProfile.rtpSAVPF.plain == .rtpAVPF)
        #expect(SDPProfile.udptl.secured == nil && SDPProfile.udpTLSRTPSAVP.plain == nil)
        #expect(SDPProfile.rtpSAVP.isSDES && !SDPProfile.udpTLSRTPSAVP.isSDES && SDPProfile.rtpAVPF.isPlainRTP)
    }

    @Test func attributes() throws {
        let lines = plain.media[0].lines
        let maps = try plain.attributes(in: lines).filter { $0.kind == .rtpMap }.map { try plain.rtpMap($0) }
        #expect(maps.map(\.payloadType) == [0, 8, 101] && maps.map(\.clockRate) == [8000, 8000, 8000])
        #expect(maps.map { plain.text($0.encoding) } == ["PCMU", "PCMA", "telephone-event"])
        let format = try plain.formatParameters(try #require(plain.attribute(.fmtp, in: lines)))
        #expect(plain.text(format.format) == "101" && plain.text(format.parameters) == "0-15")
        let rtcp = try plain.rtcp(try #require(plain.attribute(.rtcp, in: lines)))
        #expect(rtcp.port == 49180 && rtcp.address?.address == IPAddress("192.0.2.3"))
        #expect(plain.attribute(.ptime, in: lines)?.value.map(plain.text) == "20")
        #expect(plain.attribute(.rtcpMux, in: lines) == nil)
        #expect(secure.attribute(.rtcpMux, in: secure.media[0].lines)?.value == nil)
    }

    @Test func whatBelongsToICEAndDTLS() throws {
        let lines = secure.media[1].lines
        let all = secure.attributes(in: lines)
        #expect(all.filter(\.kind.isICE).count == 4)
        let candidates = try all.filter { $0.kind == .candidate }.map { try secure.candidate($0) }
        #expect(candidates.map(\.component) == [1, 2] && candidates.map(\.port) == [8998, 8999])
        #expect(candidates.map(\.address) == [IPAddress("203.0.113.141"), nil])
        #expect(candidates.map { secure.text($0.type) } == ["host", "srflx"])
        #expect(candidates[0].priority == 2_130_706_431 && secure.text(candidates[1].addressRange) == "phone.local")
        let fingerprint = try secure.fingerprint(try #require(secure.attribute(.fingerprint, in: lines)))
        #expect(secure.text(fingerprint.hash) == "sha-256" && secure.text(fingerprint.value).hasPrefix("4A:AD"))
        #expect(try secure.setup(try #require(secure.attribute(.setup, in: lines))) == .actpass)
        let opus = try secure.rtpMap(all[1])
        #expect(opus.parameters.map(secure.text) == "2")
    }

    @Test(
        arguments: [
            ("s=x\r\n", SDPError.Reason.versionMissing), ("", .versionMissing), ("v=1\r\n", .versionMissing),
            ("v=0\r\nv=0\r\n", .versionMissing), ("v=0\r\nx\r\n", .lineMalformed), ("v=0\r\n s=x\r\n", .lineMalformed),
            ("v=0\r\nA=x\r\n", .lineMalformed), ("v=0\r\n\r\ns=x\r\n", .lineMalformed),
            ("v=0\r\ns=x\ry=z\r\n", .lineMalformed), ("v=0\r\ns=\u{0}\r\n", .lineMalformed),
            ("v=0\r\no=a b c IN IP4\r\n", .originMalformed),
            ("v=0\r\no=- 1 1 IN IP4 a\r\no=- 1 1 IN IP4 a\r\n", .originMalformed),
            ("v=0\r\nc=IN IP5 a\r\n", .connectionMalformed),
            ("v=0\r\nc=IN IP4 a\r\nc=IN IP4 a\r\n", .connectionMalformed),
            ("v=0\r\nc=IN IP4 /127\r\n", .connectionMalformed), ("v=0\r\nm=audio 1\r\n", .mediaMalformed),
            ("v=0\r\nm=audio x RTP/AVP 0\r\n", .mediaMalformed), ("v=0\r\nm=audio /2 RTP/AVP 0\r\n", .mediaMalformed),
            ("v=0\r\nm=audio 65536 RTP/AVP 0\r\n", .portOutOfRange),
        ])
    func descriptionsThatAreNone(text: String, reason: SDPError.Reason) {
        let error = sdpError { () throws(SDPError) in try SDP.read(Array(text.utf8)) }
        #expect(error?.reason == reason, "\(String(describing: error))")
    }

    @Test("what is missing, late or unknown is no error", arguments: ["\r\n", "\n"])
    func tolerance(end: String) throws {
        let lines = ["v=0", "t=0 0", "c=IN IP4 host.example.com", "o=a b c IN IP4 d", "z=?", "m=x 0 Y", "a=:"]
        let text = lines.joined(separator: end)
        let sdp = try SDP.read(Array((text + end + end).utf8))
        #expect(sdp.media.map(\.kind) == [.other] && sdp.media[0].profile == .other && sdp.connection?.address == nil)
        #expect(sdp.lineEnd == end && sdp.lines.count == 7)
        let open = try SDP.read(Array("v=0\r\nm=audio 1 RTP/AVP 0".utf8))
        #expect(open.media[0].port == 1)
    }

    @Test(
        arguments: [
            "rtpmap:128 a/1", "rtpmap:0 a", "rtpmap", "fmtp:", "rtcp:x", "rtcp:1 IN", "rtcp:65536", "setup:x",
            "fingerprint:sha", "candidate:1 1 UDP 1 a 1", "candidate:1 1 UDP 1 a 1 x host",
        ])
    func attributesThatAreNone(text: String) throws {
        let sdp = try SDP.read(Array("v=0\r\na=\(text)\r\n".utf8))
        let attribute = try #require(sdp.attributes(in: sdp.sessionLines).first)
        let error = sdpError { () throws(SDPError) in
            switch attribute.kind {
            case .rtpMap: _ = try sdp.rtpMap(attribute)
            case .fmtp: _ = try sdp.formatParameters(attribute)
            case .rtcp: _ = try sdp.rtcp(attribute)
            case .setup: _ = try sdp.setup(attribute)
            case .fingerprint: _ = try sdp.fingerprint(attribute)
            default: _ = try sdp.candidate(attribute)
            }
        }
        #expect(error?.reason == .attributeMalformed)
    }

    @Test func limitsAreReached() {
        func reason(_ line: String, _ count: Int) -> SDPError.Reason? {
            let text = "v=0\r\n" + String(repeating: line + "\r\n", count: count)
            return sdpError { () throws(SDPError) in try SDP.read(Array(text.utf8)) }?.reason
        }
        #expect(reason("a=x", SDPLimits.lines - 1) == nil && reason("a=x", SDPLimits.lines) == .tooManyLines)
        #expect(reason("m=audio 1 RTP/AVP 0", SDPLimits.media) == nil)
        #expect(reason("m=audio 1 RTP/AVP 0", SDPLimits.media + 1) == .tooManyMedia)
        let long = "a=" + String(repeating: "x", count: SDPLimits.line - 2)
        #expect(reason(long, 1) == nil && reason(long + "x", 1) == .lineTooLong)
    }

    @Test("every description cut at any byte is read or refused")
    func truncation() {
        for text in [SampleSIP.sdp, SampleSIP.secureSDP] {
            let bytes = Array(text.utf8)
            for count in 0..<bytes.count {
                guard let sdp = try? SDP.read(bytes, in: 0..<count) else { continue }
                #expect(sdp.lines.last.map { $0.range.upperBound } == count)
            }
        }
    }
}

/// The error that `body` throws; `nil` when it returns.
func sdpError<Value>(_ body: () throws(SDPError) -> Value) -> SDPError? {
    do throws(SDPError) {
        _ = try body()
        return nil
    } catch {
        return error
    }
}
