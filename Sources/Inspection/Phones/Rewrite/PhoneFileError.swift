import Wire

/// Why a phone does not get its configuration file: it could not be made secure.
///
/// Nothing of a file is quoted but host names: what else stands in it may be a password.
public enum PhoneFileError: Error, Hashable, Sendable {
    /// More than ``PhoneFile/sizeLimit`` bytes.
    case tooLarge
    case notWellFormed(XMLError)
    /// Its root is not `device`. That includes `XMLDefault.cnf.xml`, whose phones could only register in clear.
    case notAPhoneFile
    /// `encrConfig`: what matters is in a second file that only the phone can read.
    case encrypted
    /// `fullConfig` is false: the rest comes in a second file.
    case partial
    /// A value that decides where the phone connects to, but says nothing that can be.
    case unreadableValue(element: String)
    /// One that decides where the phone connects to, twice.
    case repeatedElement(String)
    /// More servers that the phone can not do without than any phone knows.
    case tooManyServers
    case unresolved(host: String)

    /// Of its counter.
    public var name: String {
        switch self {
        case .tooLarge: "config-too-large"
        case .notWellFormed: "config-not-well-formed"
        case .notAPhoneFile: "not-a-phone-config"
        case .encrypted: "config-encrypted"
        case .partial: "config-partial"
        case .unreadableValue: "config-unreadable-value"
        case .repeatedElement: "config-repeated-element"
        case .tooManyServers: "config-too-many-servers"
        case .unresolved: "config-unresolved-name"
        }
    }
}

extension PhoneFileError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .tooLarge: "the file is larger than \(PhoneFile.sizeLimit) bytes"
        case .notWellFormed(let error): error.description
        case .notAPhoneFile: "not a phone's configuration file: its root element is not device"
        case .encrypted: "the configuration is encrypted (encrConfig)"
        case .partial: "the configuration is not complete (fullConfig)"
        case .unreadableValue(let element): "the value of \(element) can not be read"
        case .repeatedElement(let element): "\(element) stands twice in one place"
        case .tooManyServers: "more than \(ServerReader.requiredLimit) servers"
        case .unresolved(let host): "no address is known for the host \(host)"
        }
    }

    /// What `debug phone-proxy tftp errors` prints of it; without the place, as on an ASA.
    public var debugMessage: String {
        if case .notWellFormed(let error) = self { error.problem.description } else { description }
    }
}
