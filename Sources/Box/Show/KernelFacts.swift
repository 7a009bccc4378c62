import Netfilter
import Wire

/// What the kernel knows and the engine does not: it handles by itself what is not inspected.
struct KernelFacts: Sendable {
    var rules: [RuleCounter] = []
    var queues: [KernelQueueCounters.Queue] = []
    /// Packets lost because the box did not keep up, as far as ``KernelBaseline`` has them not cleared.
    var lostInQueues: UInt64 = 0
    /// What media came to.
    var media = MediaFacts()
    /// Why something is missing.
    var failures: [String] = []

    func packets(_ name: String) -> UInt64 { rules.first { $0.name == name }?.packets ?? 0 }
}

/// What had been counted when somebody last said `clear`. The kernel's counters go on; only what came since is told.
struct KernelBaseline: Sendable {
    private var packets: [String: UInt64] = [:]
    private var lostInQueues: UInt64 = 0
    private var media: [String: UInt64] = [:]
    /// `clear asp drop`.
    private(set) var dropsClearedAt: Timestamp?

    mutating func clearDrops(_ facts: KernelFacts, at now: Timestamp) {
        for rule in facts.rules where RuleCounter.drops.contains(rule.name) { packets[rule.name] = rule.packets }
        lostInQueues = facts.lostInQueues
        for drop in facts.media.drops { media[drop.name] = drop.count }
        dropsClearedAt = now
    }

    mutating func clearAccessHits(_ facts: KernelFacts) {
        for rule in facts.rules where !RuleCounter.drops.contains(rule.name) { packets[rule.name] = rule.packets }
    }

    func subtracted(from facts: KernelFacts) -> KernelFacts {
        var rest = facts
        for index in rest.rules.indices {
            let before = packets[rest.rules[index].name] ?? 0
            rest.rules[index].packets -= min(before, rest.rules[index].packets)
        }
        rest.lostInQueues -= min(lostInQueues, rest.lostInQueues)
        for index in rest.media.drops.indices {
            let before = media[rest.media.drops[index].name] ?? 0
            rest.media.drops[index].count -= min(before, rest.media.drops[index].count)
        }
        return rest
    }
}
