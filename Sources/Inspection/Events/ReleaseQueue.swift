import Wire

/// Packets on their way out of the engine beside the verdicts, in order, one behind the other in memory that is used
/// again: a packet of the box's own costs no allocation.
struct ReleaseQueue {
    /// All of a release but its packet, which has its place in ``bytes``.
    private struct Head {
        var origin: Release.Origin
        var ingress: InterfaceIndex
        var egress: InterfaceIndex?
        var isRewritten: Bool
        var range: Range<Int>
    }

    /// Between whom datagrams of the box's own are, and where they go.
    struct Course {
        var source: Endpoint
        var receiver: IPAddress
        /// Where the packets come from that the box answers for.
        var ingress: InterfaceIndex
        var egress: InterfaceIndex
    }

    private var bytes = ReusedBytes()
    private var heads: [Head] = []
    var count: Int { heads.count }
    var isEmpty: Bool { heads.isEmpty }

    mutating func append(_ release: Release) {
        let range = bytes.add(atMost: release.packet.count) { room in
            room.copy(release.packet.span)
            return release.packet.count
        }
        heads.append(
            Head(
                origin: release.origin, ingress: release.ingress, egress: release.egress,
                isRewritten: release.isRewritten, range: range))
    }

    /// Makes packets of what waits in `outbox`, which is empty then, up to `limit` packets in all. How many were made.
    ///
    /// - Parameter identification: of the last packet of the box's own making.
    mutating func append(
        _ outbox: inout DatagramOutbox, _ course: Course, identification: inout UInt16, limit: Int
    ) -> Int {
        let start = bytes.take(&outbox.bytes)
        var made = 0
        for item in outbox.items where heads.count < limit {
            let receiver = Endpoint(course.receiver, item.port)
            guard UDPPacket.fits(item.range.count, from: course.source, to: receiver) else { continue }
            let payload = start + item.range.lowerBound..<start + item.range.upperBound
            identification &+= 1
            var first = payload.lowerBound
            bytes.edit {
                first = UDPPacket.writeHeaders(
                    &$0, before: payload, from: course.source, to: receiver, identification: identification)
            }
            heads.append(
                Head(
                    origin: .box, ingress: course.ingress, egress: course.egress, isRewritten: false,
                    range: first..<payload.upperBound))
            made += 1
        }
        outbox.removeAll()
        return made
    }

    /// Shows each packet with where it leaves, and forgets them.
    @inline(__always)
    mutating func drain(_ body: (Span<UInt8>, InterfaceIndex?) -> Void) {
        for head in heads { body(bytes.memory.span.extracting(head.range), head.egress) }
        removeAll()
    }

    /// Puts the only packet there is at the start of `room`, and forgets it: how long it is. `nil`, and nothing is changed,
    /// when there are none or several, or when it does not leave by `egress` or has no room.
    @inline(__always)
    mutating func takeOnly(leavingBy egress: InterfaceIndex, into room: inout MutableSpan<UInt8>) -> Int? {
        guard heads.count == 1, heads[0].egress == egress, heads[0].range.count <= room.count else { return nil }
        let range = heads[0].range
        room.copy(bytes.memory.span.extracting(range))
        removeAll()
        return range.count
    }

    /// Takes all out, each with a copy of its packet.
    mutating func takeAll() -> [Release] {
        defer { removeAll() }
        return heads.map {
            Release(
                origin: $0.origin, packet: bytes.memory.span.bytes(in: $0.range), ingress: $0.ingress,
                egress: $0.egress, isRewritten: $0.isRewritten)
        }
    }

    /// Empties it, and keeps its room.
    private mutating func removeAll() {
        bytes.removeAll()
        heads.empty()
    }
}

extension Array {
    /// As `removeAll(keepingCapacity: true)`, and quicker for the one element there mostly is.
    mutating func empty() {
        if count == 1 { removeLast() } else { removeAll(keepingCapacity: true) }
    }
}
