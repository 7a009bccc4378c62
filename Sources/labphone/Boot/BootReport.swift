import Box

/// How a phone's boot went, in the words of its status menu where it has them.
enum BootOutcome: String, Sendable, CaseIterable {
    case booted
    /// A trust list was refused; the phone keeps the one it has, or none.
    case listRefused = "CTL update failed"
    /// A file is not what the trust list vouches for.
    case fileRefused = "File auth error"
    case timeout = "TFTP timeout"
    case fileNotFound = "TFTP file not found"
    /// Any other TFTP error, and a server that breaks the protocol.
    case transferError = "TFTP access error"
    /// The configuration file is not XML, or not for this phone.
    case configurationError = "Error parsing configuration"
    /// None of the call servers in the configuration is in the trust list.
    case serverNotListed = "Call server not in CTL"
}

/// One phone's boot.
struct BootReport: Sendable {
    struct File: Sendable {
        var name: String
        var bytes = 0
        var seconds = 0.0
        var retransmissions = 0
        /// `nil`: nothing could be verified.
        var isVerified: Bool?
        /// Why the file is not used.
        var reason: String?
    }

    struct CallServer: Equatable, Sendable {
        var name: String
        /// There is a record for it, with a certificate.
        var isListed: Bool
    }

    enum TrustListState: String, Sendable {
        case none, installed, updated, unchanged, kept
    }

    var device: DeviceName
    var outcome = BootOutcome.booted
    var trustList = TrustListState.none
    /// `deviceSecurityMode`: 1 non-secure, 2 authenticated, 3 encrypted.
    var securityMode: String?
    var callServers: [CallServer] = []
    var files: [File] = []
    var seconds = 0.0

    /// The first failure is the one that counts.
    mutating func fail(_ outcome: BootOutcome) {
        if self.outcome == .booted { self.outcome = outcome }
    }

    /// One line.
    var text: String {
        let files = files.map { file in "\(file.name)\(file.reason.map { " (\($0))" } ?? "")" }
        return "\(device): \(outcome.rawValue), \(BootSummary.rounded(seconds)) s: \(files.joined(separator: ", "))"
    }

    var json: JSONValue {
        .object([
            ("mac", .string(device.description)),
            ("outcome", .string(outcome.rawValue)),
            ("trustList", .string(trustList.rawValue)),
            ("securityMode", securityMode.map { .string($0) } ?? .null),
            ("servers", .array(callServers.map(\.json))),
            ("files", .array(files.map(\.json))),
            ("seconds", .decimal(seconds)),
        ])
    }
}

extension BootReport.File {
    fileprivate var json: JSONValue {
        .object([
            ("name", .string(name)),
            ("bytes", .integer(Int64(bytes))),
            ("seconds", .decimal(seconds)),
            ("retransmissions", .integer(Int64(retransmissions))),
            ("verified", isVerified.map { .bool($0) } ?? .null),
            ("reason", reason.map { .string($0) } ?? .null),
        ])
    }
}

extension BootReport.CallServer {
    fileprivate var json: JSONValue { .object([("name", .string(name)), ("listed", .bool(isListed))]) }
}
