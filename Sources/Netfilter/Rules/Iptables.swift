/// A chain of our own in iptables' raw table, for both families: the rules that queue, where nft can not.
struct Iptables {
    /// The rules' place while the box runs.
    static let steering = Iptables(chain: KernelRules.iptablesChain, hook: "PREROUTING")

    /// The chain's name.
    let chain: String
    /// The built-in chain that jumps to it.
    let hook: String

    private static let families = ["iptables", "ip6tables"]

    /// Puts `rules`, text for iptables-restore that declares and fills the chain, in place of what stands there, with
    /// one jump to it; `nil` removes chain and jumps.
    func replace(with rules: String?) throws(RuleInstallError) {
        for family in Self.families {
            if let rules {
                try install(rules, family)
            } else if Subprocess.path(of: family) != nil {
                try remove(family)
            }
        }
    }

    /// One commit: traffic never meets a chain that is empty or not jumped to. Jumps that are too many go afterwards.
    private func install(_ rules: String, _ family: String) throws(RuleInstallError) {
        let jumps = try jumpCount(family)
        let end = jumps == 0 ? "-I \(hook) -j \(chain)\nCOMMIT\n" : "COMMIT\n"
        let input = rules.hasSuffix("COMMIT\n") ? rules.dropLast("COMMIT\n".count) + end : rules
        try RuleInstaller.run("\(family)-restore", ["--noflush"], input: String(input))
        try removeJumps(family, jumps - 1)
    }

    private func remove(_ family: String) throws(RuleInstallError) {
        guard try lines(family).contains("-N \(chain)") else { return }
        try removeJumps(family, try jumpCount(family))
        try RuleInstaller.run(family, ["-t", "raw", "-F", chain])
        try RuleInstaller.run(family, ["-t", "raw", "-X", chain])
    }

    private func removeJumps(_ family: String, _ count: Int) throws(RuleInstallError) {
        for _ in 0..<max(count, 0) {
            try RuleInstaller.run(family, ["-t", "raw", "-D", hook, "-j", chain])
        }
    }

    private func lines(_ family: String) throws(RuleInstallError) -> [String] {
        try RuleInstaller.run(family, ["-t", "raw", "-S"]).split(separator: "\n").map(String.init)
    }

    private func jumpCount(_ family: String) throws(RuleInstallError) -> Int {
        try lines(family).count { $0 == "-A \(hook) -j \(chain)" }
    }
}
