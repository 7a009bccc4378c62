import ConfigLanguage
import Inspection
import Wire

/// `show phone-proxy` and `show phone-proxy secure-phones` (cisco-facts 6.1).
enum ShowPhoneProxy {
    // MARK: The proxy

    static func text(_ configuration: Configuration, _ tables: BoxTables) -> String {
        guard let proxy = configuration.phoneProxy else { return "" }
        let users = inspections(configuration, proxy)
        var lines = [
            "Phone-Proxy '\(proxy.name)': Runtime Proxy ref_cnt \(users.count)",
            "  Cluster Mode: \(proxy.clusterMode.rawValue)",
            "  Run-time proxies:",
        ]
        lines += users.map { "    Class-map: \($0.classMap), Inspect: \($0.engine)" }
        lines.append("  TFTP:")
        lines += counters(tables.counters.phoneProxy).map { "    \($0.text): \($0.count)" }
        return lines.joined(separator: "\n")
    }

    static func json(_ configuration: Configuration, _ tables: BoxTables) -> JSONValue {
        guard let proxy = configuration.phoneProxy else { return .object([]) }
        let users = inspections(configuration, proxy).map {
            JSONValue.object([("classMap", .string($0.classMap)), ("inspect", .string($0.engine))])
        }
        return .object([
            ("name", .string(proxy.name)),
            ("clusterMode", .string(proxy.clusterMode.rawValue)),
            ("inspections", .array(users)),
            ("tftp", .object(counters(tables.counters.phoneProxy).map { ($0.name, .count($0.count)) })),
        ])
    }

    private static func inspections(
        _ configuration: Configuration, _ proxy: PhoneProxyDefinition
    ) -> [(classMap: String, engine: String)] {
        configuration.servicePolicies
            .flatMap { configuration.policyMaps[$0.policyMap]?.classes ?? [] }
            .flatMap { entry in
                entry.inspections.filter { $0.phoneProxy == proxy.name }
                    .map { (classMap: entry.classMap, engine: $0.engine.rawValue) }
            }
    }

    /// What the box has done about files: each by its JSON key, and in words.
    private static func counters(
        _ counters: PhoneProxyCounters
    ) -> [(name: String, text: String, count: UInt64)] {
        [
            ("requests", "requests", counters.requests),
            ("retransmittedRequests", "requests sent again", counters.retransmittedRequests),
            ("passed", "requests passed on to the server", counters.passed),
            ("trustListsServed", "CTL files served", counters.trustListsServed),
            ("configurationsServed", "configuration files served", counters.configurationsServed),
            ("otherFilesServed", "other files served", counters.otherFilesServed),
            ("filesFetched", "files fetched from the server", counters.filesFetched),
            ("signatures", "files signed", counters.signatures),
            ("cacheHits", "files that were signed already", counters.cacheHits),
            ("unsignedRequests", "requests for unsigned configuration files", counters.unsignedRequests),
            ("writeRequests", "requests to write", counters.writeRequests),
            ("noTrustList", "requests without a CTL file to serve", counters.noTrustList),
            ("notServed", "requests for files that are not served", counters.notServed),
            ("overLimit", "requests over the session limit", counters.overLimit),
            ("serverErrors", "errors from the server", counters.serverErrors),
            ("serverSilent", "servers that did not respond", counters.serverSilent),
            ("parsingErrors", "configuration files that could not be modified", counters.parsingErrors),
            ("lookupFailures", "names without a DNS response", counters.lookupFailures),
            ("signingFailures", "files that could not be signed", counters.signingFailures),
            ("clientSilent", "phones that did not respond", counters.clientSilent),
            ("clientErrors", "errors from phones", counters.clientErrors),
            ("securePhonesRefused", "secure phone entries refused", counters.securePhonesRefused),
            ("lateOutcomes", "answers that nobody waited for", counters.lateOutcomes),
        ]
    }

    // MARK: Secure phones

    static func text(_ proxy: PhoneProxyDefinition, _ table: SecurePhones, _ names: InterfaceNames) -> String {
        let header = row("Interface", "IP Address", "Port", "MAC", "Timeout", "Idle")
        let rows = table.phones.map { phone in
            row(
                names[phone.interface], "\(phone.address)", "\(phone.port)", "\(phone.device)",
                ClockText.duration(seconds: proxy.securePhoneTimeout),
                ClockText.duration(seconds: phone.idle(at: table.now)))
        }
        let count = "\(proxy.name): \(table.phones.count) in use, \(table.mostUsed) most used"
        return ([count, "", header] + rows).joined(separator: "\n")
    }

    static func json(_ proxy: PhoneProxyDefinition, _ table: SecurePhones, _ names: InterfaceNames) -> JSONValue {
        .object([
            ("inUse", .count(table.phones.count)),
            ("mostUsed", .count(table.mostUsed)),
            (
                "phones",
                .array(
                    table.phones.map { phone in
                        .object([
                            ("interface", .string(names[phone.interface])),
                            ("address", .string("\(phone.address)")),
                            ("port", .count(phone.port)),
                            ("mac", .string("\(phone.device)")),
                            ("verified", .bool(phone.isVerified)),
                            ("timeout", .count(proxy.securePhoneTimeout)),
                            ("idle", .count(phone.idle(at: table.now))),
                        ])
                    })
            ),
        ])
    }

    private static func row(
        _ interface: String, _ address: String, _ port: String, _ mac: String, _ timeout: String, _ idle: String
    ) -> String {
        // An IPv6 address is longer than its column, and stays whole.
        right(interface, 20) + " " + right(address, 15) + " " + right(port, 7) + "   " + right(mac, 14) + "  "
            + right(timeout, 8) + "  " + right(idle, 7)
    }

    private static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }
}
