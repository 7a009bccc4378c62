import ConfigLanguage
import Wire

/// Datagrams that came in pieces and are not whole yet (`fragment size|chain|timeout`).
///
/// As on the ASA this is virtual reassembly: pieces wait until the datagram is whole, the datagram is decided about
/// once, and then the pieces go on as they came. Pieces that overlap condemn their datagram: that is an attack, not a
/// network (RFC 5722, and RFC 1858 for IPv4).
struct FragmentTable {
    struct Key: Hashable {
        var source: IPAddress
        var destination: IPAddress
        var identification: UInt32
        var transport: UInt8
        var interface: InterfaceIndex
    }

    struct Piece {
        /// The whole packet as it came.
        var packet: [UInt8]
        /// Which of the packet's bytes are the datagram's.
        var data: Range<Int>
        /// Where they belong.
        var offset: Int

        var end: Int { offset + data.count }
    }

    private struct Chain {
        var pieces: [Piece] = []
        /// Known once the last piece is there.
        var length: Int?
        var expires: Timestamp

        var isWhole: Bool {
            guard let length else { return false }
            return pieces.reduce(0) { $0 + $1.data.count } == length
        }
    }

    enum Outcome {
        case held
        /// A copy of a piece that is there already.
        case duplicate
        /// All pieces, the one just given last; it is not in the table any more.
        case whole([Piece])
        /// The datagram is condemned, and so many pieces that were held with it.
        case failed(held: Int)
    }

    private let limits: FragmentLimits
    private var chains: [Key: Chain] = [:]
    private(set) var held = 0
    /// No chain expires before this moment.
    private var nextExpiry: Timestamp?

    /// The largest datagram there is.
    private static let maximumLength = 65_535

    init(_ limits: FragmentLimits) { self.limits = limits }

    @inline(__always)
    func isTimerDue(_ now: Timestamp) -> Bool {
        guard let nextExpiry else { return false }
        return now >= nextExpiry
    }

    mutating func add(_ packet: Span<UInt8>, _ ip: IPHeader, from ingress: InterfaceIndex, at now: Timestamp) -> Outcome
    {
        let key = Key(
            source: ip.source, destination: ip.destination, identification: ip.identification,
            transport: ip.isV4 ? ip.transport.rawValue : 0, interface: ingress)
        let data = ip.fragmentDataOffset..<ip.end
        let piece = Piece(packet: packet.bytes(in: 0..<ip.end), data: data, offset: ip.fragmentOffset)
        guard isSound(piece, ip) else { return .failed(held: remove(key)) }
        var chain = chains[key] ?? Chain(expires: now.adding(seconds: limits.timeout))
        if chain.pieces.contains(where: { $0.offset == piece.offset && $0.data.count == piece.data.count }) {
            return .duplicate
        }
        guard fits(piece, last: !ip.moreFragments, &chain) else { return .failed(held: remove(key)) }
        chain.pieces.append(piece)
        if chain.isWhole {
            _ = remove(key)
            return .whole(chain.pieces)
        }
        guard held < limits.size, chain.pieces.count < limits.chain else { return .failed(held: remove(key)) }
        held += 1
        nextExpiry = min(nextExpiry ?? chain.expires, chain.expires)
        chains[key] = chain
        return .held
    }

    private func isSound(_ piece: Piece, _ ip: IPHeader) -> Bool {
        !ip.isTruncated && !piece.data.isEmpty && piece.end <= Self.maximumLength
            && (!ip.moreFragments || piece.data.count % 8 == 0)
    }

    /// Whether a piece fits to the others: it overlaps none and does not reach behind the end.
    private func fits(_ piece: Piece, last: Bool, _ chain: inout Chain) -> Bool {
        if last {
            if let length = chain.length, length != piece.end { return false }
            chain.length = piece.end
        }
        if let length = chain.length, piece.end > length || chain.pieces.contains(where: { $0.end > length }) {
            return false
        }
        return !chain.pieces.contains { $0.offset < piece.end && piece.offset < $0.end }
    }

    /// Forgets a datagram; how many pieces it had.
    private mutating func remove(_ key: Key) -> Int {
        let count = chains.removeValue(forKey: key)?.pieces.count ?? 0
        held -= count
        return count
    }

    /// Forgets what has waited too long; how many pieces that were.
    mutating func expire(_ now: Timestamp) -> Int {
        let due = chains.filter { $0.value.expires <= now }.map(\.key)
        let count = due.reduce(0) { $0 + remove($1) }
        nextExpiry = chains.values.map(\.expires).min()
        return count
    }

    mutating func removeAll() -> Int {
        defer {
            chains = [:]
            held = 0
            nextExpiry = nil
        }
        return held
    }
}
