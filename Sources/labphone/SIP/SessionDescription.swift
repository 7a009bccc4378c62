import Wire

/// The SDP of a call with one audio stream (RFC 8866), with SDES keys where it is encrypted (RFC 4568).
struct SessionDescription {
    struct Crypto {
        var tag: Int
        var suite: SDESSuite
        /// Master key and salt.
        var key: [UInt8]

        /// A key of its own for a suite.
        init(tag: Int = 1, _ suite: SDESSuite) {
            self.init(tag: tag, suite: suite, key: (0..<suite.keyBytes).map { _ in UInt8.random(in: 0...255) })
        }

        init(tag: Int, suite: SDESSuite, key: [UInt8]) {
            self.tag = tag
            self.suite = suite
            self.key = key
        }

        /// What follows `a=crypto:`; `nil` for a suite that is not known.
        init?(_ text: Substring) {
            let words = text.split(separator: " ")
            guard words.count >= 3, let tag = Int(words[0]), let suite = SDESSuite(rawValue: String(words[1])),
                words[2].hasPrefix("inline:"),
                let key = Base64Text.decoded(words[2].dropFirst(7).prefix { $0 != "|" })
            else { return nil }
            self.init(tag: tag, suite: suite, key: key)
        }
    }

    enum Direction: String { case sendrecv, sendonly, recvonly, inactive }

    var media: Endpoint
    var isSecure = false
    var crypto: [Crypto] = []
    var direction = Direction.sendrecv
    var version = 1

    init(media: Endpoint) { self.media = media }

    /// Reads the first audio stream; `nil` when there is none with an IPv4 address.
    init?(_ body: [UInt8]) {
        var address: IPAddress?
        var port: UInt16?
        var isInAudio = false
        var seenMedia = false
        media = Endpoint(IPAddress(v4: 0), 0)
        for line in String(decoding: body, as: UTF8.self).split(whereSeparator: { $0.isNewline }) {
            let value = line.dropFirst(2)
            if line.hasPrefix("m=") {
                isInAudio = line.hasPrefix("m=audio ") && port == nil
                seenMedia = true
                guard isInAudio else { continue }
                let words = value.split(separator: " ")
                guard words.count >= 4 else { return nil }
                port = UInt16(words[1])
                isSecure = words[2].hasPrefix("RTP/SAVP")
            } else if line.hasPrefix("c=IN IP4 "), isInAudio || !seenMedia {
                address = IPAddress(value.dropFirst(7))
            } else if isInAudio || !seenMedia, line.hasPrefix("a=") {
                if let direction = Direction(rawValue: String(value)) { self.direction = direction }
                if value.hasPrefix("crypto:"), let one = Crypto(value.dropFirst(7)) { crypto.append(one) }
            }
        }
        guard let address, let port else { return nil }
        media = Endpoint(address, port)
    }

    /// As it goes into a message.
    var bytes: [UInt8] {
        var lines = [
            "v=0", "o=- 1 \(version) IN IP4 \(media.address)", "s=-", "c=IN IP4 \(media.address)", "t=0 0",
            "m=audio \(media.port) RTP/\(isSecure ? "SAVP" : "AVP") 0 101", "a=rtpmap:0 PCMU/8000",
            "a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=ptime:20",
        ]
        for one in crypto {
            lines.append("a=crypto:\(one.tag) \(one.suite.rawValue) inline:\(Base64Text.encoded(one.key))")
        }
        lines.append("a=\(direction.rawValue)")
        return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    }
}
