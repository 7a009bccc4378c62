import ConfigLanguage
import Inspection
import Wire

/// `show xlate`: static translations stand always; what moves is how many flows they have translated.
enum ShowXlate {
    private static let legend = """
        Flags: D - DNS, e - extended, I - identity, i - dynamic, r - portmap,
               s - static, T - twice, N - net-to-net
        """

    static func text(_ configuration: Configuration, _ tables: BoxTables) -> String {
        let translations = configuration.translations
        return
            (["\(translations.count) in use, \(translations.count) most used", legend]
            + translations.map { entry($0, tables) })
            .joined(separator: "\n")
    }

    private static func entry(_ translation: StaticTranslation, _ tables: BoxTables) -> String {
        let real = "\(translation.realInterface ?? "any"):\(address(translation.real))"
        let mapped = "\(translation.mappedInterface ?? "any"):\(address(translation.mapped))"
        let idle = ClockText.duration(seconds: idleSeconds(translation, tables))
        let end = "\n    flags \(flags(translation)) idle \(idle) timeout 0:00:00"
        guard let service = translation.service else { return "NAT from \(real) to \(mapped)" + end }
        return "\(service.transport.description.uppercased()) PAT from \(real) \(service.realPort)-\(service.realPort) "
            + "to \(mapped) \(service.mappedPort)-\(service.mappedPort)" + end
    }

    private static func address(_ prefix: IPPrefix) -> String {
        prefix.isHost ? prefix.address.description : prefix.description
    }

    private static func flags(_ translation: StaticTranslation) -> String {
        if translation.service != nil { return "sr" }
        if translation.real == translation.mapped { return "sI" }
        return translation.real.isHost ? "s" : "sN"
    }

    /// Since a packet of any of its flows, or since the start.
    private static func idleSeconds(_ translation: StaticTranslation, _ tables: BoxTables) -> Int {
        let last =
            tables.flows
            .filter {
                $0.isTranslated
                    && (uses(translation, $0.initiator) || uses(translation, $0.responder))
            }
            .map(\.lastSeen).max() ?? tables.started
        return Int(tables.now.seconds(since: last))
    }

    /// Whether the side that sends as `key` says is the host, and the port, that is translated.
    private static func uses(_ translation: StaticTranslation, _ key: FlowKey) -> Bool {
        guard translation.real.contains(key.source) else { return false }
        guard let service = translation.service else { return true }
        return service.transport == key.transport && service.realPort == key.sourcePort
    }

    static func json(_ configuration: Configuration, _ tables: BoxTables) -> JSONValue {
        .array(
            zip(configuration.translations, tables.translationHits).map { translation, hits in
                .object([
                    ("realInterface", .optional(translation.realInterface) { .string($0) }),
                    ("real", .string(address(translation.real))),
                    ("realPort", .optional(translation.service) { .count($0.realPort) }),
                    ("mappedInterface", .optional(translation.mappedInterface) { .string($0) }),
                    ("mapped", .string(address(translation.mapped))),
                    ("mappedPort", .optional(translation.service) { .count($0.mappedPort) }),
                    ("protocol", .optional(translation.service) { .string($0.transport.description) }),
                    ("flags", .string(flags(translation))),
                    ("flows", .count(hits)),
                    ("idle", .count(idleSeconds(translation, tables))),
                ])
            })
    }
}
