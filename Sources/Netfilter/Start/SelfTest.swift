import CLinux
import Glibc
import SystemCalls
import Wire

/// Proves at start that verdicts take effect.
///
/// A process that lacks CAP_NET_ADMIN, or a kernel that lacks a part, still reads packets from a queue, while its
/// verdicts do nothing and all traffic stops. So two datagrams go over the loopback interface, marked so that only
/// they match a rule of the test's own: one is dropped and must not arrive, one is rewritten and must arrive so.
public enum SelfTest {
    public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
        case rules(RuleInstallError)
        case system(SystemError)
        /// The datagram did not come to the queue within a second.
        case notQueued
        /// The kernel answered a verdict with an error.
        case refused(Int32)
        /// A dropped datagram arrived.
        case dropIgnored
        /// A rewritten datagram did not arrive, or arrived as it was sent.
        case rewriteIgnored

        public var description: String {
            switch self {
            case .rules(let error): "self-test: \(error)"
            case .system(let error): "self-test: \(error)"
            case .notQueued: "self-test: a datagram for the queue did not reach it; is the loopback interface up?"
            case .refused(let number):
                "self-test: the kernel refuses verdicts (\(SystemError.text(number))); CAP_NET_ADMIN is needed"
            case .dropIgnored: "self-test: a packet arrived that was dropped"
            case .rewriteIgnored: "self-test: a rewritten packet did not arrive, or not as it was rewritten"
            }
        }
    }

    static let table = "phoneproxy_selftest"
    private static let chain = Iptables(chain: "PHONEPROXY-TEST", hook: "OUTPUT")

    /// Takes some milliseconds when all is well. Run it after ``Privileges/drop(to:)``, with what is left then.
    public static func run(usesNftQueue: Bool = false) throws(Failure) {
        let queue = try freeQueue()
        do throws(RuleInstallError) {
            try install(queue.number, usesNftQueue)
        } catch {
            throw .rules(error)
        }
        do throws(Failure) {
            try exchange(queue)
        } catch {
            // The finding matters more than what could not be cleaned up after it.
            do throws(RuleInstallError) { try remove(usesNftQueue) } catch _ {}
            throw error
        }
        do throws(RuleInstallError) { try remove(usesNftQueue) } catch { throw .rules(error) }
    }

    /// Whether the kernel has packet queues, and gives us one.
    static var canBindQueue: Bool { (try? freeQueue()) != nil }

    /// The highest queue number that nobody has.
    private static func freeQueue() throws(Failure) -> PacketQueue {
        var last = SystemError("bind queue", EBUSY)
        for number in (UInt16.max - 15...UInt16.max).reversed() {
            do throws(SystemError) { return try PacketQueue(number) } catch { last = error }
        }
        throw .system(last)
    }

    private static func install(_ queue: UInt16, _ usesNftQueue: Bool) throws(RuleInstallError) {
        let mask = QueueMark.text(QueueMark.kindMask)
        let mark = QueueMark.text(QueueMark.selfTest)
        guard usesNftQueue else {
            let rule = "-m mark --mark \(mark)/\(mask) -j NFQUEUE --queue-num \(queue)"
            return try chain.replace(with: "*raw\n:\(chain.chain) - [0:0]\n-A \(chain.chain) \(rule)\nCOMMIT\n")
        }
        var text = NftText()
        text.line("add table inet \(table)")
        text.line("delete table inet \(table)")
        text.block("table inet \(table)") { text in
            text.block("chain output") { text in
                text.line("type filter hook output priority raw; policy accept;")
                text.line("meta mark & \(mask) == \(mark) queue num \(queue)")
            }
        }
        try RuleInstaller.run("nft", ["-f", "-"], input: text.text)
    }

    private static func remove(_ usesNftQueue: Bool) throws(RuleInstallError) {
        guard usesNftQueue else { return try chain.replace(with: nil) }
        try RuleInstaller.run("nft", ["-f", "-"], input: "add table inet \(table)\ndelete table inet \(table)\n")
    }

    // MARK: The datagrams

    private static let sent: [UInt8] = Array("as it was sent".utf8)
    private static let rewritten: [UInt8] = Array("as rewritten!!".utf8)

    private struct Outcome {
        var wasQueued = false
        var afterDrop: [UInt8]?
        var afterRewrite: [UInt8]?
    }

    private static func exchange(_ queue: PacketQueue) throws(Failure) {
        let outcome: Outcome
        do throws(SystemError) { outcome = try observe(queue) } catch { throw .system(error) }
        if queue.statistics.refused > 0 { throw .refused(queue.statistics.lastRefusal) }
        guard outcome.wasQueued else { throw .notQueued }
        guard outcome.afterDrop == nil else { throw .dropIgnored }
        guard outcome.afterRewrite == rewritten else { throw .rewriteIgnored }
    }

    private static func observe(_ queue: PacketQueue) throws(SystemError) -> Outcome {
        let link = try LoopbackLink(mark: QueueMark.selfTest)
        var outcome = Outcome()
        let isDropQueued = try pass(link, queue) { _ in .drop }
        outcome.afterDrop = try link.receive(milliseconds: 20)
        let isRewriteQueued = try pass(link, queue) { rewrite(&$0) }
        outcome.afterRewrite = try link.receive(milliseconds: isRewriteQueued ? 1000 : 0)
        outcome.wasQueued = isDropQueued && isRewriteQueued
        // The kernel's refusals come to the same socket, in place of packets.
        try queue.receive { _, _ in .drop }
        return outcome
    }

    /// Sends a datagram and gives it a verdict; `false` when it did not come to the queue.
    private static func pass(
        _ link: borrowing LoopbackLink, _ queue: PacketQueue, _ decide: (inout MutableSpan<UInt8>) -> QueueVerdict
    ) throws(SystemError) -> Bool {
        try link.send(sent)
        for _ in 0..<1000 {
            let taken = try queue.receive { bytes, _ in decide(&bytes) }
            if taken > 0 { return true }
            MonotonicClock.sleep(nanoseconds: 1_000_000)
        }
        return false
    }

    /// Replaces the payload of a UDP packet by one of the same length. Without a checksum: none is required for
    /// UDP over IPv4 (RFC 768).
    private static func rewrite(_ bytes: inout MutableSpan<UInt8>) -> QueueVerdict {
        guard let ip = try? IPHeader.decode(bytes.span),
            ip.transportLength == UDPHeader.length + rewritten.count
        else { return .drop }
        bytes.store(UInt16(0), at: ip.transportOffset + UDPHeader.checksumOffset)
        for index in rewritten.indices { bytes[ip.transportOffset + UDPHeader.length + index] = rewritten[index] }
        return .acceptRewritten(length: ip.end)
    }
}
