import Wire

/// Turns a draft into a configuration: looks every name up, and checks what can only be checked when all is read.
///
/// What is wrong is reported where it stands and left out, so that one run finds every problem. Tables are gone through
/// in a fixed order: where diagnostics are too many to keep, the same ones are kept on every run.
struct Resolver {
    let draft: Draft
    var configuration = Configuration()
    var log: DiagnosticLog
    /// The names of what is defined, except interfaces, access lists and policies.
    let defined: [DefinitionKind: Set<String>]
    /// The drop reasons there are; `nil`: it is not known here.
    let dropReasons: Set<String>?
    /// The ciphers that the file asks for.
    var asked: [AskedCipher] = []
    /// Where each of ``Configuration/translations`` stands.
    var translationSites: [Site] = []

    init(_ draft: Draft, _ log: DiagnosticLog, dropReasons: Set<String>? = nil) {
        self.draft = draft
        self.log = log
        self.dropReasons = dropReasons
        defined = Self.definitions(draft)
    }

    mutating func resolve() {
        if let hostname = draft.hostname { configuration.hostname = hostname }
        configuration.names = draft.names
        configuration.timeouts = draft.timeouts
        configuration.fragments = draft.fragments
        configuration.logging = draft.logging
        configuration.permitsSameSecurityTraffic = draft.permitsSameSecurityTraffic
        configuration.permitsSameInterfaceTraffic = draft.permitsSameInterfaceTraffic
        resolveInterfaces()
        resolveObjects()
        resolveTranslations()
        resolveAccessLists()
        resolveAccessGroups()
        resolveRoutes()
        resolveSIPMaps()
        resolveSkinnyMaps()
        resolvePolicies()
        resolveCaptures()
        resolveTrust()
        resolveCTLFiles()
        resolveSSL()
        resolveTLSProxies()
        resolvePhoneProxy()
        resolveDNS()
        resolveMediaTermination()
        checkSecureServices()
        resolveICMP()
        checkStatements()
    }

    // MARK: Names

    /// The interface that `nameif` calls `name`; an unknown one is reported.
    mutating func interface(_ name: Located<String>) -> Interface? {
        if let interface = configuration.interface(named: name.value) { return interface }
        reportUnknown("interface", name, among: configuration.interfaces.map(\.name))
        return nil
    }

    /// Whether the access list exists; an unknown one is reported.
    mutating func hasAccessList(_ name: Located<String>) -> Bool {
        if draft.accessLists[name.value] != nil { return true }
        reportUnknown("access list", name, among: draft.accessLists.keys)
        return false
    }

    /// The addresses of an object; one that is unknown or empty is reported.
    mutating func object(_ name: Located<String>) -> AddressRange? {
        guard let object = draft.objects[name.value] else {
            reportUnknown("network object", name, among: draft.objects.keys)
            return nil
        }
        if object.value == nil {
            log.report(
                .error, at: name.site, "network object '\(name.value.printable)' has no address",
                expected: ["host", "subnet", "range"])
        }
        return object.value?.value
    }

    mutating func reportUnknown(_ what: String, _ name: Located<String>, among known: some Collection<String>) {
        let near = log.isFull ? [] : Keyword.nearMisses(of: name.value, among: Array(known)).map { "'\($0.printable)'" }
        let hint = near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
        // A handful helps, a hundred do not.
        log.report(
            .error, at: name.site, "there is no \(what) '\(name.value.printable)'\(hint)",
            expected: known.count <= 8 ? known.sorted().map(\.printable) : [])
    }
}
