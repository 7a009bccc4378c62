import TestSupport
import Wire

@testable import MediaTermination

/// An RTP packet.
func rtp(
    _ sequence: Int, ssrc: UInt32 = 0x1111_1111, payloadType: UInt8 = 0,
    _ body: [UInt8] = Array(repeating: 0x55, count: 160)
) -> [UInt8] {
    [0x80, payloadType] + bigEndian(UInt16(truncatingIfNeeded: sequence)) + bigEndian(UInt32(sequence * 160))
        + bigEndian(ssrc) + body
}

/// A sender report with a source description behind it (RFC 3550 section 6.1).
func rtcp(ssrc: UInt32 = 0x1111_1111) -> [UInt8] {
    let report: [UInt8] = [0x80, 200, 0, 6] + bigEndian(ssrc) + [UInt8](repeating: 7, count: 20)
    let name: [UInt8] = [1, 4] + Array("a@bc".utf8) + [0, 0]
    return report + [0x81, 202, 0, 3] + bigEndian(ssrc) + name
}

/// A key of its own for every seed.
func mediaKey(_ seed: UInt8, _ suite: SRTPSuite = .aesCM128HMACSHA1x80) throws -> MediaKey {
    let bytes = (0..<suite.keyLength + suite.saltLength).map { UInt8(truncatingIfNeeded: $0 * 7) ^ seed }
    guard let key = SRTPMasterKey(bytes, for: suite) else { throw SRTPFailure.setupFailed }
    return MediaKey(suite, key)
}

/// A phone's own end of a protected leg.
final class SecureParty {
    private var sender: SRTPSession
    private var receiver: SRTPSession

    /// - Parameter sends: the key of what the phone sends.
    init(sends: MediaKey, receives: MediaKey) throws {
        sender = try SRTPSession(suite: sends.suite, masterKey: sends.key, direction: .protect)
        receiver = try SRTPSession(suite: receives.suite, masterKey: receives.key, direction: .unprotect)
    }

    func seal(_ packet: [UInt8], _ channel: MediaChannel = .rtp) throws -> [UInt8] {
        var bytes = packet + [UInt8](repeating: 0, count: SRTPSession.maximumOverhead)
        var span = bytes.mutableSpan
        let length =
            channel == .rtp
            ? try sender.protect(&span, length: packet.count) : try sender.protectRTCP(&span, length: packet.count)
        return Array(bytes[..<length])
    }

    func open(_ packet: [UInt8], _ channel: MediaChannel = .rtp) throws -> [UInt8] {
        var bytes = packet
        var span = bytes.mutableSpan
        let length =
            channel == .rtp
            ? try receiver.unprotect(&span, length: packet.count)
            : try receiver.unprotectRTCP(&span, length: packet.count)
        return Array(bytes[..<length])
    }
}

extension MediaSessionPlan {
    /// A remote phone outside, SRTP, behind address translation, and a desk phone inside, RTP at 192.0.2.101:20000. The box
    /// has 10.10.0.25:30000 and 192.0.2.25:40000. The phone sends under key 1, the box to it under key 2.
    static func secureToPlain(_ suite: SRTPSuite = .aesCM128HMACSHA1x80) throws -> MediaSessionPlan {
        MediaSessionPlan(
            id: 1,
            a: MediaLegPlan(
                device: "out0", local: try endpoint("10.10.0.25:30000"),
                protection: .srtp(receive: try mediaKey(1, suite), send: try mediaKey(2, suite))),
            b: MediaLegPlan(
                device: "in0", local: try endpoint("192.0.2.25:40112"), peer: try endpoint("192.0.2.101:20000")))
    }

    /// Two plain parties, 10.10.0.16:5000 and 192.0.2.101:20000.
    static func plain() throws -> MediaSessionPlan {
        MediaSessionPlan(
            id: 1,
            a: MediaLegPlan(
                device: "out0", local: try endpoint("10.10.0.25:30000"), peer: try endpoint("10.10.0.16:5000")),
            b: MediaLegPlan(
                device: "in0", local: try endpoint("192.0.2.25:40112"), peer: try endpoint("192.0.2.101:20000")))
    }

    /// The phone of ``secureToPlain(_:)``.
    static func phone(_ suite: SRTPSuite = .aesCM128HMACSHA1x80) throws -> SecureParty {
        try SecureParty(sends: try mediaKey(1, suite), receives: try mediaKey(2, suite))
    }
}

/// Where the parties of the plans are, and the box's ports for them.
enum Place {
    static let phone = "98.208.49.30:1024"
    static let outside = "10.10.0.25:30000"
    static let desk = "192.0.2.101:20000"
    static let inside = "192.0.2.25:40112"
}
