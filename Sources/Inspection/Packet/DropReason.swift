/// Why a packet did not go on: the ASA's names and texts (`show asp drop`).
///
/// A name that the ASA does not have is ours, and is marked so.
public enum DropReason: UInt8, CaseIterable, Sendable {
    // What could not be read.
    case invalidEncapsulation
    case invalidIPHeader
    case invalidIPLength
    case unsupportedIPVersion
    case invalidUDPLength
    case invalidTCPHeaderLength
    case badTCPFlags
    case invalidICMPLength

    // What was read and refused.
    case fragmentReassemblyFailed
    case aclDrop
    case securityCheckFailed
    case noRoute
    case noMulticastInterface
    case natReversePathFailed
    case natTranslationFailed
    case tcpNotSYN
    case tcpInvalidReset
    case tcpDualOpen
    case connectionLimit
    case pinholeLimit
    case transferLimit
    case inspectionFailed
    case rateExceeded
    case icmpErrorNoFlow
    case icmpErrorOtherFlow

    // What the phone proxy refused.
    case phoneProxyUnsignedRequest
    case phoneProxyWriteRequest
    case phoneProxyNoTrustList
    case phoneProxyFileNotServed
    case phoneProxyFileNotModified
    case phoneProxyLimit
    case phoneProxyNoSecurePhone

    // What came through a pinhole for media and is none.
    case rtpInvalidLength
    case rtpInvalidVersion
    case rtpInvalidPayloadType
    case rtcpInvalidLength
    case rtcpInvalidVersion
    case rtcpInvalidPayloadType

    /// The decoder's refusals: packets that are counted as undecodable, not as dropped.
    public var isUndecodable: Bool { rawValue <= DropReason.invalidICMPLength.rawValue }

    /// What an inspection refused, of which the access lists knew nothing.
    var isOfInspection: Bool {
        switch self {
        case .inspectionFailed, .transferLimit, .pinholeLimit: true
        default: rawValue >= DropReason.phoneProxyUnsignedRequest.rawValue
        }
    }

    public var name: String { Self.table[Int(rawValue)].name }
    public var text: String { Self.table[Int(rawValue)].text }

    /// In the order of the cases.
    private static let table: [(name: String, text: String)] = [
        ("invalid-encap", "Invalid encapsulation"),
        ("invalid-ip-header", "Invalid IP header"),
        ("invalid-ip-length", "Invalid IP length"),
        ("unsupported-ip-version", "Unsupported IP version"),
        ("invalid-udp-length", "Invalid UDP length"),
        ("invalid-tcp-hdr-length", "Invalid TCP length"),
        ("bad-tcp-flags", "Bad TCP flags"),
        // Ours: the ASA counts it as invalid-ip-length.
        ("invalid-icmp-length", "Invalid ICMP length"),
        ("fragment-reassembly-failed", "Fragment reassembly failed"),
        ("acl-drop", "Flow is denied by configured rule"),
        ("sp-security-failed", "Slowpath security checks failed"),
        ("no-route", "No route to host"),
        ("no-mcast-intrf", "FP no mcast output intrf"),
        ("nat-rpf-failed", "NAT reverse path failed"),
        ("nat-xlate-failed", "NAT failed"),
        ("tcp-not-syn", "First TCP packet not SYN"),
        ("tcp-rst-syn-in-win", "TCP RST/SYN in window"),
        ("tcp-dual-open", "TCP Dual open denied"),
        ("conn-limit", "Connection limit reached"),
        // Ours: the tables behind the inspections have limits of their own.
        ("pinhole-limit", "Pinhole table full"),
        ("inspect-tftp-limit", "Inspect TFTP transfer table full"),
        ("inspect-fail", "Inspection failure"),
        ("rate-exceeded", "Output QoS rate exceeded"),
        ("inspect-icmp-error-no-existing-conn", "ICMP Error Inspect no existing conn"),
        ("inspect-icmp-error-different-embedded-conn", "ICMP Error Inspect different embedded conn"),
        // Ours: the ASA drops these, too, and tells of it in its debug output only.
        ("phone-proxy-unsigned-request", "Phone Proxy phone requesting for unsigned config file"),
        ("phone-proxy-write-request", "Phone Proxy write request to TFTP server"),
        ("phone-proxy-no-ctl-file", "Phone Proxy CTL file not available"),
        ("phone-proxy-file-not-served", "Phone Proxy file not served"),
        ("phone-proxy-file-not-modified", "Phone Proxy error modifying config file"),
        ("phone-proxy-limit", "Phone Proxy TFTP session limit reached"),
        ("phone-proxy-no-secure-phone", "Phone Proxy secure phone entry not found"),
        ("inspect-rtp-invalid-length", "Inspect RTP Invalid Packet Length"),
        ("inspect-rtp-invalid-version", "Inspect RTP Invalid Version"),
        ("inspect-rtp-invalid-payload-type", "Inspect RTP Invalid Payload-type"),
        ("inspect-rtcp-invalid-length", "Inspect RTCP Invalid Packet Length"),
        ("inspect-rtcp-invalid-version", "Inspect RTCP Invalid Version"),
        ("inspect-rtcp-invalid-payload-type", "Inspect RTCP Invalid Payload-type"),
    ]

    public static func named(_ name: String) -> DropReason? { allCases.first { $0.name == name } }
}
