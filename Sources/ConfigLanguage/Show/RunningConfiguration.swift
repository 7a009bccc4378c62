/// A configuration as `show running-config` prints it, for what phones trust and what serves them. Read again, the lines
/// mean the same.
public struct RunningConfiguration: Sendable {
    public enum Part: Hashable, Sendable, CaseIterable {
        /// `crypto key generate rsa`. The ASA keeps its keys elsewhere; here the lines are declarations.
        case keyPairs
        /// `crypto ca trustpoint`, each followed by its `crypto ca enroll`.
        case trustpoints
        /// `crypto ca certificate chain`: the certificates that were pasted.
        case certificateChains
        /// `ctl-file`
        case ctlFiles
        /// `phone-proxy`
        case phoneProxy
        /// `dns`
        case dns
        /// `ssl`
        case ssl
        /// `tls-proxy`
        case tlsProxies
        /// `media-termination`
        case mediaTermination
        /// `icmp`
        case icmp
        /// `regex` and `class-map type regex`
        case regularExpressions
        /// `class-map type inspect sip`
        case sipClassMaps
        /// `policy-map type inspect sip`
        case sipInspectionMaps
        /// `class-map type inspect skinny`
        case skinnyClassMaps
        /// `policy-map type inspect skinny`
        case skinnyInspectionMaps
    }

    let configuration: Configuration

    public init(_ configuration: Configuration) { self.configuration = configuration }

    /// The lines of one part, in the order in which names sort. `name`: of what is called so only, none if there is none. `all`: also what is so by default (`show running-config all`).
    public func lines(_ part: Part, name: String? = nil, all: Bool = false) -> [String] {
        switch part {
        case .keyPairs: Self.sorted(configuration.keyPairs, name).flatMap(keyPair)
        case .trustpoints: Self.sorted(configuration.trustpoints, name).flatMap { trustpoint($0, all: all) }
        case .certificateChains: Self.sorted(configuration.trustpoints, name).flatMap(certificateChain)
        case .ctlFiles: Self.sorted(configuration.ctlFiles, name).flatMap { ctlFile($0, all: all) }
        case .phoneProxy:
            configuration.phoneProxy.map { name ?? $0.name == $0.name ? phoneProxy($0, all: all) : [] } ?? []
        case .dns: dns(all: all)
        case .ssl: ssl(all: all)
        case .tlsProxies:
            Self.sorted(configuration.tlsProxies, name).flatMap { tlsProxy($0, all: all) }
                + (name == nil ? maximumSessions(all: all) : [])
        case .mediaTermination:
            configuration.mediaTermination.map { named in
                name ?? named.name == named.name ? mediaTermination(named, all: all) : []
            } ?? []
        case .icmp: icmp()
        case .regularExpressions:
            Self.sortedPairs(configuration.regularExpressions, name).map(regex)
                + Self.sortedPairs(configuration.regexClasses, name).flatMap(regexClass)
        case .sipClassMaps: Self.sorted(configuration.sipClassMaps, name).flatMap(sipClassMap)
        case .sipInspectionMaps: Self.sorted(configuration.sipInspectionMaps, name).flatMap { sipMap($0, all: all) }
        case .skinnyClassMaps: Self.sorted(configuration.skinnyClassMaps, name).flatMap(skinnyClassMap)
        case .skinnyInspectionMaps:
            Self.sorted(configuration.skinnyInspectionMaps, name).flatMap { skinnyMap($0, all: all) }
        }
    }

    private static func sorted<Value>(_ table: [String: Value], _ name: String?) -> [Value] {
        sortedPairs(table, name).map(\.1)
    }

    private static func sortedPairs<Value>(_ table: [String: Value], _ name: String?) -> [(String, Value)] {
        table.filter { name ?? $0.key == $0.key }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    // MARK: dns

    private func dns(all: Bool) -> [String] {
        let (dns, unset) = (configuration.dns, DNSSettings())
        var group: [String] = []
        if all || dns.timeout != unset.timeout { group.append(" timeout \(dns.timeout)") }
        if all || dns.retries != unset.retries { group.append(" retries \(dns.retries)") }
        group += dns.servers.map { " name-server \($0)" }
        if let name = dns.domainName { group.append(" domain-name \(name)") }
        return dns.lookupInterfaces.map { "dns domain-lookup \($0)" }
            + (group.isEmpty ? [] : ["dns server-group DefaultDNS"] + group)
    }
}
