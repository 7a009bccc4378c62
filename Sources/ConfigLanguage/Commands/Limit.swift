/// How much a configuration may hold: what is looked through, or compared pair by pair, stays small.
enum Limit {
    static let interfaces = 1024
    static let accessEntries = 100_000
    /// In and out of each interface, and global.
    static let accessGroups = 2 * interfaces + 1
    static let translations = 4096
    static let routes = 4096
    /// The ASA's.
    static let classMaps = 255
    /// Of one class-map.
    static let matches = 63
    static let policyMaps = 64
    /// Of one policy-map; the ASA's.
    static let classes = 63
    static let servicePolicies = interfaces + 1
    /// Each has a buffer of its own.
    static let captures = 64
    /// Of one capture.
    static let captureMatches = 32

    static let keyPairs = 1000
    static let trustpoints = 1000
    static let ctlFiles = 64
    /// Of one CTL file.
    static let recordEntries = 128
    /// The ASA's.
    static let tftpServers = 5
    static let mediaTerminationAddresses = interfaces
    static let tlsProxies = 64
    static let icmpRules = 4096
    static let sipMaps = 64
    static let skinnyMaps = 64
    /// Of one map.
    static let sipRules = 63
    static let regularExpressions = 1000
    /// `class-map type …`, of each type.
    static let inspectionClassMaps = 255
    /// The ASA's.
    static let nameServers = 6

    /// Throws if one more would be too many.
    static func check(_ count: Int, below limit: Int, _ what: String, at site: Site) throws(Problem) {
        guard count < limit else { throw Problem(site: site, message: "more than \(limit) \(what)") }
    }
}
