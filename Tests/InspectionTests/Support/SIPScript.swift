/// A message as a test writes it: lines, an empty one, and the body. Lines end as on the wire, and Content-Length is
/// counted where the text has `Content-Length: *`.
func sip(_ text: String, _ body: String = "") -> String {
    let body = body.isEmpty ? "" : wire(body)
    let head = wire(text).replacing("Content-Length: *", with: "Content-Length: \(body.utf8.count)")
    return head + "\r\n" + body
}

/// Lines with the wire's line ends, the last one's with them.
func wire(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n") + "\r\n"
}

/// A message as a test reads it: without carriage returns.
func plain(_ text: String) -> String { text.replacing("\r\n", with: "\n") }

/// The body of a message, as a test would write it.
func body(_ text: String) -> String {
    plain(text).split(separator: "\n\n", maxSplits: 1).last.map { String($0.dropLast()) } ?? ""
}

/// The first line of each message in `text`.
func startLines(_ text: String) -> [String] {
    plain(text).split(separator: "\n").map(String.init)
        .filter { $0.hasPrefix("SIP/2.0 ") || $0.hasSuffix(" SIP/2.0") }
}

/// The lines of `text` that begin with one of `prefixes`.
func lines(_ text: String, _ prefixes: String...) -> [String] {
    plain(text).split(separator: "\n").map(String.init).filter { line in
        prefixes.contains { line.hasPrefix($0) }
    }
}

/// Phones and a desk phone that talk, as real ones do; each message by what differs in it.
enum Words {
    /// 30 bytes for AES-128 with an 80-bit tag: key and salt of all the same byte.
    static func key(_ byte: String) -> String {
        let keys = [
            "a": "oaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGh", "b": "srKysrKysrKysrKysrKysrKysrKysrKysrKysrKy",
            "c": "w8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PD",
        ]
        return keys[byte] ?? ""
    }

    static func secure(
        _ address: String = "192.168.10.5", port: Int = 20_000, key: String = "a", suite: String = "80", tag: Int = 1,
        direction: String = "sendrecv", version: Int = 1
    ) -> String {
        """
        v=0
        o=- 1 \(version) IN IP4 \(address)
        s=-
        c=IN IP4 \(address)
        t=0 0
        m=audio \(port) RTP/SAVP 0 101
        a=crypto:\(tag) AES_CM_128_HMAC_SHA1_\(suite) inline:\(self.key(key))
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=\(direction)
        """
    }

    static func clear(
        _ address: String = "192.0.2.50", port: Int = 30_000, direction: String = "sendrecv", version: Int = 1
    ) -> String {
        """
        v=0
        o=- 2 \(version) IN IP4 \(address)
        s=-
        c=IN IP4 \(address)
        t=0 0
        m=audio \(port) RTP/AVP 0 101
        a=rtpmap:0 PCMU/8000
        a=rtpmap:101 telephone-event/8000
        a=\(direction)
        """
    }

    /// A request of the phone's.
    static func fromPhone(
        _ method: String, _ sequence: Int = 1, call: String = "c1", to: String = "bob", toTag: String? = nil,
        uri: String? = nil, from: String = "alice", fromTag: String = "pa", extra: String = "", body: String = ""
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        return sip(
            """
            \(method) \(uri ?? "sip:\(to)@10.10.0.26;transport=tls") SIP/2.0
            Via: SIP/2.0/TLS 192.168.10.5:5061;rport;branch=z9hG4bK\(call)\(method)\(sequence)
            Max-Forwards: 70
            From: <sip:\(from)@10.10.0.26>;tag=\(fromTag)
            To: <sip:\(to)@10.10.0.26>\(toTag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)
            Contact: <sip:\(from)@192.168.10.5:5061;transport=tls>\(extra)\(type)
            Content-Length: *
            """, body)
    }

    /// A request of the server's.
    static func fromServer(
        _ method: String, _ sequence: Int = 1, call: String = "c1", to: String = "alice", toTag: String? = nil,
        uri: String? = nil, from: String = "bob", fromTag: String = "db", extra: String = "", body: String = "",
        local: UInt16 = 40_001, phone: String = "98.208.49.30"
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        return sip(
            """
            \(method) \(uri ?? "sip:\(to)@\(phone):\(local);transport=tcp") SIP/2.0
            Via: SIP/2.0/TCP 192.0.2.101;branch=z9hG4bK\(call)\(method)\(sequence)s
            Via: SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKdesk
            Record-Route: <sip:192.0.2.101;transport=tcp;r2=on;lr>
            Record-Route: <sip:192.0.2.101;r2=on;lr>
            Max-Forwards: 69
            From: <sip:\(from)@192.0.2.101>;tag=\(fromTag)
            To: <sip:\(to)@192.0.2.101>\(toTag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)
            Contact: <sip:\(from)@192.0.2.50:5060>\(extra)\(type)
            Content-Length: *
            """, body)
    }

    /// The server's response to a request of the phone's.
    static func toPhone(
        _ status: String, _ method: String, _ sequence: Int = 1, call: String = "c1", to: String = "bob",
        tag: String? = "db", from: String = "alice", fromTag: String = "pa", extra: String = "", body: String = "",
        local: UInt16 = 40_001
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        return sip(
            """
            SIP/2.0 \(status)
            Via: SIP/2.0/TCP 192.168.10.5:5061;received=98.208.49.30;rport=\(local);branch=z9hG4bK\(call)\(method)\(sequence)
            From: <sip:\(from)@192.0.2.101>;tag=\(fromTag)
            To: <sip:\(to)@192.0.2.101>\(tag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)
            Contact: <sip:\(to)@192.0.2.50:5060>\(extra)\(type)
            Content-Length: *
            """, body)
    }

    /// The phone's response to a request of the server's.
    static func toServer(
        _ status: String, _ method: String, _ sequence: Int = 1, call: String = "c1", to: String = "alice",
        tag: String? = "pa", from: String = "bob", fromTag: String = "db", extra: String = "", body: String = ""
    ) -> String {
        let type = body.isEmpty ? "" : "\nContent-Type: application/sdp"
        return sip(
            """
            SIP/2.0 \(status)
            Via: SIP/2.0/TLS 10.10.0.26;branch=z9hG4bK\(call)\(method)\(sequence)s;received=10.10.0.26
            Via: SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKdesk
            From: <sip:\(from)@10.10.0.26>;tag=\(fromTag)
            To: <sip:\(to)@10.10.0.26>\(tag.map { ";tag=\($0)" } ?? "")
            Call-ID: \(call)
            CSeq: \(sequence) \(method)
            Contact: <sip:\(to)@192.168.10.5:5061;transport=tls>\(extra)\(type)
            Content-Length: *
            """, body)
    }
}
