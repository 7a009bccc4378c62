import Wire

/// Whether phones find their call server where they look for it.
extension Resolver {
    mutating func checkSecureServices() {
        guard configuration.phoneProxyInForce != nil else { return }
        let services = configuration.secureServices
        for policy in draft.policies.policyMaps.values.sorted(by: { $0.name.site.line < $1.name.site.line }) {
            guard draft.policies.services.contains(where: { $0.policyMap == policy.name }) else { continue }
            for entry in policy.classes {
                for inspection in entry.inspections where inspection.value.phoneProxy != nil {
                    let engine = inspection.value.engine
                    if services.contains(where: { $0.signalling == engine && $0.classMap == entry.classMap.value }) {
                        continue
                    }
                    log.report(
                        .warning, at: inspection.site,
                        "class '\(entry.classMap.value.printable)' takes no secure port of a call server: phones find "
                            + "nobody here",
                        expected: ["match port tcp eq \(engine.securePort ?? 0)"])
                }
            }
        }
        checkPairsOfPorts()
    }

    /// A phone in secure mode connects 443 above the clear Skinny port: both have to be translated.
    private mutating func checkPairsOfPorts() {
        let inspections = configuration.policyMaps.values.flatMap(\.classes).flatMap(\.inspections)
        let isSkinny = inspections.contains { $0.engine == .skinny && $0.phoneProxy != nil }
        guard isSkinny, let distance = InspectionProtocol.skinny.secureDistance else { return }
        for (index, clear) in configuration.translations.enumerated() {
            guard let service = clear.service, service.transport == .tcp, service.realPort == 2000 else { continue }
            let (secure, overflows) = service.mappedPort.addingReportingOverflow(distance)
            let isThere = configuration.translations.contains { other in
                other.mapped == clear.mapped && other.mappedInterface == clear.mappedInterface
                    && other.service?.transport == .tcp && other.service?.mappedPort == secure
            }
            guard overflows || !isThere, translationSites.indices.contains(index) else { continue }
            let port = "\(Int(service.mappedPort) + Int(distance))"
            log.report(
                .warning, at: translationSites[index],
                "phones in secure mode connect to port \(port) (\(service.mappedPort) + \(distance)), which has no static "
                    + "translation here")
        }
    }
}
