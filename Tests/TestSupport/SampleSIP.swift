/// SIP messages as phones and servers send them.
public enum SampleSIP {
    /// Lines and a body with the line ends and the Content-Length of a real message.
    public static func message(_ lines: [String], body: [UInt8] = [], contentLength: Bool = true) -> [UInt8] {
        let length = contentLength ? ["Content-Length: \(body.count)"] : []
        return Array((lines + length + ["", ""]).joined(separator: "\r\n").utf8) + body
    }

    public static func message(_ lines: [String], body: String) -> [UInt8] { message(lines, body: Array(body.utf8)) }

    /// Plain audio, with RTCP on a port of its own.
    public static let sdp = lines([
        "v=0", "o=alice 2890844526 2890844527 IN IP4 192.0.2.2", "s=-", "c=IN IP4 192.0.2.2", "t=0 0",
        "m=audio 49170 RTP/AVP 0 8 101", "a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000",
        "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20", "a=rtcp:49180 IN IP4 192.0.2.3",
        "a=sendrecv",
    ])

    /// Audio and video with keys, ICE and DTLS beside them.
    public static let secureSDP = lines([
        "v=0", "o=- 1 2 IN IP6 2001:db8::2", "s=call", "t=0 0", "a=group:BUNDLE 0 1", "a=ice-lite",
        "m=audio 49170/2 RTP/SAVP 0", "i=voice", "c=IN IP6 2001:db8::2",
        "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd|2^20|1:4",
        "a=crypto:2 AEAD_AES_256_GCM inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKis= KDR=0 WSH=64",
        "a=crypto:3 F8_128_HMAC_SHA1_80 inline:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwd UNENCRYPTED_SRTCP",
        "a=rtcp-mux", "a=mid:0", "a=recvonly",
        "m=video 0 UDP/TLS/RTP/SAVPF 97 98", "c=IN IP4 233.252.0.1/127", "a=rtpmap:97 H264/90000",
        "a=rtpmap:98 opus/48000/2", "a=setup:actpass",
        "a=fingerprint:sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B",
        "a=ice-ufrag:8hhY", "a=ice-pwd:asd88fgpdd777uzjYhagZg",
        "a=candidate:1 1 UDP 2130706431 203.0.113.141 8998 typ host",
        "a=candidate:2 2 UDP 1694498815 phone.local 8999 typ srflx raddr 203.0.113.141 rport 8998",
        "m=image 4000 udptl t38", "a=T38FaxVersion:0", "a=inactive",
    ])

    public static func lines(_ lines: [String]) -> String { lines.map { $0 + "\r\n" }.joined() }

    /// An INVITE through two proxies, with every header that names a host.
    public static let inviteLines = [
        "INVITE sip:bob@198.51.100.5:5061;transport=tcp SIP/2.0",
        "Via: SIP/2.0/TCP 192.0.2.2:5070;branch=z9hG4bK776asdhds;rport;alias",
        "Via: SIP/2.0/UDP proxy.example.com;branch=z9hG4bK1;received=203.0.113.9;rport=5062, "
            + "SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK2;maddr=233.252.0.7",
        "Record-Route: <sip:p2.example.com;lr>, <sips:[2001:db8::8]:5061;lr;transport=tcp>",
        "Route: <sip:198.51.100.5:5061;lr>",
        "Max-Forwards: 70",
        "From: \"Alice, \\\"Al\\\"\" <sip:alice@example.com>;tag=1928301774",
        "To: Bob <sip:bob@example.com>",
        "Call-ID: a84b4c76e66710@192.0.2.2",
        "CSeq: 314159 INVITE",
        "Contact: <sip:alice@192.0.2.2:5070;transport=tcp>;expires=3600;q=0.7;"
            + "+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-000A95A0E128>\"",
        "Require: 100rel",
        "Supported: replaces, timer , path",
        "Proxy-Authorization: Digest username=\"alice, al\", realm=\"example.com\", nonce=\"f84f1\", response=\"42ce\"",
        "X-Vendor: ;;,,\"anything\"",
        "Content-Type: application/sdp",
    ]
    public static let invite = message(inviteLines, body: sdp)

    /// The same in compact names, with folded lines.
    public static let compactInvite = message(
        [
            "INVITE sip:bob@example.com SIP/2.0",
            "v : SIP / 2.0 / UDP\r\n 192.0.2.2 ;\r\n\tbranch = z9hG4bK7 ,SIP/2.0/TCP 192.0.2.9",
            "f: sip:alice@example.com ;tag=1", "t: <sip:bob@example.com>", "i: 1@192.0.2.2", "cseq:\t1  INVITE",
            "m: sip:alice@192.0.2.2;expires=60", "k:", "l\t:  4 ", "c: text/plain",
        ], body: Array("body".utf8), contentLength: false)

    public static let register = message([
        "REGISTER sip:example.com SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKreg", "Max-Forwards: 70",
        "From: <sip:7001@example.com>;tag=r1", "To: <sip:7001@example.com>", "Call-ID: reg@192.0.2.2",
        "CSeq: 2 REGISTER", "Contact: *", "Expires: 0",
        "Authorization: Digest username=\"7001\",realm=\"x\",uri=\"sip:example.com\",response=\"00\"",
        "Path: <sip:192.0.2.77;lr>",
    ])

    public static let ringing = message(
        [
            "SIP/2.0 183 Session Progress", "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bK7;received=192.0.2.2",
            "From: <sip:alice@example.com>;tag=1", "To: <sip:bob@example.com>;tag=2", "Call-ID: 1@192.0.2.2",
            "CSeq: 1 INVITE", "Contact: <sip:bob@198.51.100.9>", "RSeq: 813520", "Require: 100rel",
            "Content-Type: application/sdp",
        ], body: secureSDP)

    public static let transfer = message([
        "REFER sip:bob@198.51.100.9 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.2;branch=z9hG4bKref",
        "From: <sip:alice@example.com>;tag=1", "To: <sip:bob@example.com>;tag=2", "Call-ID: 1@192.0.2.2",
        "CSeq: 3 REFER", "Refer-To: <sip:carol@example.com?Replaces=abc%3Bto-tag%3D1%3Bfrom-tag%3D2>",
        "Referred-By: <sip:alice@example.com>",
        "Replaces: 98732@example.com;to-tag=r33th4x0r ;from-tag=ff87ff;early-only",
        "RAck: 776656 1 INVITE", "Event: refer;id=93809824", "Subscription-State: active;expires=60",
    ])

    /// A body of several parts, the description the second.
    public static let multipartBody =
        lines(["preamble", "--b1", "Content-Type: text/plain", "", "--b1x is text", "--b1"])
        + lines(["Content-Type: application/sdp", "Content-Length: \(sdp.utf8.count)", ""]) + sdp
        + lines([
            "", "--b1", "Content-Type: multipart/alternative;boundary=\"in ner\"", "", "--in ner", "", "x",
            "--in ner--",
        ])
        + "--b1--\r\nepilogue"
    public static let multipart = message(
        Array(inviteLines.dropLast()) + ["Content-Type: multipart/mixed;boundary=b1"], body: multipartBody)

    public static let all = [
        ("invite", invite), ("compact", compactInvite), ("register", register), ("ringing", ringing),
        ("transfer", transfer), ("multipart", multipart),
    ]
}
