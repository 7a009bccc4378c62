import Wire

/// What may follow the addresses and ports of an access entry.
private let trailing = ["log", "inactive", "time-range"]

extension Words {
    private enum AddressKeyword: String, CaseIterable {
        case any, any4, any6, host, object, interface
    }

    private enum PortOperator: String, CaseIterable {
        case eq, neq, lt, gt, range
    }

    /// `PROTOCOL SOURCE [PORTS] DESTINATION [PORTS|ICMP-TYPE]`.
    mutating func accessRule(_ action: AccessEntry.Action) throws(Problem) -> AccessRule {
        try refuse("object", "object-group")
        let transport = try transport()
        let source = try accessAddress()
        let sourcePorts = try optionalPorts(transport)
        let destination = try accessAddress()
        let destinationPorts = try optionalPorts(transport, besides: trailing)
        var icmpType: UInt8?
        if let transport, transport == .icmp || transport == .icmpV6 {
            icmpType = try optionalICMPType(of: transport, besides: trailing)
        }
        return AccessRule(
            action: action, transport: transport, source: source, sourcePorts: sourcePorts, destination: destination,
            destinationPorts: destinationPorts, icmpType: icmpType)
    }

    private mutating func accessAddress() throws(Problem) -> AccessRule.Address {
        let keywords = AddressKeyword.allCases.map(\.rawValue)
        try refuse("object-group")
        if !isAtAddress(ratherThan: keywords), let keyword = try optionalKeyword(AddressKeyword.self) {
            switch keyword {
            case .any: return .match(.any)
            case .any4: return .match(.anyV4)
            case .any6: return .match(.anyV6)
            case .host: return .match(.range(AddressRange(host: try address())))
            case .object: return .object(try name("object name", limit: 64))
            case .interface: return .interface(try name("interface name"))
            }
        }
        if isAtPrefixV6 { return .match(.range(AddressRange(try networkV6()))) }
        let network = try networkV4()
        return .match(network == .anyV4 ? .anyV4 : .range(AddressRange(network)))
    }

    private mutating func optionalPorts(
        _ transport: IPProtocol?, besides others: [String] = []
    ) throws(Problem) -> PortMatch {
        guard let transport, transport == .tcp || transport == .udp else { return .any }
        guard let relation = try optionalKeyword(PortOperator.self, besides: others) else { return .any }
        let first = site
        let port = try port(of: transport)
        switch relation {
        case .eq: return PortMatch(port, port)
        case .neq: return PortMatch(port, port, isInverted: true)
        case .lt where port > 0: return PortMatch(0, port - 1)
        case .gt where port < 65535: return PortMatch(port + 1, 65535)
        case .lt, .gt:
            throw Problem(site: first, message: "no port is \(relation == .lt ? "less" : "greater") than \(port)")
        case .range:
            let last = try self.port(of: transport)
            guard port <= last else {
                throw Problem(
                    site: site(from: first), message: "the range ends before it begins: \(port) is after \(last)")
            }
            return PortMatch(port, last)
        }
    }
}
