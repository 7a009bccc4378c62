import NIOCore
import NIOPosix
import Synchronization
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

    private let group: MultiThreadedEventLoopGroup
    private let tables: [NIOLoopBound<StreamTable>]
    private let listeners: [any Channel]
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
        let group = MultiThreadedEventLoopGroup(numberOfThreads: settings.loops)
        let admission = Admission(settings.limits)
        let tables = Self.tables(group, context, settings, admission, events)
        let secured: (listeners: [any Channel], endpoints: [Endpoint])
        let clear: (listeners: [any Channel], endpoints: [Endpoint])
        do throws(TLSProxyError) {
            secured = try Self.listen(settings.listen, inClear: false, settings, tables)
            clear = try Self.listen(settings.listenInClear, inClear: true, settings, tables)
        } catch {
            try? group.syncShutdownGracefully()
            throw error
        }
        self.group = group
        self.tables = tables
        self.admission = admission
        listeners = secured.listeners + clear.listeners
        endpoints = secured.endpoints
        clearEndpoints = clear.endpoints
        ciphers = context?.ciphers ?? []
        for table in tables { Self.sweep(table, every: settings.deadlines.tick) }
    }

    /// Carries out orders, in their order for each stream. Cheap from any thread, and cheapest many at a time.
    public func perform(_ orders: [StreamOrder]) {
        if tables.count == 1 { return perform(orders, tables[0]) }
        for (index, table) in tables.enumerated() {
            let some = orders.filter { $0.stream.loop == index }
            if !some.isEmpty { perform(some, table) }
        }
    }

    private func perform(_ orders: [StreamOrder], _ table: NIOLoopBound<StreamTable>) {
        // Never at once: the thread may be in the middle of the event that this answers.
        table.eventLoop.execute {
            for order in orders { table.value.carryOut(order) }
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
        for listener in listeners { try? listener.close().wait() }
        for table in tables {
            try? table.eventLoop.submit { table.value.closeAll() }.wait()
        }
        try? group.syncShutdownGracefully()
    }

    private func collect<Part: Sendable>(_ part: @escaping @Sendable (StreamTable) -> Part) -> [Part] {
        guard !isStopped.withLock({ $0 }) else { return [] }
        return tables.compactMap { table in
            try? table.eventLoop.submit { part(table.value) }.wait()
        }
    }
}

extension TLSTerminator {
    private static func tables(
        _ group: MultiThreadedEventLoopGroup, _ context: TLSContext?, _ settings: TerminatorSettings,
        _ admission: Admission, _ events: @escaping @Sendable (StreamEvent) -> Void
    ) -> [NIOLoopBound<StreamTable>] {
        group.makeIterator().enumerated().compactMap { index, loop in
            try? loop.submit {
                NIOLoopBound(StreamTable(loop, index, context, settings, admission, events), eventLoop: loop)
            }.wait()
        }
    }

    /// Each thread listens on each endpoint; the kernel spreads connections over them.
    private static func listen(
        _ wanted: [Endpoint], inClear: Bool, _ settings: TerminatorSettings, _ tables: [NIOLoopBound<StreamTable>]
    ) throws(TLSProxyError) -> ([any Channel], [Endpoint]) {
        var listeners: [any Channel] = []
        var endpoints: [Endpoint] = []
        for place in wanted {
            var endpoint = place
            for table in tables {
                let listener = try Listener.open(endpoint, inClear: inClear, settings, table)
                listeners.append(listener)
                if let port = listener.localAddress?.endpoint.port { endpoint = Endpoint(endpoint.address, port) }
            }
            endpoints.append(endpoint)
        }
        return (listeners, endpoints)
    }

    private static func sweep(_ table: NIOLoopBound<StreamTable>, every seconds: Double) {
        let pause = TimeAmount(seconds: seconds / Double(StreamRound.steps))
        table.eventLoop.scheduleRepeatedTask(initialDelay: pause, delay: pause) { _ in table.value.sweep() }
    }
}
