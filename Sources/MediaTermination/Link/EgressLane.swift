import CLinux
import Glibc
import Wire

/// What leaves by one device: packets are put together in its batch, and go when that is full or the turn is over.
final class EgressLane {
    let device: String
    /// `nil` while the device does not exist.
    private(set) var link: LinkFacts?
    let batch = FrameBatch()
    private var output: (any LaneOutput)?
    private(set) var sentByKernel: UInt64 = 0
    private(set) var drops = MediaDrops()

    init(_ device: String) { self.device = device }

    /// Makes the device known, or unknown.
    func attach(_ link: LinkFacts?, _ output: (any LaneOutput)?) {
        self.link = link
        self.output = output
    }

    /// Somebody looks at the device's packets, or nobody does.
    func watched(by taps: PacketTaps) {
        if let link { output?.isWatched = taps.watch(link.index) }
    }

    /// The device's facts are now these; it is the same one as before.
    func refresh(_ link: LinkFacts) { self.link = link }

    @inline(__always)
    var mtu: Int { link?.mtu ?? 0 }

    /// Sends the IP packet that the next slot holds in `range`, by the hop with the number `hop`.
    @inline(__always)
    func send(_ range: Range<Int>, by hop: Int, of hops: NextHopTable) {
        guard let target = hops.linkAddress(hop), let source = link?.address else {
            return sendByKernel(range, to: hops.destinationByKernel(hop))
        }
        let start = range.lowerBound - EthernetField.length
        batch.withNextSlot { slot in
            slot.storeLinkAddress(target, at: start)
            slot.storeLinkAddress(source, at: start + 6)
            let isV4 = slot[range.lowerBound] >> 4 == 4
            slot.store(isV4 ? LinkFrame.ipv4EtherType : LinkFrame.ipv6EtherType, at: start + 12)
        }
        batch.commit(start..<range.upperBound)
        if batch.isFull { flush() }
    }

    @inline(never)
    private func sendByKernel(_ range: Range<Int>, to destination: IPAddress) {
        // The slot stays where it is when what stands before it leaves: packets keep their order.
        let error = batch.withNextSlot { slot -> Int32 in
            flushBefore()
            return output?.sendByKernel(slot.span.extracting(range), to: destination) ?? ENODEV
        }
        batch.removeAll()
        switch error {
        case 0: sentByKernel &+= 1
        case ENETUNREACH, EHOSTUNREACH: drops[.noRoute] &+= 1
        case EMSGSIZE: drops[.packetTooBig] &+= 1
        default: drops[.sendFailed] &+= 1
        }
    }

    private func flushBefore() {
        guard batch.count > 0 || output?.isWaiting == true else { return }
        drops[.sendFailed] &+= UInt64(output?.send(batch) ?? batch.count)
    }

    /// Sends what waits.
    func flush() {
        flushBefore()
        batch.removeAll()
    }
}

/// Ethernet II.
enum EthernetField {
    static let length = 14
}

extension MutableSpan where Element == UInt8 {
    /// The low six bytes of `address`.
    @inline(__always)
    mutating func storeLinkAddress(_ address: UInt64, at offset: Int) {
        store(UInt16(truncatingIfNeeded: address >> 32), at: offset)
        store(UInt32(truncatingIfNeeded: address), at: offset + 2)
    }
}
