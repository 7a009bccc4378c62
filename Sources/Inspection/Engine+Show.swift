import ConfigLanguage
import Wire

/// What the outside may look at: tables as they stand.
extension Engine {
    /// No event, release, errand or order waits to be taken.
    public var isQuiet: Bool {
        events.isEmpty && releases.isEmpty && errands.isEmpty && streamOrders.isEmpty && mediaOrders.isEmpty
            && steerOrders.isEmpty
    }

    /// The flows of one slice of the table. Whoever wants all of them asks again from ``FlowSlice/next``, and lets
    /// packets pass in between: each flow is told once, as it stands when its slice is taken.
    public func flows(from start: Int) -> FlowSlice { flows.slice(from: start) }

    public var flowsInUse: Int { flows.count }
    public var flowsMostUsed: Int { flows.mostUsed }
    public var pinholesInUse: Int { pinholes.count }

    /// One flow; `nil` when it is gone.
    public func summary(of id: FlowID) -> FlowSummary? { flows.place(id).map { flows.summary($0) } }

    /// The access lists in the order in which ``AccessEntryIndex`` counts them.
    public var accessLists: [AccessList] { access.allLists }

    /// Per list and entry; the last one is the implicit deny's.
    public var accessHits: [[UInt64]] { access.hits }

    public mutating func clearAccessHits() { access.clearHits() }

    /// Static translations with how many flows each has translated.
    public var translationHits: [UInt64] { translations.rules.map(\.hits) }

    /// The transfers under way.
    public func transfersUnderWay(at now: Timestamp) -> [TFTPTransfer] {
        transfers.details.indices
            .filter { !transfers.details[$0].flows.isEmpty }
            .map { transfers.current(UInt32($0), at: now) }
    }

    public mutating func clearCounters() {
        // What is held is a state, not a count.
        let held = counters.held
        counters = Counters()
        counters.held = held
    }
}
