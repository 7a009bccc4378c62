import Wire

/// The transfers under way. Bounded; what every packet touches is kept apart from what only events need.
struct TFTPTransferTable {
    /// What is known beside the progress.
    struct Details {
        var transfer: TFTPTransfer
        /// The flow of the request, and those of the server's answers.
        var flows: [FlowID]
        var pinhole: UInt32?
    }

    let limit: Int
    private(set) var count = 0
    var isFull: Bool { count >= limit }
    var progress: [TFTPProgress] = []
    var details: [Details] = []
    private var free: [UInt32] = []

    init(limit: Int) { self.limit = limit }

    /// Adds a transfer that `flow` asks for; `nil` when the table is full.
    mutating func add(_ transfer: TFTPTransfer, flow: FlowID) -> UInt32? {
        guard !isFull else { return nil }
        let fresh = Details(transfer: transfer, flows: [flow], pinhole: nil)
        count += 1
        if let place = free.popLast() {
            progress[Int(place)] = TFTPProgress(transfer.operation)
            details[Int(place)] = fresh
            return place
        }
        progress.append(TFTPProgress(transfer.operation))
        details.append(fresh)
        return UInt32(details.count - 1)
    }

    mutating func remove(_ place: UInt32) {
        details[Int(place)].flows = []
        details[Int(place)].pinhole = nil
        free.append(place)
        count -= 1
    }

    /// The transfer as it stands now.
    func current(_ place: UInt32, at now: Timestamp) -> TFTPTransfer {
        var transfer = details[Int(place)].transfer
        let progress = progress[Int(place)]
        transfer.blockSize = progress.blockSize
        transfer.blocks = progress.blocks
        transfer.bytes = progress.bytes
        transfer.retransmissions = progress.retransmissions
        transfer.ended = now
        return transfer
    }
}
