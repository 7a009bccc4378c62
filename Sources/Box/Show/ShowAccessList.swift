import ConfigLanguage
import Netfilter

/// `show access-list [NAME]`: hits of the engine and of the kernel together.
enum ShowAccessList {
    private static let head = """
        access-list cached ACL log flows: total 0, denied 0 (deny-flow-max 4096)
                    alert-interval 300
        """

    static func text(_ tables: BoxTables, _ kernel: KernelFacts, only name: String?) -> String {
        var lines = name == nil ? [head] : []
        for (place, list) in tables.accessLists.enumerated() where name == nil || list.name == name {
            lines.append("access-list \(list.name); \(list.entries.count) elements")
            for (index, entry) in list.entries.enumerated() {
                let hits = hits(tables, kernel, place, index)
                lines.append(
                    "access-list \(list.name) line \(index + 1) \(tail(entry, list)) (hitcnt=\(hits))"
                        + (entry.isInactive ? " (inactive)" : ""))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The entry's command without its `access-list NAME`.
    private static func tail(_ entry: AccessEntry, _ list: AccessList) -> String {
        let prefix = "access-list \(list.name) "
        return entry.text.hasPrefix(prefix) ? String(entry.text.dropFirst(prefix.count)) : entry.text
    }

    private static func hits(_ tables: BoxTables, _ kernel: KernelFacts, _ list: Int, _ entry: Int) -> UInt64 {
        tables.accessHits[list][entry]
            + kernel.packets(RuleCounter.name(list: tables.accessLists[list].name, entry: entry + 1))
    }

    static func json(_ tables: BoxTables, _ kernel: KernelFacts, only name: String?) -> JSONValue {
        .array(
            tables.accessLists.enumerated()
                .filter { name == nil || $0.element.name == name }
                .map { place, list in
                    .object([
                        ("name", .string(list.name)),
                        (
                            "entries",
                            .array(
                                list.entries.enumerated().map { index, entry in
                                    .object([
                                        ("line", .count(index + 1)),
                                        ("text", .string(entry.text)),
                                        ("hits", .count(hits(tables, kernel, place, index))),
                                    ])
                                })
                        ),
                        ("implicitDeny", .count(tables.accessHits[place][list.entries.count])),
                    ])
                })
    }
}
