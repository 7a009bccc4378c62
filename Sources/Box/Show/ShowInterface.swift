import ConfigLanguage
import Netfilter

/// `show interface`: what the engine saw of each interface, and how its queue does.
enum ShowInterface {
    static func text(_ configuration: Configuration, _ tables: BoxTables, _ kernel: KernelFacts) -> String {
        configuration.interfaces.enumerated().map { index, interface in
            let traffic = tables.traffic[index]
            return """
                Interface \(interface.device) "\(interface.name)", security level \(interface.securityLevel)
                \tIP address \(address(interface))
                  Traffic Statistics for "\(interface.name)" (inspected):
                \t\(traffic.packetsIn) packets input, \(traffic.bytesIn) bytes
                \t\(traffic.packetsOut) packets output, \(traffic.bytesOut) bytes
                \t\(traffic.dropped) packets dropped
                """ + queue(index, tables, kernel)
        }.joined(separator: "\n")
    }

    private static func address(_ interface: Interface) -> String {
        guard let address = interface.address, let network = interface.network else { return "unassigned" }
        return "\(address), subnet mask \(network.mask)"
    }

    /// An interface's queue as the box sees it, and as the kernel does.
    private static func find(
        _ index: Int, _ tables: BoxTables, _ kernel: KernelFacts
    ) -> (QueueStatistics, KernelQueueCounters.Queue)? {
        guard let mine = tables.queues.first(where: { Int($0.interface.rawValue) == index }),
            let kernels = kernel.queues.first(where: { $0.number == mine.number })
        else { return nil }
        return (mine.statistics, kernels)
    }

    private static func queue(_ index: Int, _ tables: BoxTables, _ kernel: KernelFacts) -> String {
        guard let (mine, kernels) = find(index, tables, kernel) else { return "" }
        return """

              Queue \(kernels.number): \(kernels.waiting) packets waiting, \(kernels.queueDropped) lost to a full queue, \
            \(kernels.userDropped) lost to a full socket
            \t\(mine.packets) packets in \(mine.batches) reads, \(mine.overruns) overruns, \(mine.refused) verdicts refused
            """
    }

    static func json(_ configuration: Configuration, _ tables: BoxTables, _ kernel: KernelFacts) -> JSONValue {
        .array(
            configuration.interfaces.enumerated().map { index, interface in
                let traffic = tables.traffic[index]
                return .object([
                    ("device", .string(interface.device)),
                    ("name", .string(interface.name)),
                    ("securityLevel", .count(interface.securityLevel)),
                    ("address", .optional(interface.address) { .string($0.description) }),
                    ("packetsIn", .count(traffic.packetsIn)),
                    ("bytesIn", .count(traffic.bytesIn)),
                    ("packetsOut", .count(traffic.packetsOut)),
                    ("bytesOut", .count(traffic.bytesOut)),
                    ("dropped", .count(traffic.dropped)),
                    ("queue", queueJSON(index, tables, kernel)),
                ])
            })
    }

    private static func queueJSON(_ index: Int, _ tables: BoxTables, _ kernel: KernelFacts) -> JSONValue {
        guard let (mine, kernels) = find(index, tables, kernel) else { return .null }
        return .object([
            ("number", .count(kernels.number)),
            ("waiting", .count(kernels.waiting)),
            ("queueDropped", .count(kernels.queueDropped)),
            ("userDropped", .count(kernels.userDropped)),
            ("packets", .count(mine.packets)),
            ("reads", .count(mine.batches)),
            ("overruns", .count(mine.overruns)),
            ("refusedVerdicts", .count(mine.refused)),
        ])
    }
}
