import Wire

/// The form of a command's arguments, for commands that are checked and not yet acted upon.
///
/// A string literal is a keyword. Alternatives are told apart by their first word, so nothing is ever read twice.
indirect enum Form: Sendable, ExpressibleByStringLiteral {
    case keyword(String)
    /// One of several keywords.
    case choice([String])
    /// One to so many of several keywords.
    case choices([String], upTo: Int)
    /// A name or a word that is not looked up.
    case word(String)
    /// The name of something that the configuration defines elsewhere.
    case use(DefinitionKind)
    /// The name of what the command defines.
    case define(DefinitionKind)
    case number(ClosedRange<Int>)
    case address
    /// An address and its mask, `any`, or `host` and an address.
    case network
    case duration(ClosedRange<Int>)
    case mask
    /// An address, or two with `-` between them.
    case addressRange
    /// The name of something, in parentheses.
    case parenthesized(DefinitionKind)
    /// The rest of the line.
    case text(String)
    case optional([Form])
    /// One of several, each beginning with another word; at most one may begin with a value, and stands last.
    case either([[Form]])
    /// Each at most once, in any order.
    case options([[Form]])

    init(stringLiteral value: String) { self = .keyword(value) }
}

/// What a configuration defines by name.
enum DefinitionKind: String, Hashable, Sendable {
    case interface
    case accessList = "access-list"
    case keyPair = "key pair"
    case trustpoint
    case ctlFile = "ctl-file"
    case tlsProxy = "tls-proxy"
    case mediaTermination = "media-termination"
    case phoneProxy = "phone-proxy"
    /// `policy-map type inspect skinny`.
    case inspectionMap = "Skinny inspection map"
    case sipInspectionMap = "SIP inspection map"
}

/// A name that stands for something of `kind`.
struct Reference: Hashable, Sendable {
    var kind: DefinitionKind
    var name: Located<String>
}
