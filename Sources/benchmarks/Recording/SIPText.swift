/// The messages of one registration and one call between a phone and a server (RFC 3261), as text.
struct SIPText {
    /// Addresses as they stand in the messages: `a.b.c.d`.
    let phone: String
    let server: String
    let user: String
    let mediaPorts: (phone: UInt16, server: UInt16)

    func request(_ method: String, _ sequence: Int, tag: String? = nil, sdp: Bool = false) -> [UInt8] {
        let target = method == "REGISTER" ? "sip:\(server)" : "sip:5000@\(server)"
        return message("\(method) \(target) SIP/2.0", method, sequence, tag: tag, body: sdp ? media(of: phone) : "")
    }

    func response(_ status: String, to method: String, _ sequence: Int, sdp: Bool = false) -> [UInt8] {
        message("SIP/2.0 \(status)", method, sequence, tag: "server", body: sdp ? media(of: server) : "")
    }

    private func message(_ start: String, _ method: String, _ sequence: Int, tag: String?, body: String) -> [UInt8] {
        var lines = [
            start,
            "Via: SIP/2.0/UDP \(phone):5060;branch=z9hG4bK\(user)-\(sequence)",
            "Max-Forwards: 70",
            "From: <sip:\(user)@\(server)>;tag=phone",
            "To: <sip:5000@\(server)>" + (tag.map { ";tag=\($0)" } ?? ""),
            "Call-ID: \(user)-\(method == "REGISTER" ? "registration" : "call")@\(phone)",
            "CSeq: \(sequence) \(method)",
            "Contact: <sip:\(user)@\(phone):5060>",
        ]
        if !body.isEmpty { lines.append("Content-Type: application/sdp") }
        lines.append("Content-Length: \(body.utf8.count)")
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }

    /// RFC 4566: one G.711 stream.
    private func media(of host: String) -> String {
        let port = host == phone ? mediaPorts.phone : mediaPorts.server
        return ["v=0", "o=- 1 1 IN IP4 \(host)", "s=-", "c=IN IP4 \(host)", "t=0 0", "m=audio \(port) RTP/AVP 0", ""]
            .joined(separator: "\r\n")
    }
}
