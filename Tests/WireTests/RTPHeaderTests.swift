import TestSupport
import Testing
import Wire

@Suite("RTP headers")
struct RTPHeaderTests {
    private func decode(_ bytes: [UInt8]) throws -> RTPHeader { try RTPHeader.decode(bytes.span) }

    @Test("every field is where RFC 3550 puts it")
    func fields() throws {
        var packet = RTPBytes(0xfedc, ssrc: 0x89ab_cdef, timestamp: 0x0123_4567, payload: [1, 2, 3])
        packet.payloadType = 101
        packet.marker = true
        packet.contributors = [1, 2, 3]
        packet.headerExtension = (0xbede, [7, 8])
        packet.padding = 5
        let bytes = packet.bytes
        let header = try decode(bytes)
        #expect(header.hasPadding && header.hasExtension && header.marker)
        #expect(header.contributorCount == 3)
        #expect(header.payloadType == 101)
        #expect(header.sequenceNumber == 0xfedc)
        #expect(header.timestamp == 0x0123_4567)
        #expect(header.ssrc == 0x89ab_cdef)
        #expect(header.payloadOffset == 12 + 12 + 12)
        #expect(try header.payload(in: bytes.span) == 36..<39)
    }

    @Test("a bare header is a packet")
    func bare() throws {
        let bytes = RTPBytes(1).bytes
        let header = try decode(bytes)
        #expect(!header.hasPadding && !header.hasExtension && !header.marker)
        #expect(header.payloadOffset == 12)
        #expect(try header.payload(in: bytes.span) == 12..<12)
    }

    @Test("each cut of a header is truncated, where it ends")
    func truncation() throws {
        var packet = RTPBytes(1)
        packet.contributors = [1, 2]
        packet.headerExtension = (1, [7, 8, 9])
        let bytes = packet.bytes
        for length in 0..<bytes.count {
            let cut = Array(bytes.prefix(length))
            let error = #expect(throws: WireError.self) { try decode(cut) }
            let expected: (WireError.Field, Int) =
                switch length {
                case ..<12: (.header, 0)
                case ..<20: (.contributors, 12)
                case ..<24: (.extensionHeader, 20)
                default: (.extensionHeader, 22)
                }
            #expect(error == WireError(.rtp, expected.0, .truncated, at: expected.1))
        }
        _ = try decode(bytes)
    }

    @Test("other versions are refused", arguments: [UInt8(0), 1, 3])
    func versions(_ version: UInt8) {
        var bytes = RTPBytes(1).bytes
        bytes[0] = version << 6
        let error = #expect(throws: WireError.self) { try decode(bytes) }
        #expect(error == WireError(.rtp, .version, .invalid, at: 0))
    }

    @Test("padding counts itself and stays within the payload")
    func padding() throws {
        var packet = RTPBytes(1, payload: [9, 9])
        packet.padding = 4
        for (count, expected) in [(UInt8(1), 17), (4, 14), (6, 12)] {
            var bytes = packet.bytes
            bytes[17] = count
            #expect(try decode(bytes).payload(in: bytes.span) == 12..<expected)
        }
        for count in [UInt8(0), 7, 255] {
            var bytes = packet.bytes
            bytes[17] = count
            let error = #expect(throws: WireError.self) { try decode(bytes).payload(in: bytes.span) }
            #expect(error == WireError(.rtp, .padding, .invalid, at: 17))
        }
        let empty: [UInt8] = [0xa0] + RTPBytes(1).bytes.dropFirst()
        let error = #expect(throws: WireError.self) { try decode(empty).payload(in: empty.span) }
        #expect(error == WireError(.rtp, .padding, .truncated, at: 12))
    }
}

@Suite("What arrives on a media port")
struct MediaPacketKindTests {
    @Test("all first bytes, as RFC 7983 divides them")
    func firstBytes() {
        for first in UInt8.min...UInt8.max {
            let packet: [UInt8] = [first, 0, 0, 8]
            let expected: MediaPacketKind =
                switch first {
                case 0...3: .stun
                case 20...63: .dtls
                case 128...191: .rtp
                default: .unknown
                }
            #expect(MediaPacketKind.of(packet.span) == expected)
        }
    }

    @Test("RTCP is told from RTP by the payload types that RFC 5761 keeps free")
    func secondBytes() {
        for second in UInt8.min...UInt8.max {
            let packet: [UInt8] = [0x80, second]
            let isControl = 64...95 ~= second & 0x7f
            #expect(MediaPacketKind.of(packet.span) == (isControl ? .rtcp : .rtp))
        }
    }

    @Test("what has no second byte is nothing")
    func short() {
        let one: [UInt8] = [0x80]
        let none: [UInt8] = []
        #expect(MediaPacketKind.of(one.span) == .unknown)
        #expect(MediaPacketKind.of(none.span) == .unknown)
    }
}
