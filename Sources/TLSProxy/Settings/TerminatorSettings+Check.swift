extension TerminatorSettings {
    func check() throws(TLSProxyError) {
        guard !listen.isEmpty || !listenInClear.isEmpty else { throw TLSProxyError("nowhere to listen") }
        guard listen.isEmpty || server != nil else { throw TLSProxyError("no certificate for TLS") }
        guard (1...64).contains(loops) else { throw TLSProxyError("\(loops) threads are out of range") }
        guard limits.unsentLow <= limits.unsentHigh, limits.unsentHigh <= limits.unsentMaximum, limits.unsentLow >= 0
        else { throw TLSProxyError("the limits of unsent bytes are not in order") }
        guard (4_096...1 << 26).contains(limits.sendBuffer) else {
            throw TLSProxyError("a send buffer of \(limits.sendBuffer) bytes is out of range")
        }
        guard (512...1 << 20).contains(limits.receiveBuffer) else {
            throw TLSProxyError("a receive buffer of \(limits.receiveBuffer) bytes is out of range")
        }
    }
}

extension StreamDeadlines {
    /// How often they are looked at.
    var tick: Double { max(0.01, min(1, min(handshake, idle, connect, linger) / 4)) }
}

extension TerminatorStatistics {
    /// Counters of another thread's.
    mutating func add(_ other: TerminatorStatistics) {
        accepted &+= other.accepted
        handshakes &+= other.handshakes
        resumed &+= other.resumed
        failedHandshakes &+= other.failedHandshakes
        upstreamConnections &+= other.upstreamConnections
        upstreamFailures &+= other.upstreamFailures
        bytesFromPhones &+= other.bytesFromPhones
        bytesFromServers &+= other.bytesFromServers
    }
}
