/// Packets on their way out of the engine beside the verdicts, in order, one behind the other in a buffer that is used
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

    private var bytes: [UInt8] = []
    private var heads: [Head] = []
    var count: Int { heads.count }
    var isEmpty: Bool { heads.isEmpty }

    mutating func append(_ release: Release) {
        let start = bytes.count
        bytes += release.packet
        heads.append(
            Head(
                origin: release.origin, ingress: release.ingress, egress: release.egress,
                isRewritten: release.isRewritten, range: start..<bytes.count))
    }

    /// Adds the packet that `write` puts at the end of the buffer; false, and nothing is added, when it says so.
    @inline(__always)
    mutating func add(
        origin: Release.Origin, ingress: InterfaceIndex, egress: InterfaceIndex, _ write: (inout [UInt8]) -> Bool
    ) -> Bool {
        let start = bytes.count
        guard write(&bytes) else { return false }
        heads.append(
            Head(origin: origin, ingress: ingress, egress: egress, isRewritten: false, range: start..<bytes.count))
        return true
    }

    /// Shows each packet with where it leaves, and forgets them.
    @inline(__always)
    mutating func drain(_ body: (Span<UInt8>, InterfaceIndex?) -> Void) {
        for head in heads { body(bytes.span.extracting(head.range), head.egress) }
        removeAll()
    }

    /// Puts the only packet there is at the start of `room`, and forgets it: how long it is. `nil`, and nothing is changed,
    /// when there are none or several, or when it does not leave by `egress` or has no room.
    @inline(__always)
    mutating func takeOnly(leavingBy egress: InterfaceIndex, into room: inout MutableSpan<UInt8>) -> Int? {
        guard heads.count == 1, heads[0].egress == egress, heads[0].range.count <= room.count else { return nil }
        let range = heads[0].range
        room.copy(bytes.span.extracting(range))
        removeAll()
        return range.count
    }

    /// Takes all out, each with a copy of its packet.
    mutating func takeAll() -> [Release] {
        defer { removeAll() }
        return heads.map {
            Release(
                origin: $0.origin, packet: Array(bytes[$0.range]), ingress: $0.ingress, egress: $0.egress,
                isRewritten: $0.isRewritten)
        }
    }

    /// Empties it, and keeps its room.
    private mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        heads.removeAll(keepingCapacity: true)
    }
}
