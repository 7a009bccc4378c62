import Glibc
import Wire

/// Why rules could not be put into the kernel, or taken out: which command, and what it said.
public struct RuleInstallError: Error, Hashable, Sendable, CustomStringConvertible {
    public var command: String
    public var reason: String

    public var description: String { "\(command): \(reason)" }
}

/// Puts ``KernelRules`` into the network namespace of the calling thread, and takes them out again.
///
/// What stands there from before, also from a process that was killed, is replaced. The order keeps inspected traffic
/// from passing unseen: the rules that queue come before the table that marks, and go after it.
public enum RuleInstaller {
    /// When it throws, part may stand: what was installed queues or drops rather than letting pass. ``remove()``
    /// takes it out.
    public static func install(_ rules: KernelRules) throws(RuleInstallError) {
        try Iptables.steering.replace(with: rules.iptables)
        try run("nft", ["-f", "-"], input: rules.nft)
        if rules.hasTerminator {
            try TerminatorRoutes.install(withIPv6: rules.terminatesIPv6)
        } else {
            try TerminatorRoutes.remove()
        }
        try removeMappedAddresses()
        for command in rules.mappedAddresses.flatMap(\.commands) { try run("ip", command) }
    }

    /// Leaves nothing of ours; does nothing where nothing is. Every step is tried; the first failure is reported.
    public static func remove() throws(RuleInstallError) {
        var failures: [RuleInstallError] = []
        let table = "add table inet \(Nft.table)\ndelete table inet \(Nft.table)\n"
        do throws(RuleInstallError) { try run("nft", ["-f", "-"], input: table) } catch { failures.append(error) }
        do throws(RuleInstallError) { try Iptables.steering.replace(with: nil) } catch { failures.append(error) }
        do throws(RuleInstallError) { try TerminatorRoutes.remove() } catch { failures.append(error) }
        do throws(RuleInstallError) { try removeMappedAddresses() } catch { failures.append(error) }
        if let first = failures.first { throw first }
    }

    /// Packets and bytes of the table's named counters: `acl/LIST/ENTRY` for each entry, and ``RuleCounter/drops``.
    public static func counters() throws(RuleInstallError) -> [RuleCounter] {
        RuleCounter.parse(try run("nft", ["list", "counters", "table", "inet", Nft.table]))
    }

    private static func removeMappedAddresses() throws(RuleInstallError) {
        let number = String(MappedAddress.routeProtocol)
        for family in ["-4", "-6"] { try run("ip", [family, "route", "flush", "table", "local", "proto", number]) }
        // There is no flush for proxies: list them and delete one by one.
        let proxies = try run("ip", ["-6", "neigh", "show", "proxy", "protocol", number])
        for line in proxies.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 3, words[1] == "dev" else { continue }
            try run("ip", ["-6", "neigh", "del", "proxy", words[0], "dev", words[2]])
        }
    }

    /// What the program printed.
    @discardableResult
    static func run(_ name: String, _ arguments: [String], input: String = "") throws(RuleInstallError) -> String {
        let command = ([name] + arguments).joined(separator: " ")
        do throws(Subprocess.Failure) {
            let result = try Subprocess.run(name, arguments, input: input)
            if result.succeeded { return result.output }
            throw Subprocess.Failure.unsuccessful(result.errors.trimmingLastNewline)
        } catch {
            throw RuleInstallError(command: command, reason: error.description)
        }
    }
}

extension String {
    fileprivate var trimmingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
