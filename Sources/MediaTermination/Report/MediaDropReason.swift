/// Why a media packet was dropped. Where the ASA has a name for it (`show asp drop`), it is that.
public enum MediaDropReason: UInt8, Error, Sendable, Hashable, CaseIterable {
    // What is not a datagram for a session at all.
    case invalidIPHeader
    case invalidUDPLength
    case invalidUDPChecksum
    case fragment
    /// No session has the port: unknown, closed, or RTCP's where it is multiplexed.
    case srtpNoMediaSession
    /// Not from the party of the leg.
    case srtpNoRemotePhoneProxyIP

    // What is no RTP or RTCP.
    case rtpInvalidLength
    case rtpInvalidVersion
    case rtpInvalidPayloadType
    case rtcpInvalidLength
    case rtcpInvalidVersion
    case rtcpInvalidPayloadType

    // What the transform refused.
    /// From elsewhere than the pinned party, under an SSRC that the party does not use, and more often than is worth
    /// authenticating; or one source too many.
    case rtpSSRCMismatch
    /// A packet that was received before, or too old to tell.
    case rtpSequenceNumberOutOfRange
    case srtpValidateAuthTagFailed
    case srtpDecryptFailed
    case srtpEncryptFailed
    case srtpGenerateAuthTagFailed
    /// A key could not be set up.
    case srtpSetupFailed
    /// The leg is protected and its key not known yet.
    case srtpOnePartNoKey

    // What can not go out.
    /// The direction is on hold.
    case srtpNoOutputFlow
    /// It is not known yet where the other party is.
    case srtpClientPortNotPresent
    case packetTooBig
    case noRoute
    case sendFailed
}

extension MediaDropReason {
    /// As `show asp drop` and captures of type asp-drop name it.
    public var name: String { names.name }

    /// What `show asp drop` prints before the name.
    public var text: String { names.text }

    private var names: (name: String, text: String) {
        switch self {
        case .invalidIPHeader: ("invalid-ip-header", "Invalid IP header")
        case .invalidUDPLength: ("invalid-udp-length", "Invalid UDP Length")
        case .invalidUDPChecksum: ("invalid-udp-checksum", "Invalid UDP checksum")
        case .fragment: ("media-fragment", "Fragment of a media packet")
        case .srtpNoMediaSession: ("inspect-srtp-no-media-session", "Inspect SRTP Media session not found")
        case .srtpNoRemotePhoneProxyIP:
            ("inspect-srtp-no-remote-phone-proxy-ip", "Inspect SRTP Remote Phone Proxy IP not found")
        case .rtpInvalidLength: ("inspect-rtp-invalid-length", "Inspect RTP Invalid Packet Length")
        case .rtpInvalidVersion: ("inspect-rtp-invalid-version", "Inspect RTP Invalid Version")
        case .rtpInvalidPayloadType: ("inspect-rtp-invalid-payload-type", "Inspect RTP Invalid Payload-type")
        case .rtcpInvalidLength: ("inspect-rtcp-invalid-length", "Inspect RTCP Invalid Packet Length")
        case .rtcpInvalidVersion: ("inspect-rtcp-invalid-version", "Inspect RTCP Invalid Version")
        case .rtcpInvalidPayloadType: ("inspect-rtcp-invalid-payload-type", "Inspect RTCP Invalid Payload-type")
        case .rtpSSRCMismatch: ("inspect-rtp-ssrc-mismatch", "Inspect RTP Synchronization Source mismatch")
        case .rtpSequenceNumberOutOfRange:
            ("inspect-rtp-sequence-num-outofrange", "Inspect RTP Sequence number out of range")
        case .srtpValidateAuthTagFailed:
            ("inspect-srtp-validate-authtag-failed", "Inspect SRTP validate authentication tag failed")
        case .srtpDecryptFailed: ("inspect-srtp-decrypt-failed", "Inspect SRTP decrypt failed")
        case .srtpEncryptFailed: ("inspect-srtp-encrypt-failed", "Inspect SRTP encrypt failed")
        case .srtpGenerateAuthTagFailed:
            ("inspect-srtp-generate-authtag-failed", "Inspect SRTP generate authentication tag failed")
        case .srtpSetupFailed: ("inspect-srtp-setup-srtp-failed", "Inspect SRTP failed to setup SRTP")
        case .srtpOnePartNoKey: ("inspect-srtp-one-part-no-key", "Inspect SRTP keys not available for one party")
        case .srtpNoOutputFlow: ("inspect-srtp-no-output-flow", "Inspect SRTP find output flow failed")
        case .srtpClientPortNotPresent:
            ("inspect-srtp-client-port-not-present", "Inspect SRTP Client port not populated")
        case .packetTooBig: ("media-packet-too-big", "Media packet longer than the MTU of its interface")
        case .noRoute: ("no-route", "No route to host")
        case .sendFailed: ("media-send-failed", "Media packet refused by the interface")
        }
    }
}

/// A count for each reason.
public struct MediaDrops: Sendable, Equatable {
    private var counts = [UInt64](repeating: 0, count: MediaDropReason.allCases.count)

    public init() {}

    public subscript(reason: MediaDropReason) -> UInt64 {
        get { counts[Int(reason.rawValue)] }
        set { counts[Int(reason.rawValue)] = newValue }
    }

    public var total: UInt64 { counts.reduce(0, &+) }

    /// Those that happened.
    public var nonzero: [(reason: MediaDropReason, count: UInt64)] {
        MediaDropReason.allCases.compactMap { self[$0] == 0 ? nil : ($0, self[$0]) }
    }

    public static func += (left: inout MediaDrops, right: MediaDrops) {
        for index in left.counts.indices { left.counts[index] &+= right.counts[index] }
    }
}
