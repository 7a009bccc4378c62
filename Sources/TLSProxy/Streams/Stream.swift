import SystemCalls
import Wire

/// A phone's connection and, once it is ordered, the one to the call server. It belongs to its table's thread.
final class Stream {
    let id: StreamID
    let source: IPAddress
    /// The phone has come without TLS.
    let isInClear: Bool
    private(set) var totals = StreamTotals()
    private let table: StreamTable
    // Nanoseconds, as the table counts them.
    private let start: UInt64
    private var lastBytes: UInt64
    /// A stream with one connection only waits this long for orders.
    private var lonelyDeadline: UInt64?
    private(set) var phone: Leg?
    var server: Leg?
    /// Where it stands in its table's ``StreamRound``.
    var place = 0
    /// By order: nothing new begins.
    private(set) var isClosing = false

    init(_ id: StreamID, _ phone: Leg, from source: IPAddress, _ table: StreamTable) {
        self.id = id
        self.phone = phone
        isInClear = phone.isInClear
        self.source = source
        self.table = table
        start = table.now
        lastBytes = table.now
    }

    func leg(_ side: StreamSide) -> Leg? { side == .phone ? phone : server }

    func carried(_ count: Int, from side: StreamSide) {
        lastBytes = table.now
        if side == .phone {
            totals.bytesFromPhone &+= UInt64(count)
            table.statistics.bytesFromPhones &+= UInt64(count)
        } else {
            totals.bytesFromServer &+= UInt64(count)
            table.statistics.bytesFromServers &+= UInt64(count)
        }
    }

    func connect(_ plan: UpstreamPlan) {
        guard !isClosing, phone != nil else { return }
        guard server == nil else { return table.emit(.upstreamFailed(id, .busy)) }
        lonelyDeadline = nil
        let leg = Leg(.server, table, stream: self)
        server = leg
        do throws(SystemError) {
            try leg.connect(plan)
        } catch {
            upstreamFailed(.system(error.number))
        }
    }

    /// The connection to the call server did not come about.
    func upstreamFailed(_ failure: UpstreamFailure) {
        guard server != nil else { return }
        server = nil
        table.statistics.upstreamFailures &+= 1
        if !isClosing { table.emit(.upstreamFailed(id, failure)) }
        phone?.updateReading()
        endIfEmpty()
    }

    func close(_ manner: CloseManner, _ reason: CloseReason = .ordered) {
        isClosing = true
        for leg in [phone, server] {
            switch manner {
            case .graceful: leg?.closeGracefully(reason)
            case .abrupt: leg?.abort(reason)
            }
        }
    }

    func legIsGone(_ leg: Leg) {
        if leg.side == .phone { phone = nil } else { server = nil }
        if let server, server.phase == .connecting { server.abort(.ordered) }
        // Nothing waits for it any longer.
        phone?.updateReading()
        server?.updateReading()
        lonelyDeadline = table.now &+ table.linger
        endIfEmpty()
    }

    private func endIfEmpty() {
        guard phone == nil, server == nil else { return }
        totals.seconds = seconds(since: start)
        table.remove(self)
    }

    /// Lets go of what has waited too long.
    func check(at now: UInt64) {
        phone?.check(at: now)
        server?.check(at: now)
        if let lonelyDeadline, lonelyDeadline <= now {
            phone?.abort(.lingering)
            server?.abort(.lingering)
        } else if !isClosing, lastBytes &+ table.idle <= now {
            close(.graceful, .idle)
        }
    }

    var snapshot: StreamSnapshot {
        var totals = totals
        totals.seconds = seconds(since: start)
        return StreamSnapshot(
            id: id, phone: phone?.snapshot, server: server?.snapshot, totals: totals,
            idle: seconds(since: lastBytes))
    }

    private func seconds(since moment: UInt64) -> Double { Double(table.now &- moment) / 1e9 }
}
