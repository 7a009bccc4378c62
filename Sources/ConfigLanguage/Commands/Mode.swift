/// Where a command is given: the global configuration mode, or a sub-mode with what it is about.
enum Mode: Hashable, Sendable {
    case global
    case interface(device: String)
    case networkObject(String)
    case classMap(String)
    case policyMap(String)
    case policyClass(policyMap: String, index: Int)
    /// A sub-mode of its own kind, with a name.
    case block(Block)
    /// Under a command that could not be read, or has no effect: nothing there is looked at.
    case skipped
}

/// One named sub-mode, such as `phone-proxy mypp`.
struct Block: Hashable, Sendable {
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case trustpoint = "crypto ca trustpoint"
        case certificateChain = "crypto ca certificate chain"
        case ctlFile = "ctl-file"
        case tlsProxy = "tls-proxy"
        case mediaTermination = "media-termination"
        case phoneProxy = "phone-proxy"
        case dnsServerGroup = "dns server-group"
        case sipMap = "policy-map type inspect sip"
        case sipParameters = "policy-map type inspect sip parameters"
        case sipActions = "policy-map type inspect sip match"
        case sipClassMap = "class-map type inspect sip"
        case regexClassMap = "class-map type regex"
        case skinnyClassMap = "class-map type inspect skinny"
        case skinnyMap = "policy-map type inspect skinny"
        case skinnyParameters = "policy-map type inspect skinny parameters"
        case skinnyActions = "policy-map type inspect skinny match"
    }

    var kind: Kind
    var name: String
}

/// A mode that has been entered, and how far the line that entered it is indented.
struct OpenMode {
    var mode: Mode
    var indentation: Int
}
