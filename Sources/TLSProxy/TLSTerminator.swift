import Synchronization
import SystemCalls
import Wire

/// Ends phones' connections, by TLS or in the clear, and makes the plaintext connections (or TLS connections of our own) to
/// the call server that belong to them.
///
/// The kernel hands over connections that phones make to the call server's address (TPROXY). Each becomes a stream: the
/// phone's side shakes hands and has its certificate checked; then it is for the owner, who hears of everything as
/// ``StreamEvent``, to order the connection to the server and to pass on what comes from either side, changed or not. No
/// byte passes from one side to the other by itself.
///
/// What is not sent yet is bounded: when one side takes no more, the other is not read. Both directions of a connection end
/// by themselves, and nothing that was sent before is lost.
public final class TLSTerminator: Sendable {
    /// Where it listens: as ``TerminatorSettings/listen``, with the ports that were chosen.
    public let endpoints: [Endpoint]
    /// The same as ``TerminatorSettings/listenInClear``.
    public let clearEndpoints: [Endpoint]
    /// OpenSSL's names of what phones may choose from, in order of preference (message 725010).
    public let ciphers: [String]

    private let offices: [StreamOffice]
    private let admission: Admission
    private let isStopped = Mutex(false)

    /// Listens, and begins at once. Needs CAP_NET_ADMIN with ``TerminatorSettings/isTransparent``.
    ///
    /// - Parameter events: called from the terminator's threads; it must not wait, and may call ``perform(_:)``.
    public init(
        _ settings: TerminatorSettings, events: @escaping @Sendable (StreamEvent) -> Void
    ) throws(TLSProxyError) {
        try settings.check()
        let context = try settings.server.map { (server) throws(TLSProxyError) in
            try TLSContext(server, settings.limits)
        }
        let admission = Admission(settings.limits)
        var offices: [StreamOffice] = []
        // The first thread finds the ports, the others share them: the kernel spreads connections over them.
        var settings = settings
        do throws(TLSProxyError) {
            for index in 0..<settings.loops {
                offices.append(try StreamOffice(index, context, &settings, admission, events))
            }
        } catch {
            for office in offices { office.stop() }
            throw error
        }
        self.offices = offices
        self.admission = admission
        endpoints = settings.listen
        clearEndpoints = settings.listenInClear
        ciphers = context?.ciphers ?? []
    }

    /// Carries out orders, in their order for each stream. Cheap from any thread, and cheapest many at a time.
    public func perform(_ orders: [StreamOrder]) {
        if offices.count == 1 { return offices[0].perform(orders) }
        for (index, office) in offices.enumerated() {
            let some = orders.filter { $0.stream.loop == index }
            if !some.isEmpty { office.perform(some) }
        }
    }

    public func connectUpstream(_ id: StreamID, _ plan: UpstreamPlan) { perform([.connect(id, plan)]) }

    public func send(_ id: StreamID, _ side: StreamSide, _ bytes: [UInt8]) { perform([.send(id, side, bytes)]) }

    public func finish(_ id: StreamID, _ side: StreamSide) { perform([.finish(id, side)]) }

    public func close(_ id: StreamID, _ manner: CloseManner) { perform([.close(id, manner)]) }

    /// All streams, in no order. Waits for the terminator's threads: not to be called from `events`.
    public func sessions() -> [StreamSnapshot] {
        collect { $0.snapshots }.flatMap { $0 }
    }

    /// Waits for the terminator's threads: not to be called from `events`.
    public var statistics: TerminatorStatistics {
        var total = TerminatorStatistics()
        for part in collect({ $0.statistics }) { total.add(part) }
        admission.add(to: &total)
        return total
    }

    /// Takes no more connections, closes all streams at once and ends the threads. Their last events have come when it
    /// returns. Not to be called from `events`.
    public func stop() {
        let isFirst = isStopped.withLock { stopped in
            defer { stopped = true }
            return !stopped
        }
        guard isFirst else { return }
        admission.stop()
        for office in offices { office.stop() }
    }

    private func collect<Part: Sendable>(_ part: @escaping @Sendable (StreamTable) -> Part) -> [Part] {
        offices.compactMap { $0.mailbox.ask(part) }
    }
}
