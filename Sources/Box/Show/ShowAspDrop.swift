import Inspection
import Wire

/// `show asp drop`: the engine's drops and the kernel's, by the ASA's names.
enum ShowAspDrop {
    private struct Row {
        var name: String
        var text: String
        var count: UInt64
    }

    private static func rows(_ tables: BoxTables, _ kernel: KernelFacts) -> [Row] {
        var rows = DropReason.allCases.map { reason in
            Row(
                name: reason.name, text: reason.text,
                count: tables.counters.count(of: reason) + kernel.packets(reason.name))
        }
        rows.append(
            Row(name: "dispatch-queue-limit", text: "Dispatch queue limit reached", count: kernel.lostInQueues))
        for (name, text, count) in kernel.media.drops {
            if let place = rows.firstIndex(where: { $0.name == name }) {
                rows[place].count += count
            } else {
                rows.append(Row(name: name, text: text, count: count))
            }
        }
        // Ours: what the kernel's connection tracking finds impossible.
        rows.append(
            Row(name: "ct-invalid", text: "Invalid for connection tracking", count: kernel.packets("ct-invalid")))
        return rows.filter { $0.count > 0 }
    }

    static func text(_ tables: BoxTables, _ kernel: KernelFacts, cleared: Timestamp?) -> String {
        var lines = ["", "Frame drop:"]
        for row in rows(tables, kernel) {
            let title = "  \(row.text) (\(row.name))"
            let count = String(row.count)
            let gap = max(80 - title.count - count.count, 1)
            lines.append(title + String(repeating: " ", count: gap) + count)
        }
        let clearing = "Last clearing: \(cleared.map(ClockText.moment) ?? "Never")"
        lines += ["", clearing, "", "Flow drop:", "", clearing]
        return (lines + kernel.failures.map { "WARNING: \($0)" }).joined(separator: "\n")
    }

    static func json(_ tables: BoxTables, _ kernel: KernelFacts) -> JSONValue {
        .object(rows(tables, kernel).map { ($0.name, .count($0.count)) })
    }
}
