import TLSProxy

/// Each connection of a phone's has another one, to the server, and each of them is a descriptor.
extension TerminatorSettings {
    /// Descriptors for all the rest: queues, rings, files being fetched, who asks.
    private static let otherFiles = 512

    private var securedSessions: Int { listen.isEmpty ? 0 : limits.sessions }

    /// Open files that as many connections take as may come.
    var filesNeeded: Int {
        (securedSessions + (listenInClear.isEmpty ? 0 : limits.clearSessions)) * 2 + Self.otherFiles
    }

    /// Fits the connections in the clear to what the system allows: beyond it they are refused and counted, where without a
    /// descriptor the kernel would keep them waiting.
    ///
    /// - Returns: what to tell of TLS sessions that have no room, if there are such.
    mutating func fit(toFiles allowed: Int) -> String? {
        let connections = max(0, allowed - Self.otherFiles) / 2
        limits.clearSessions = min(limits.clearSessions, max(0, connections - securedSessions))
        guard connections < securedSessions else { return nil }
        let needed = securedSessions * 2 + Self.otherFiles
        return "no more than \(allowed) files may be open, which is \(connections) TLS sessions of \(securedSessions);"
            + " remedy: LimitNOFILE=\(needed) for the service, or sysctl -w fs.nr_open=\(needed)"
    }
}
