/// A SIP request or response as a phone reads and writes it (RFC 3261 section 7). Written from the RFC and not shared with
/// the box, so that a mistake there does not hide here.
struct SIPMessage {
    var startLine: String
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []

    init(startLine: String) { self.startLine = startLine }

    /// Reads one whole message; `nil` when it has no proper head.
    init?(_ bytes: ArraySlice<UInt8>) {
        guard let end = Self.endOfHead(bytes) else { return nil }
        let head = String(decoding: bytes[..<end], as: UTF8.self)
        var lines: [Substring] = []
        for line in head.split(separator: "\r\n", omittingEmptySubsequences: true) {
            // A line that begins with white space goes on with the one before (section 7.3.1).
            if line.first == " " || line.first == "\t", let last = lines.last {
                lines[lines.count - 1] = last + " " + line.drop(while: { $0 == " " || $0 == "\t" })
            } else {
                lines.append(line)
            }
        }
        guard let first = lines.first else { return nil }
        startLine = String(first)
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = Self.fullName(Self.trimmed(line[..<colon]))
            headers.append((name, Self.trimmed(line[line.index(after: colon)...])))
        }
        body = Array(bytes[end...].dropFirst(4))
        guard isRequest ? method.isEmpty == false : status > 0 else { return nil }
    }

    /// Where the empty line that ends the head begins.
    static func endOfHead(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (bytes.startIndex...bytes.endIndex - 4).first {
            bytes[$0] == 13 && bytes[$0 + 1] == 10 && bytes[$0 + 2] == 13 && bytes[$0 + 3] == 10
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return String(text)
    }

    /// Compact names (section 7.3.3), and each name in lower case.
    private static func fullName(_ name: String) -> String {
        let name = name.lowercased()
        let compact = [
            "v": "via", "f": "from", "t": "to", "m": "contact", "i": "call-id", "l": "content-length",
            "c": "content-type", "e": "content-encoding", "s": "subject", "k": "supported", "r": "refer-to",
        ]
        return compact[name] ?? name
    }

    var isRequest: Bool { !startLine.hasPrefix("SIP/2.0 ") }
    var method: String { String(startLine.prefix { $0 != " " }) }
    /// 0 for what has none.
    var status: Int { isRequest ? 0 : Int(startLine.dropFirst(8).prefix(3)) ?? 0 }
    /// A request's.
    var requestURI: String { String(startLine.split(separator: " ").dropFirst().first ?? "") }

    /// The first header of this name, in lower case.
    subscript(name: String) -> String? { headers.first { $0.name == name }?.value }

    /// Each value of each header of this name, split where they stand together in one (section 7.3.1).
    func all(_ name: String) -> [String] {
        headers.filter { $0.name == name }.flatMap { SIPText.list($0.value) }
    }

    mutating func add(_ name: String, _ value: String) { headers.append((name, value)) }

    var callID: String { self["call-id"] ?? "" }
    var sequence: (number: Int, method: String) {
        let parts = (self["cseq"] ?? "").split(separator: " ")
        return (parts.first.flatMap { Int($0) } ?? 0, parts.last.map(String.init) ?? "")
    }

    var bytes: [UInt8] {
        var text = startLine + "\r\n"
        for header in headers { text += Self.spelled(header.name) + ": " + header.value + "\r\n" }
        text += "Content-Length: \(body.count)\r\n\r\n"
        return Array(text.utf8) + body
    }

    private static func spelled(_ name: String) -> String {
        switch name {
        case "call-id": "Call-ID"
        case "cseq": "CSeq"
        default:
            name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
        }
    }

    /// The response that answers a request (section 8.2.6).
    func response(_ status: Int, _ reason: String, tag: String? = nil) -> SIPMessage {
        var response = SIPMessage(startLine: "SIP/2.0 \(status) \(reason)")
        for header in headers where ["via", "from", "call-id", "cseq", "record-route"].contains(header.name) {
            response.headers.append(header)
        }
        var to = self["to"] ?? ""
        if let tag, SIPText.parameter("tag", of: to) == nil { to += ";tag=\(tag)" }
        response.add("to", to)
        return response
    }
}
