import ArgumentParser
import ConfigLanguage

/// What of a phone's model matters to its boot.
enum PhoneModel: String, CaseIterable, Sendable, ExpressibleByArgument {
    case sccp7960 = "7960-sccp"
    case sccp7970 = "7970-sccp"
    case sip7961 = "7961-sip"
    case sip9971 = "9971-sip"

    enum CallControl: String, Sendable {
        case sccp = "SCCP"
        case sip = "SIP"
    }

    var callControl: CallControl {
        switch self {
        case .sccp7960, .sccp7970: .sccp
        case .sip7961, .sip9971: .sip
        }
    }

    /// What files may be signed with: SHA-1 alone is certain for the 79xx series.
    var digests: [SignatureDigest] { self == .sip9971 ? [.sha1, .sha512] : [.sha1] }
}
