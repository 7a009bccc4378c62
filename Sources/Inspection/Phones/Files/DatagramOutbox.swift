import Wire

/// UDP payloads on their way out, in order, with room before each for the headers that it gets: a payload is written once,
/// where it becomes a packet. The memory is used again: a transfer's packets cost no allocation each.
struct DatagramOutbox {
    struct Item: Hashable {
        /// The receiver's port; its address is the one that the transfer is with.
        var port: UInt16
        /// The payload's place in ``bytes``.
        var range: Range<Int>
    }

    var bytes = ReusedBytes()
    private(set) var items: [Item] = []
    var isEmpty: Bool { items.isEmpty }

    /// Room for the headers of either family.
    private static let headroom = UDPPacket.headerLength(isV4: false)

    /// Adds the payload that `write` puts at the start of the memory it is given, `length` bytes at most; how many they
    /// are, it says.
    @inline(__always)
    mutating func add(to port: UInt16, atMost length: Int, _ write: (inout MutableSpan<UInt8>) -> Int) {
        let place = bytes.add(atMost: Self.headroom + length) { room in
            var payload = room._mutatingExtracting(Self.headroom..<Self.headroom + length)
            return Self.headroom + write(&payload)
        }
        items.append(Item(port: port, range: place.lowerBound + Self.headroom..<place.upperBound))
    }

    /// The same for what is seldom said: it costs an allocation.
    mutating func add(to port: UInt16, _ write: (inout [UInt8]) -> Void) {
        var payload: [UInt8] = []
        write(&payload)
        add(to: port, atMost: payload.count) { room in
            room.copy(payload.span)
            return payload.count
        }
    }

    /// A copy of one payload.
    func payload(_ item: Item) -> [UInt8] { bytes.memory.span.bytes(in: item.range) }

    /// Empties it, and keeps its room.
    mutating func removeAll() {
        bytes.removeAll()
        items.empty()
    }
}
