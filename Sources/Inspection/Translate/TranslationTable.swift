import ConfigLanguage
import Wire

/// Static NAT and PAT as the configuration declares it, in the order in which the ASA looks at it.
///
/// `nat (inside,outside) static M` of host R means both directions: a packet that comes in on `outside` for M goes to R
/// on `inside`, and one that comes in on `inside` from R leaves by `outside` as M.
struct TranslationTable {
    struct Rule {
        /// `nil` for any.
        var realInterface: InterfaceIndex?
        var mappedInterface: InterfaceIndex?
        var real: IPPrefix
        var mapped: IPPrefix
        var service: StaticTranslation.Service?
        /// Flows that were translated by it.
        var hits: UInt64 = 0
    }

    private(set) var rules: [Rule]

    init(_ configuration: Configuration) {
        rules = configuration.translations.map { translation in
            Rule(
                realInterface: Self.place(translation.realInterface, configuration),
                mappedInterface: Self.place(translation.mappedInterface, configuration),
                real: translation.real, mapped: translation.mapped, service: translation.service)
        }
    }

    /// Where a packet that comes in on `ingress` for `destination` really goes; `nil` when nothing translates it.
    func untranslate(
        _ destination: Endpoint, _ transport: IPProtocol, from ingress: InterfaceIndex
    ) -> (real: Endpoint, rule: Int)? {
        for index in rules.indices {
            let rule = rules[index]
            guard Self.covers(rule.mappedInterface, ingress), rule.mapped.contains(destination.address),
                Self.covers(rule.service, transport, destination.port, \.mappedPort)
            else { continue }
            let address = Self.exchange(destination.address, rule.mapped, rule.real)
            return (Endpoint(address, rule.service?.realPort ?? destination.port), index)
        }
        return nil
    }

    /// How a packet from `source` on `ingress` is seen from `egress`; `nil` when nothing translates it.
    func translate(
        _ source: Endpoint, _ transport: IPProtocol, from ingress: InterfaceIndex, to egress: InterfaceIndex
    ) -> (mapped: Endpoint, rule: Int)? {
        for index in rules.indices {
            let rule = rules[index]
            guard Self.covers(rule.realInterface, ingress), Self.covers(rule.mappedInterface, egress),
                rule.real.contains(source.address), Self.covers(rule.service, transport, source.port, \.realPort)
            else { continue }
            let address = Self.exchange(source.address, rule.real, rule.mapped)
            return (Endpoint(address, rule.service?.mappedPort ?? source.port), index)
        }
        return nil
    }

    mutating func count(_ rule: Int) { rules[rule].hits += 1 }

    func realInterface(_ rule: Int) -> InterfaceIndex? { rules[rule].realInterface }

    /// A name that no interface has means none of them, never any.
    private static func place(_ name: String?, _ configuration: Configuration) -> InterfaceIndex? {
        name.map { configuration.index(of: $0) ?? .nowhere }
    }

    static func covers(_ rule: InterfaceIndex?, _ interface: InterfaceIndex) -> Bool {
        rule == nil || rule == interface
    }

    static func covers(
        _ service: StaticTranslation.Service?, _ transport: IPProtocol, _ port: UInt16,
        _ side: KeyPath<StaticTranslation.Service, UInt16>
    ) -> Bool {
        guard let service else { return true }
        return service.transport == transport && service[keyPath: side] == port
    }

    /// The address that has the place in `to` that `address` has in `from`, a network of the same length.
    static func exchange(_ address: IPAddress, _ from: IPPrefix, _ to: IPPrefix) -> IPAddress {
        IPAddress(
            high: to.address.high | (address.high ^ from.address.high),
            low: to.address.low | (address.low ^ from.address.low))
    }
}
