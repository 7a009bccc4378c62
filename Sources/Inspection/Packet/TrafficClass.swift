/// Which of the box's classify domains a flow fell into (`show asp table classify`).
public enum TrafficClass: UInt8, CaseIterable, Sendable {
    /// Passes without being looked into.
    case through
    case inspectTFTP
    case inspectSIP
    case inspectSkinny
    case inspectPhoneProxy
    case appRedirect
    /// Media that the inspection of SIP or Skinny let in.
    case inspectRTP

    public var name: String {
        switch self {
        case .through: "through"
        case .inspectTFTP: "inspect-tftp"
        case .inspectSIP: "inspect-sip"
        case .inspectSkinny: "inspect-skinny"
        case .inspectPhoneProxy: "inspect-phone-proxy"
        case .appRedirect: "app-redirect"
        case .inspectRTP: "inspect-rtp"
        }
    }
}
