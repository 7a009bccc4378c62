/// What a server has chosen: of a ServerHello what decides how the connection is protected.
public struct TLSServerHello: Hashable, Sendable {
    /// What is spoken.
    public var version: UInt16
    public var random: [UInt8]
    public var cipherSuite: UInt16
    /// The code of a record is over what was encrypted, not encrypted itself (RFC 7366).
    public var encryptsThenAuthenticates = false

    private enum Extension {
        static let encryptThenMAC: UInt16 = 22
        static let supportedVersions: UInt16 = 43
    }

    /// HelloRetryRequest has this in the place of a random number: SHA-256 of its name (RFC 8446 section 4.1.3).
    private static let retry: [UInt8] = [
        0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2,
        0x11,
        0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
    ]

    /// The server asks the client to begin again.
    public var isRetryRequest: Bool { random == Self.retry }

    /// - Parameter body: the message behind its header (RFC 8446 section 4.1.3, RFC 5246 section 7.4.1.3).
    public init(_ body: Span<UInt8>) throws(WireError) {
        guard body.count >= 38 else { throw WireError(.tls, .header, .truncated, at: 0) }
        version = body.uint16(at: 0)
        random = body.bytes(in: 2..<34)
        let suite = 35 + Int(body[34])
        guard body.count >= suite + 3 else { throw WireError(.tls, .length, .truncated, at: 34) }
        cipherSuite = body.uint16(at: suite)
        try readExtensions(body, from: suite + 3)
    }

    private mutating func readExtensions(_ body: Span<UInt8>, from start: Int) throws(WireError) {
        guard body.count > start else { return }
        guard body.count >= start + 2, body.count >= start + 2 + Int(body.uint16(at: start)) else {
            throw WireError(.tls, .extensionHeader, .truncated, at: start)
        }
        let end = start + 2 + Int(body.uint16(at: start))
        var place = start + 2
        while place < end {
            guard place + 4 <= end, place + 4 + Int(body.uint16(at: place + 2)) <= end else {
                throw WireError(.tls, .extensionHeader, .truncated, at: place)
            }
            let (type, length) = (body.uint16(at: place), Int(body.uint16(at: place + 2)))
            if type == Extension.encryptThenMAC { encryptsThenAuthenticates = true }
            if type == Extension.supportedVersions, length == 2 { version = body.uint16(at: place + 4) }
            place += 4 + length
        }
    }
}

/// Of a ClientHello, what a key log knows the connection by.
public struct TLSClientHello: Hashable, Sendable {
    public var random: [UInt8]

    /// - Parameter body: the message behind its header (RFC 8446 section 4.1.2).
    public init(_ body: Span<UInt8>) throws(WireError) {
        guard body.count >= 34 else { throw WireError(.tls, .header, .truncated, at: 0) }
        random = body.bytes(in: 2..<34)
    }
}
