import ConfigLanguage

/// FUNCTION: what the holder of a record's certificate is to a phone.
public struct TrustRole: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// System Administrator Security Token: signs this list and those after it.
    public static let sast = TrustRole(rawValue: 0)
    /// Call server.
    public static let ccm = TrustRole(rawValue: 1)
    /// Call server, and signer of the phones' files.
    public static let ccmTFTP = TrustRole(rawValue: 2)
    /// Signer of the phones' files.
    public static let tftp = TrustRole(rawValue: 3)
    public static let capf = TrustRole(rawValue: 4)
    public static let srst = TrustRole(rawValue: 5)
    public static let applicationServer = TrustRole(rawValue: 7)
    /// Trust Verification Service; in ITL files.
    public static let tvs = TrustRole(rawValue: 21)

    /// Whether phones believe files that its certificate signed.
    public var signsFiles: Bool { self == .ccmTFTP || self == .tftp }

    /// The role that `record-entry` names.
    public init(_ role: CTLFileDefinition.Role) {
        switch role {
        case .capf: self = .capf
        case .cucm: self = .ccm
        case .cucmTFTP: self = .ccmTFTP
        case .tftp: self = .tftp
        }
    }
}

extension TrustRole: CustomStringConvertible {
    /// As `show ctl` of Unified CM prints it.
    public var description: String {
        switch self {
        case .sast: "System Administrator Security Token"
        case .ccm: "CCM"
        case .ccmTFTP: "CCM+TFTP"
        case .tftp: "TFTP"
        case .capf: "CAPF"
        case .srst: "SRST"
        case .applicationServer: "APP-SERVER"
        case .tvs: "TVS"
        default: "\(rawValue)"
        }
    }
}
