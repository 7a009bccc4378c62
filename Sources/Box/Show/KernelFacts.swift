import Netfilter

/// What the kernel knows and the engine does not: it handles by itself what is not inspected.
struct KernelFacts: Sendable {
    var rules: [RuleCounter] = []
    var queues: [KernelQueueCounters.Queue] = []
    /// Why something is missing.
    var failures: [String] = []

    func packets(_ name: String) -> UInt64 { rules.first { $0.name == name }?.packets ?? 0 }

    /// Packets lost because the box did not keep up.
    var lostInQueues: UInt64 { queues.reduce(0) { $0 + $1.queueDropped + $1.userDropped } }
}
