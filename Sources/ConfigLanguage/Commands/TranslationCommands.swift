import Wire

/// Static NAT in both dialects: `nat (real,mapped) static …` under an object, and the `static (real,mapped) …` of
/// before ASA 8.3.
enum TranslationCommands {
    // MARK: nat, under an object

    static func objectNAT(_ words: inout Words) throws(Problem) -> Command.Change {
        let (real, mapped) = try words.interfacePair()
        guard try words.keyword(["static", "dynamic"]) == "static" else {
            return try dynamic(&words, uses: [real, mapped])
        }
        let target = try mappedAddress(&words)
        let service = try words.skip("service") ? objectService(&words) : nil
        try skipOptions(["dns", "no-proxy-arp", "route-lookup", "net-to-net", "unidirectional", "inactive"], &words)
        let rule = StaticDraft(
            realInterface: real, mappedInterface: mapped, real: nil, mapped: target, service: service,
            site: words.readSite)
        return words.isNegated ? removeFromObject(rule) : addToObject(rule)
    }

    /// `nat (real,mapped) dynamic {address|object|interface} [interface] [dns]`: checked only.
    private static func dynamic(
        _ words: inout Words, uses: [Located<String>]
    ) throws(Problem) -> Command.Change {
        _ = try mappedAddress(&words)
        _ = try words.skip("interface")
        try skipOptions(["dns"], &words)
        return Statements.change(
            command: ["nat", "dynamic"], words,
            names: NamesInForm(uses: uses.filter { $0.value != "any" }.map { Reference(kind: .interface, name: $0) }))
    }

    private static func objectService(_ words: inout Words) throws(Problem) -> StaticTranslation.Service {
        let transport: IPProtocol = try words.keyword(["tcp", "udp"]) == "tcp" ? .tcp : .udp
        let real = try words.port(of: transport, in: 1...65535)
        let mapped = try words.port(of: transport, in: 1...65535)
        return StaticTranslation.Service(transport: transport, realPort: real, mappedPort: mapped)
    }

    private static func mappedAddress(
        _ words: inout Words
    ) throws(Problem) -> Located<StaticDraft.Mapped> {
        let site = words.site
        if words.isAtAddress(ratherThan: ["interface"]) {
            return Located(.address(try words.address()), at: site)
        }
        words.ask("A.B.C.D")
        if words.next.map({ Keyword.isAbbreviation($0.text, of: "interface") }) ?? false, try words.skip("interface") {
            return Located(.interface(isV6: try words.skip("ipv6")), at: site)
        }
        return Located(.object(try words.name("object name", limit: 64)), at: site)
    }

    /// Options of `nat` and `static` that change nothing here.
    private static func skipOptions(_ options: [String], _ words: inout Words) throws(Problem) {
        while true {
            let site = words.site
            guard let option = try words.optionalKeyword(options) else { return }
            guard option != "inactive", option != "unidirectional" else {
                throw Problem(site: site, message: "'\(option)' is not supported by this box")
            }
            words.warn("'\(option)' has no effect on this box", at: site)
        }
    }

    private static func addToObject(_ rule: StaticDraft) -> Command.Change {
        { reading in
            guard case .networkObject(let name) = reading.mode else { return }
            reading.draft.objects[name]?.translation = rule
        }
    }

    private static func removeFromObject(_ rule: StaticDraft) -> Command.Change {
        { reading in
            guard case .networkObject(let name) = reading.mode else { return }
            guard reading.draft.objects[name]?.translation == rule else {
                return reading.warnNothingToRemove("translation", at: rule.site)
            }
            reading.draft.objects[name]?.translation = nil
        }
    }

    // MARK: static

    /// `static (real,mapped) {tcp|udp} {A|interface} GPORT LOCAL LPORT [netmask M]`, or
    /// `static (real,mapped) {G|interface} L [netmask M]`.
    static func manualStatic(_ words: inout Words) throws(Problem) -> Command.Change {
        let (real, mapped) = try words.interfacePair()
        let transport = try words.optionalKeyword(["tcp", "udp"], besides: ["interface"])
        let rule = try manualRule(real, mapped, transport.map { $0 == "tcp" ? .tcp : .udp }, &words)
        let isNegated = words.isNegated
        return { reading in
            guard isNegated else { return reading.draft.statics.append(rule) }
            guard let index = reading.draft.statics.firstIndex(of: rule) else {
                return reading.warnNothingToRemove("translation", at: rule.site)
            }
            reading.draft.statics.remove(at: index)
        }
    }

    private static func manualRule(
        _ realInterface: Located<String>, _ mappedInterface: Located<String>, _ transport: IPProtocol?,
        _ words: inout Words
    ) throws(Problem) -> StaticDraft {
        let mapped = try manualMapped(&words)
        let mappedPort: UInt16? = if let transport { try words.port(of: transport, in: 1...65535) } else { nil }
        try words.refuse("access-list")
        let local = try words.addressV4()
        let realPort: UInt16? = if let transport { try words.port(of: transport, in: 1...65535) } else { nil }
        let maskSite = words.site
        let mask = try words.skip("netmask") ? words.mask() : IPAddress(v4: .max)
        try skipManualOptions(&words)
        var service: StaticTranslation.Service?
        if let transport, let mappedPort, let realPort {
            service = StaticTranslation.Service(transport: transport, realPort: realPort, mappedPort: mappedPort)
        }
        return StaticDraft(
            realInterface: realInterface, mappedInterface: mappedInterface,
            real: try network(local, mask, at: maskSite),
            mapped: Located(try target(mapped.value, mask, at: mapped.site), at: mapped.site), service: service,
            site: words.readSite)
    }

    /// What `static` maps to; no address is `interface`.
    private static func target(
        _ address: IPAddress?, _ mask: IPAddress, at site: Site
    ) throws(Problem) -> StaticDraft.Mapped {
        guard let address else { return .interface(isV6: false) }
        return .network(try network(address, mask, at: site))
    }

    private static func manualMapped(_ words: inout Words) throws(Problem) -> Located<IPAddress?> {
        let site = words.site
        if !words.isAtAddress(ratherThan: ["interface"]), try words.skip("interface") { return Located(nil, at: site) }
        return Located(try words.addressV4(), at: site)
    }

    /// `[dns] [norandomseq] [tcp MAX [EMBRYONIC]] [udp MAX]`: connection limits of the ASA, not of this box.
    private static func skipManualOptions(_ words: inout Words) throws(Problem) {
        while true {
            let site = words.site
            guard let option = try words.optionalKeyword(["dns", "norandomseq", "tcp", "udp"]) else { return }
            if option == "tcp" || option == "udp" {
                _ = try words.number(in: 0...65535)
                if option == "tcp" { _ = try words.optionalNumber(in: 0...65535) }
            }
            words.warn("'\(option)' has no effect on this box", at: site)
        }
    }

    private static func network(_ address: IPAddress, _ mask: IPAddress, at site: Site) throws(Problem) -> IPPrefix {
        guard let network = IPPrefix(address, mask: mask), network.address == address else {
            throw Problem(site: site, message: "address \(address) and mask \(mask) do not pair")
        }
        return network
    }
}

extension Words {
    /// `(real,mapped)`, with or without blanks inside.
    mutating func interfacePair() throws(Problem) -> (real: Located<String>, mapped: Located<String>) {
        ask("(real_interface,mapped_interface)")
        let first = try required()
        let bytes = Array(line.text.utf8)
        guard bytes[first.range.lowerBound] == UInt8(ascii: "("),
            let close = bytes[first.range.lowerBound...].firstIndex(of: UInt8(ascii: ")")),
            let comma = bytes[first.range.lowerBound..<close].firstIndex(of: UInt8(ascii: ",")),
            line.tokens.contains(where: { $0.range.upperBound == close + 1 }),
            let real = interfaceName(bytes, first.range.lowerBound + 1..<comma),
            let mapped = interfaceName(bytes, comma + 1..<close)
        else { throw wrong("\(first.quoted) is not a pair of interfaces") }
        advance(past: close + 1)
        return (real, mapped)
    }

    private func interfaceName(_ bytes: [UInt8], _ range: Range<Int>) -> Located<String>? {
        let blank = UInt8(ascii: " ")
        guard let start = range.first(where: { bytes[$0] > blank }), let end = range.last(where: { bytes[$0] > blank })
        else { return nil }
        let name = bytes[start...end]
        guard name.allSatisfy({ $0 > blank && $0 != UInt8(ascii: "(") && $0 != UInt8(ascii: ",") }) else { return nil }
        return Located(String(decoding: name, as: UTF8.self), at: Site(line: line.number, range: start..<end + 1))
    }
}
