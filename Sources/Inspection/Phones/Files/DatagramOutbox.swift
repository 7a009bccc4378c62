import Wire

/// UDP payloads on their way out, in order, one behind the other in a buffer that is used again: a transfer's packets
/// cost no allocation each.
struct DatagramOutbox {
    struct Item: Hashable {
        /// The receiver's port; its address is the one that the transfer is with.
        var port: UInt16
        /// The payload's place in ``bytes``.
        var range: Range<Int>
    }

    private(set) var bytes: [UInt8] = []
    private(set) var items: [Item] = []
    var isEmpty: Bool { items.isEmpty }

    /// Adds the payload that `write` puts at the end of the buffer.
    mutating func add(to port: UInt16, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        items.append(Item(port: port, range: start..<bytes.count))
    }

    /// A copy of one payload.
    func payload(_ item: Item) -> [UInt8] { Array(bytes[item.range]) }

    /// Empties it, and keeps its room.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
    }
}
