import CLinux
import Wire

/// The messages of nf_queue (linux/netfilter/nfnetlink_queue.h) that go to the kernel.
enum QueueMessage {
    /// struct nfgenmsg: family, version, queue number.
    static let familyHeaderLength = 4
    static var packet: UInt16 { type(Int(NFQNL_MSG_PACKET.rawValue)) }

    static let acceptVerdict: UInt32 = 1
    static let dropVerdict: UInt32 = 0
    /// NF_STOP, "deprecated, for userspace nf_queue compatibility" (linux/netfilter.h): accepted at once by what the hook is
    /// for, without its further rules.
    static let stopVerdict: UInt32 = 5

    private static var request: UInt16 { UInt16(NLM_F_REQUEST) }
    private static var acknowledged: UInt16 { UInt16(NLM_F_REQUEST | NLM_F_ACK) }

    private static func type(_ message: Int) -> UInt16 { UInt16(NFNL_SUBSYS_QUEUE) << 8 | UInt16(message) }

    // MARK: Configuration

    /// Takes the queue; to be acknowledged.
    static func bind(queue: UInt16, sequence: UInt32) -> [UInt8] {
        configuration(queue: queue, sequence: sequence, flags: acknowledged, attributesLength: 8) { bytes, start in
            let value = bytes.putNetlinkAttribute(Int(NFQA_CFG_CMD.rawValue), length: 4, at: start)
            bytes[value] = UInt8(NFQNL_CFG_CMD_BIND.rawValue)
        }
    }

    /// How many packets may wait, and NFQA_CFG_F_… of `mask`; to be acknowledged.
    static func limits(
        queue: UInt16, sequence: UInt32, maximumLength: UInt32, flags: UInt32, mask: UInt32
    ) -> [UInt8] {
        configuration(queue: queue, sequence: sequence, flags: acknowledged, attributesLength: 24) { bytes, start in
            var next = bytes.putNetlinkAttribute(Int(NFQA_CFG_QUEUE_MAXLEN.rawValue), maximumLength, at: start)
            next = bytes.putNetlinkAttribute(Int(NFQA_CFG_FLAGS.rawValue), flags, at: next)
            _ = bytes.putNetlinkAttribute(Int(NFQA_CFG_MASK.rawValue), mask, at: next)
        }
    }

    /// Starts the flow of packets, whole ones. Not acknowledged: packets may come before the acknowledgment would.
    static func copyPackets(queue: UInt16, sequence: UInt32) -> [UInt8] {
        configuration(queue: queue, sequence: sequence, flags: request, attributesLength: 12) { bytes, start in
            let value = bytes.putNetlinkAttribute(Int(NFQA_CFG_PARAMS.rawValue), length: 5, at: start)
            bytes.store(UInt32(0xffff), at: value)
            bytes[value + 4] = UInt8(NFQNL_COPY_PACKET.rawValue)
        }
    }

    private static func configuration(
        queue: UInt16, sequence: UInt32, flags: UInt16, attributesLength: Int,
        _ attributes: (inout MutableSpan<UInt8>, Int) -> Void
    ) -> [UInt8] {
        let length = Netlink.headerLength + familyHeaderLength + attributesLength
        var message = [UInt8](repeating: 0, count: length)
        var bytes = message.mutableSpan
        let body = bytes.putNetlinkHeader(
            type: type(Int(NFQNL_MSG_CONFIG.rawValue)), flags: flags, sequence: sequence, length: length, at: 0)
        attributes(&bytes, putFamily(&bytes, queue: queue, at: body))
        return message
    }

    @inline(__always)
    private static func putFamily(_ bytes: inout MutableSpan<UInt8>, queue: UInt16, at offset: Int) -> Int {
        bytes[offset] = 0
        bytes[offset + 1] = UInt8(NFNETLINK_V0)
        bytes.store(queue, at: offset + 2)
        return offset + familyHeaderLength
    }

    // MARK: Verdicts

    /// Makes the verdict at `offset` one on all packets that wait up to number `id`
    /// (NFQNL_MSG_VERDICT_BATCH). The kernel keeps them in the order of their numbers.
    static func extendVerdict(_ bytes: inout MutableSpan<UInt8>, at offset: Int, to id: UInt32) {
        bytes.storeHost(type(Int(NFQNL_MSG_VERDICT_BATCH.rawValue)), at: offset + 4)
        bytes.store(id, at: offset + Netlink.headerLength + familyHeaderLength + Netlink.attributeHeaderLength + 4)
    }

    /// A verdict that leaves the packet as it is.
    static let verdictLength = Netlink.headerLength + familyHeaderLength + Netlink.attributeHeaderLength + 8
    /// What stands before the packet in a verdict that rewrites it. A packet comes with no less before it: the headers
    /// and its number, in the same places.
    static let rewritingLength = verdictLength + Netlink.attributeHeaderLength

    /// Writes a verdict at `offset`, of ``verdictLength`` bytes.
    static func putVerdict(
        _ bytes: inout MutableSpan<UInt8>, at offset: Int, queue: UInt16, id: UInt32, verdict: UInt32
    ) {
        var message = bytes._mutatingExtracting(offset..<offset + verdictLength)
        putVerdict(&message, length: verdictLength, queue: queue, id: id, verdict: verdict)
    }

    /// Writes what goes before the rewritten packet that starts at `offset`, and returns where it starts. The packet has
    /// `length` bytes, and is to be padded to four.
    @inline(__always)
    static func putRewriting(
        _ bytes: inout MutableSpan<UInt8>, before offset: Int, queue: UInt16, id: UInt32, length: Int, verdict: UInt32
    ) -> Int {
        let start = offset - rewritingLength
        var message = bytes._mutatingExtracting(start..<offset)
        putVerdict(&message, length: rewritingLength + length, queue: queue, id: id, verdict: verdict)
        _ = message.putNetlinkAttribute(Int(NFQA_PAYLOAD.rawValue), length: length, at: verdictLength)
        return start
    }

    /// What stands before a packet in a verdict that gives it a mark.
    static let markingLength = verdictLength + Netlink.attributeHeaderLength + 4

    /// Writes a verdict that accepts a packet with a mark, right before the packet that starts at `offset`, and returns where
    /// it starts.
    static func putMarking(
        _ bytes: inout MutableSpan<UInt8>, before offset: Int, queue: UInt16, id: UInt32, mark: UInt32
    ) -> Int {
        let start = offset - markingLength
        var message = bytes._mutatingExtracting(start..<offset)
        putVerdict(&message, length: markingLength, queue: queue, id: id, verdict: acceptVerdict)
        _ = message.putNetlinkAttribute(Int(NFQA_MARK.rawValue), mark, at: verdictLength)
        return start
    }

    @inline(__always)
    private static func putVerdict(
        _ message: inout MutableSpan<UInt8>, length: Int, queue: UInt16, id: UInt32, verdict: UInt32
    ) {
        let body = message.putNetlinkHeader(
            type: type(Int(NFQNL_MSG_VERDICT.rawValue)), flags: request, sequence: 0, length: length, at: 0)
        let attribute = putFamily(&message, queue: queue, at: body)
        let value = message.putNetlinkAttribute(Int(NFQA_VERDICT_HDR.rawValue), length: 8, at: attribute)
        message.store(verdict, at: value)
        message.store(id, at: value + 4)
    }
}
